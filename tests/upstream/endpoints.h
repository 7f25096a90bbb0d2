#pragma once
// The three endpoints that a model answers, from the parsed body to the plan. See protocol.h.

#include <string_view>

#include "base/json.h"
#include "protocol.h"

namespace genkai::test {

Plan chat_plan(const Request& request, const base::Json& body, const TestUpstreamOptions& options,
               Fault fault);
Plan completion_plan(const Request& request, const base::Json& body, const TestUpstreamOptions& options,
                     Fault fault);
Plan embedding_plan(const base::Json& body, Fault fault);

Plan error_plan(int status, std::string_view message, std::string_view type, base::Json param = {},
                base::Json code = {});
Plan invalid(std::string_view message, std::string_view param);

}  // namespace genkai::test
