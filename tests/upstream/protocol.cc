#include "protocol.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/json.h"
#include "endpoints.h"

namespace genkai::test {
namespace {

using base::Json;

Json model_entry(const std::string& id, const TestUpstreamOptions& options) {
  return Json::object({{"id", id},
                       {"object", "model"},
                       {"created", 1700000000},
                       {"owned_by", "simulated"},
                       {"max_model_len", options.context_tokens}});
}

std::optional<Plan> status_plan(Fault fault, const TestUpstreamOptions& options) {
  Plan plan;
  switch (fault) {
    case Fault::limited_with_delay:
      plan = error_plan(429, "Rate limit reached.", "rate_limit_error", {}, "rate_limit_exceeded");
      plan.headers = {{"Retry-After", std::to_string(options.retry_after_seconds)}};
      return plan;
    case Fault::limited:
      return error_plan(429, "Rate limit reached.", "rate_limit_error", {}, "rate_limit_exceeded");
    case Fault::internal_error:
      return error_plan(500, "The server had an error.", "server_error");
    case Fault::unavailable:
      return error_plan(503, "The model is overloaded.", "server_error");
    case Fault::clock_skew:
      plan = error_plan(503, "The model is overloaded.", "server_error");
      plan.headers = {{"Date", "Sun, 01 Jan 2073 00:00:00 GMT"},
                      {"Retry-After", "Sun, 01 Jan 2073 00:00:01 GMT"}};
      return plan;
    case Fault::wrong_content_type:
      plan.content_type = "text/html; charset=utf-8";
      plan.body = "<!DOCTYPE html><title>Sign in</title><p>Please sign in to use this network.</p>";
      return plan;
    default:
      return std::nullopt;
  }
}

void spoil_text(std::string& json) {
  for (const char* mark : {"\"content\":\"", "\"text\":\"", "\"object\":\""})
    if (const std::size_t at = json.rfind(mark); at != std::string::npos) {
      json.insert(at + std::strlen(mark), "\xff\xfe");
      return;
    }
}

/// Breaks the body of a plan, or its event number `after`.
void spoil(Plan& plan, Fault fault, std::size_t after) {
  if (fault != Fault::malformed_json && fault != Fault::malformed_sse && fault != Fault::invalid_utf8) return;
  if (plan.stream) {
    if (plan.events.size() <= after) after = 0;
    std::string& event = plan.events[after];
    if (fault == Fault::malformed_json) event.resize(event.size() / 2);
    if (fault == Fault::invalid_utf8) spoil_text(event);
    if (fault == Fault::malformed_sse) event += "\nthis line is no field of an event";
    return;
  }
  if (fault == Fault::malformed_json) plan.body.resize(plan.body.size() / 2);
  if (fault == Fault::invalid_utf8) spoil_text(plan.body);
  if (fault == Fault::malformed_sse) {
    plan.body = "data: " + plan.body + "\n\ndata: [DONE]\n\n";
    plan.content_type = "text/event-stream";
  }
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

Fault fault_asked_for(const Request& request) {
  if (const auto fault = fault_named(request.header("x-test-fault"))) return *fault;
  constexpr std::string_view kMark = "\"fault:";
  const std::size_t at = request.body.find(kMark);
  if (at == std::string::npos) return Fault::none;
  const std::size_t start = at + kMark.size();
  return fault_named(request.body.substr(start, request.body.find('"', start) - start)).value_or(Fault::none);
}

Plan plan_for(const Request& request, const TestUpstreamOptions& options, Fault fault) {
  if (!options.key.empty() && request.header("authorization") != "Bearer " + options.key)
    return error_plan(401, "The API key is wrong.", "authentication_error", {}, "invalid_api_key");
  if (auto plan = status_plan(fault, options)) return std::move(*plan);
  const std::string_view path = request.path;
  if (request.method == "GET" && path == "/v1/models") {
    Json list = Json::array();
    for (const std::string& id : options.models) list.push(model_entry(id, options));
    Plan plan;
    plan.body = Json::object({{"object", "list"}, {"data", std::move(list)}}).dump();
    return plan;
  }
  const auto known = [&](const std::string& id) {
    return id.starts_with("fault:") ||
           std::find(options.models.begin(), options.models.end(), id) != options.models.end();
  };
  const auto no_model = [](const std::string& id) {
    return error_plan(404, "The model '" + id + "' does not exist.", "invalid_request_error", "model",
                      "model_not_found");
  };
  constexpr std::string_view kModels = "/v1/models/";
  if (request.method == "GET" && path.starts_with(kModels)) {
    const std::string id(path.substr(kModels.size()));
    if (!known(id)) return no_model(id);
    Plan plan;
    plan.body = model_entry(id, options).dump();
    return plan;
  }
  const bool chat = path == "/v1/chat/completions", text = path == "/v1/completions",
             vectors = path == "/v1/embeddings";
  if (!chat && !text && !vectors)
    return error_plan(404, "There is nothing at this path.", "invalid_request_error");
  if (request.method != "POST") return error_plan(405, "This path takes POST only.", "invalid_request_error");
  const base::Result<Json> body = Json::parse(request.body);
  if (!body || !body->is_object()) return invalid("The body is no JSON object.", "");
  if (!known(body->string("model"))) return no_model(body->string("model"));
  Plan plan = chat   ? chat_plan(request, *body, options, fault)
              : text ? completion_plan(request, *body, options, fault)
                     : embedding_plan(*body, fault);
  if (plan.status == 200) spoil(plan, fault, options.fault_after_events);
  return plan;
}

}  // namespace genkai::test
