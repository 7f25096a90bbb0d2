#pragma once
// The OpenAI protocol, from a request's body to what goes over the wire. Without sockets.
//
//   Plan plan = plan_for({"POST", "/v1/chat/completions", ...}, options, Fault::none);

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "test_upstream.h"

namespace genkai::test {

struct Request {
  std::string method, path;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string_view header(std::string_view name) const;
};

struct Plan {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;                 // of what is not streamed
  bool stream = false;              // then events are sent, each one as "data: ...\n\n"
  std::vector<std::string> events;  // [DONE] among them
};

/// Of the faults only those that change what is said: empty_choices, truncated_as_success, invalid_utf8,
/// malformed_json, malformed_sse, wrong_content_type and the statuses. The others are the connection's.
Plan plan_for(const Request& request, const TestUpstreamOptions& options, Fault fault);

/// The fault that a request asks for itself, by header or name of the model.
Fault fault_asked_for(const Request& request);

}  // namespace genkai::test
