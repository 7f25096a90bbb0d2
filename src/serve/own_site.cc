#include "serve/own_site.h"

#include <arpa/inet.h>

#include <string>
#include <string_view>

#include "serve/http_text.h"

namespace genkai::serve {
namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool is_address(std::string_view host) {
  unsigned char bytes[16];
  const std::string text(host);
  return ::inet_pton(AF_INET, text.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

}  // namespace

bool from_own_site(const HttpRequest& request) {
  const std::string_view host = request.header("host"), name = without_port(host);
  // HTTP/1.0 needs no host, and browsers do not speak it.
  if (!host.empty() && !same_name(name, "localhost") && !is_address(name)) return false;
  std::string_view origin = request.header("origin");
  if (origin.empty()) return true;
  const std::size_t scheme = origin.find("://");
  return scheme != origin.npos && same_name(origin.substr(scheme + 3), host);
}

}  // namespace genkai::serve
