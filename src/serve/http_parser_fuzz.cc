// Any bytes as a connection's, in pieces of any size: read the same way, within the limits.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "serve/http_parser.h"

namespace {

using genkai::serve::HttpParser;
using genkai::serve::HttpRequest;

constexpr HttpParser::Limits kWide, kNarrow{.header_limit = 512, .body_limit = 256};

void require(bool holds) {
  if (!holds) std::abort();
}

/// All requests that were whole, as text. Where reading ends, in a refusal or for want of more, may depend on
/// how much came at once: a head that is already wrong is refused sooner or later.
std::string read(std::string_view bytes, std::size_t step, const HttpParser::Limits& limits) {
  std::string log, buffer;
  while (true) {
    HttpParser parser(limits);
    for (;;) {
      buffer.erase(0, parser.feed(buffer));
      if (parser.done() || parser.error() || bytes.empty()) break;
      buffer += bytes.substr(0, step);
      bytes.remove_prefix(std::min(step, bytes.size()));
    }
    if (parser.error()) require(parser.error()->status >= 400 && parser.error()->status < 600);
    if (!parser.done()) return log;
    const HttpRequest request = parser.take();
    require(request.body.size() <= limits.body_limit);
    require(request.path.starts_with('/') || request.path == "*");
    log += request.method + ' ' + request.path + '?' + request.query + '\n';
    for (const auto& [name, value] : request.headers) log += name + ": " + value + '\n';
    log += request.body + '\n' + request.parameter("q");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096) return 0;
  const std::size_t step = 1 + data[0] % 64;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(read(bytes, bytes.size() + 1, kWide) == read(bytes, step, kWide));
  read(bytes, step, kNarrow);
  return 0;
}
