#include "model/upstream/transport.h"

#include <algorithm>

namespace genkai::model {

std::string_view find_header(const HttpHeaders& headers, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (const auto& [key, value] : headers)
    if (std::equal(key.begin(), key.end(), name.begin(), name.end(),
                   [&](char a, char b) { return lower(a) == lower(b); }))
      return value;
  return {};
}

base::Task<base::Result<std::string>> read_all(HttpExchange& exchange) {
  std::string body;
  while (true) {
    auto piece = co_await exchange.read();
    if (!piece) co_return base::fail(std::move(piece).error());
    if (piece->empty()) co_return body;
    body += *piece;
  }
}

}  // namespace genkai::model
