#include "model/upstream/replay_format.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/json.h"
#include "text/utf8.h"

namespace genkai::model {

using base::Code;
using base::Error;
using base::fail;
using base::Json;
using base::Result;

namespace {

constexpr int kVersion = 1;
constexpr std::array<std::string_view, 3> kKeptHeaders = {"content-type", "retry-after", "x-request-id"};
constexpr std::array<std::string_view, 6> kSecretWords = {"key",  "token",     "secret",
                                                          "pass", "signature", "auth"};
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= count ? kDigits[group >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    std::uint32_t group = 0;
    std::size_t count = 0;
    for (const char c : text.substr(at, 4)) {
      const std::size_t digit = c == '=' && at + 4 == text.size() ? 0 : kDigits.find(c);
      if (digit == std::string_view::npos) return std::nullopt;
      group = group << 6 | static_cast<std::uint32_t>(digit);
      count += c != '=';
    }
    if (count < 2) return std::nullopt;
    for (std::size_t i = 0; i + 1 < count; ++i) out += static_cast<char>(group >> (16 - 8 * i) & 255);
  }
  return out;
}

Json bytes_to_json(const std::string& bytes) {
  if (text::is_valid_utf8(bytes)) return Json::object({{"text", bytes}});
  return Json::object({{"base64", to_base64(bytes)}});
}

std::optional<std::string> bytes_from_json(const Json* json) {
  if (json == nullptr) return std::nullopt;
  if (const Json* text = json->find("text"); text != nullptr && text->is_string())
    return std::string(text->as_string());
  if (const Json* base64 = json->find("base64"); base64 != nullptr && base64->is_string())
    return from_base64(base64->as_string());
  return std::nullopt;
}

Code code_called(std::string_view name) {
  for (int i = 0; i < static_cast<int>(Code::internal); ++i)
    if (to_string(static_cast<Code>(i)) == name) return static_cast<Code>(i);
  return Code::internal;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_secret(std::string_view name) {
  const std::string plain = lower(name);
  return plain == "sig" || std::any_of(kSecretWords.begin(), kSecretWords.end(),
                                       [&](auto word) { return plain.find(word) != std::string::npos; });
}

}  // namespace

std::string recorded_target(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('#'));
  const auto start = url.find_first_of("/?");
  url = start == std::string_view::npos ? std::string_view() : url.substr(start);
  const auto question = url.find('?');
  std::string target(url.substr(0, question));
  if (target.empty()) target = "/";
  if (question == std::string_view::npos) return target;
  char separator = '?';
  for (std::string_view query = url.substr(question + 1);;) {
    const auto end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    const auto equals = parameter.find('=');
    target += std::exchange(separator, '&');
    target += equals != std::string_view::npos && is_secret(parameter.substr(0, equals))
                  ? std::string(parameter.substr(0, equals)) + "=***"
                  : std::string(parameter);
    if (end == std::string_view::npos) return target;
    query.remove_prefix(end + 1);
  }
}

HttpHeaders recorded_headers(const HttpHeaders& headers) {
  HttpHeaders kept;
  for (const std::string_view name : kKeptHeaders)
    if (const std::string_view value = find_header(headers, name); !value.empty())
      kept.emplace_back(name, value);
  return kept;
}

std::string to_line(const RecordedExchange& exchange) {
  Json line = Json::object({{"genkai_exchange", kVersion},
                            {"method", exchange.method},
                            {"target", exchange.target},
                            {"request", bytes_to_json(exchange.request)}});
  if (exchange.status != 0) {
    Json headers = Json::object(), body = Json::array();
    for (const auto& [name, value] : exchange.headers) headers.set(name, value);
    for (const std::string& piece : exchange.pieces) body.push(bytes_to_json(piece));
    line.set("status", exchange.status).set("headers", std::move(headers)).set("body", std::move(body));
  }
  if (exchange.error)
    line.set("error", Json::object({{"code", to_string(exchange.error->code)},
                                    {"message", exchange.error->message},
                                    {"hint", exchange.error->hint}}));
  return line.dump();
}

Result<RecordedExchange> from_line(std::string_view text) {
  const auto refuse = [](std::string_view why) {
    return fail(Code::corrupt, "not a recorded exchange: " + std::string(why));
  };
  const auto json = Json::parse(text);
  if (!json) return refuse(json.error().message);
  const Json* version = json->find("genkai_exchange");
  if (version == nullptr) return refuse("genkai_exchange is missing");
  if (version->as_int() != kVersion) return refuse("its version is not " + std::to_string(kVersion));
  RecordedExchange exchange;
  exchange.method = json->string("method");
  exchange.target = json->string("target");
  if (exchange.method.empty() || exchange.target.empty()) return refuse("method or target is missing");
  auto request = bytes_from_json(json->find("request"));
  if (!request) return refuse("request is missing or broken");
  exchange.request = std::move(*request);
  if (const Json* error = json->find("error"))
    exchange.error = {code_called(error->string("code")), error->string("message"), error->string("hint")};
  const Json* status = json->find("status");
  if (status == nullptr) {
    if (!exchange.error) return refuse("there is neither status nor error");
    return exchange;
  }
  exchange.status = static_cast<int>(status->as_int());
  if (exchange.status < 200 || exchange.status > 999) return refuse("status is no final status of HTTP");
  if (const Json* headers = json->find("headers"))
    for (const auto& [name, value] : headers->members())
      exchange.headers.emplace_back(name, value.as_string());
  if (const Json* body = json->find("body"))
    for (const Json& item : body->items()) {
      auto piece = bytes_from_json(&item);
      if (!piece) return refuse("a piece of the body is broken");
      // An empty piece would read as the end.
      if (!piece->empty()) exchange.pieces.push_back(std::move(*piece));
    }
  return exchange;
}

}  // namespace genkai::model
