#pragma once
// Errors in OpenAI's shape: {"error":{"message","type","param","code"}}, all four keys always there.

#include <string>
#include <string_view>

#include "base/result.h"
#include "serve/http.h"

namespace genkai::serve {

struct ApiError {
  int status = 500;
  std::string message;
  std::string type;   // invalid_request_error, authentication_error, rate_limit_error, api_error, ...
  std::string param;  // empty: null
  std::string code;   // empty: null
};

/// `param` names the field of the request that is at fault.
ApiError invalid_request(std::string message, std::string param = {}, std::string code = {});
/// invalid_argument 400, permission_denied 401, not_found 404, resource_exhausted 429, deadline_exceeded 504,
/// unavailable and corrupt 502, unsupported 400, everything else 500.
ApiError api_error(const base::Error& error);
/// The body; also what goes into a stream that has already begun.
std::string to_json(const ApiError& error);
HttpResponse to_response(const ApiError& error);

}  // namespace genkai::serve
