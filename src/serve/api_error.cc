#include "serve/api_error.h"

#include <utility>

#include "base/json.h"
#include "text/utf8.h"

namespace genkai::serve {

using base::Code;
using base::Json;

namespace {

constexpr std::size_t kLongestMessage = 2'000;  // bytes: more helps nobody and may repeat a whole request

// Errors may quote what a request or an endpoint said.
std::string safe_message(std::string_view message) {
  std::string text = text::to_valid_utf8(message.substr(0, kLongestMessage + 4));
  if (text.size() <= kLongestMessage) return text;
  std::size_t end = kLongestMessage;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text::to_valid_utf8(text));
}

std::pair<int, const char*> status_and_type(Code code) {
  switch (code) {
    case Code::invalid_argument:
    case Code::unsupported:
      return {400, "invalid_request_error"};
    case Code::permission_denied:
      return {401, "authentication_error"};
    case Code::not_found:
      return {404, "invalid_request_error"};
    case Code::resource_exhausted:
      return {429, "rate_limit_error"};
    case Code::deadline_exceeded:
      return {504, "timeout_error"};
    case Code::unavailable:
    case Code::corrupt:
      return {502, "api_error"};
    case Code::already_exists:
    case Code::cancelled:
    case Code::internal:
      break;
  }
  return {500, "api_error"};
}

}  // namespace

ApiError invalid_request(std::string message, std::string param, std::string code) {
  return {400, std::move(message), "invalid_request_error", std::move(param), std::move(code)};
}

ApiError api_error(const base::Error& error) {
  const auto [status, type] = status_and_type(error.code);
  std::string message = error.message;
  if (!error.hint.empty()) message += (message.empty() ? "" : ". ") + error.hint;
  return {status, std::move(message), type, "", std::string(base::to_string(error.code))};
}

std::string to_json(const ApiError& error) {
  return Json::object({{"error", Json::object({{"message", safe_message(error.message)},
                                               {"type", error.type},
                                               {"param", or_null(error.param)},
                                               {"code", or_null(error.code)}})}})
      .dump();
}

HttpResponse to_response(const ApiError& error) {
  HttpResponse response;
  response.status = error.status;
  response.body = to_json(error);
  return response;
}

}  // namespace genkai::serve
