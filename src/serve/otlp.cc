#include "serve/otlp.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "base/json.h"
#include "base/log.h"
#include "text/utf8.h"

namespace genkai::serve {

using base::Json;

namespace {

constexpr std::size_t kBatch = 256;
constexpr std::chrono::milliseconds kGather{1'000}, kSlice{50};
constexpr std::chrono::seconds kDeadline{10};
constexpr int kServer = 2, kInternal = 1, kError = 2;

Json attribute(const char* key, const std::string& value) {
  return Json::object({{"key", key}, {"value", Json::object({{"stringValue", text::to_valid_utf8(value)}})}});
}
Json attribute(const char* key, std::uint64_t value) {  // 64-bit numbers are strings in protobuf's JSON
  return Json::object({{"key", key}, {"value", Json::object({{"intValue", std::to_string(value)}})}});
}
Json attribute(const char* key, double value) {
  return Json::object({{"key", key}, {"value", Json::object({{"doubleValue", value}})}});
}

const char* operation_of(std::string_view route) {
  if (route.find("/chat/completions") != std::string_view::npos) return "chat";
  if (route.find("/completions") != std::string_view::npos) return "text_completion";
  if (route.find("/embeddings") != std::string_view::npos) return "embeddings";
  return nullptr;
}

Json span(const TraceContext& context, const std::string& parent, const std::string& name, int kind,
          std::int64_t start_ns, double seconds) {
  Json json = Json::object({{"traceId", context.trace_id}, {"spanId", context.span_id}});
  if (!parent.empty()) json.set("parentSpanId", parent);
  json.set("name", name).set("kind", kind);
  json.set("startTimeUnixNano", std::to_string(start_ns));
  json.set("endTimeUnixNano", std::to_string(start_ns + static_cast<std::int64_t>(seconds * 1e9)));
  return json;
}

Json attributes_of(const RequestRecord& record) {
  Json all = Json::array();
  const std::size_t space = record.route.find(' ');
  if (space != std::string::npos) {
    all.push(attribute("http.request.method", record.route.substr(0, space)));
    all.push(attribute("http.route", record.route.substr(space + 1)));
  }
  all.push(attribute("http.response.status_code", static_cast<std::uint64_t>(record.status)));
  if (const char* operation = operation_of(record.route)) {
    all.push(attribute("gen_ai.operation.name", std::string(operation)));
    all.push(attribute("gen_ai.provider.name", std::string("genkai")));
  }
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) all.push(attribute(key, value));
  };
  text("gen_ai.request.model", record.requested_model);
  text("gen_ai.response.model", record.answered_model);
  if (record.usage) {
    all.push(attribute("gen_ai.usage.input_tokens", record.usage->prompt_tokens));
    all.push(attribute("gen_ai.usage.output_tokens", record.usage->completion_tokens));
  }
  if (record.first_token) all.push(attribute("genkai.time_to_first_token", *record.first_token));
  text("genkai.outcome", record.outcome);
  text("genkai.reason", record.reason);
  text("genkai.caller", record.caller);
  text("genkai.request_id", record.request_id);
  text("error.type", record.error_type);
  return all;
}

base::Task<bool> post(model::Transport& transport, std::string url, std::string body) {
  model::HttpRequest request;
  request.url = std::move(url);
  request.headers = {{"content-type", "application/json"}};
  request.body = std::move(body);
  request.connect_timeout = kDeadline;
  request.headers_timeout = kDeadline;
  request.idle_timeout = kDeadline;
  request.deadline = std::chrono::steady_clock::now() + kDeadline;
  auto exchange = co_await transport.send(std::move(request));
  if (!exchange) {
    base::log::debug("traces were not sent: " + exchange.error().message);
    co_return false;
  }
  const int status = (*exchange)->status();
  const auto answer = co_await model::read_all(**exchange);  // so that the connection is used again
  if (status / 100 != 2) base::log::debug("the collector of traces answers " + std::to_string(status));
  co_return status / 100 == 2 && answer.has_value();
}

}  // namespace

std::string to_otlp(const std::vector<RequestRecord>& records, const std::string& service_name) {
  Json spans = Json::array();
  for (const RequestRecord& record : records) {
    if (!record.span) continue;
    Json server =
        span(*record.span, record.parent_span_id, record.route, kServer, record.started_ns, record.seconds);
    server.set("attributes", attributes_of(record));
    server.set("status", record.status >= 500 ? Json::object({{"code", kError}}) : Json::object());
    spans.push(std::move(server));
    for (const StageTime& stage : record.stages)
      spans.push(span({record.span->trace_id, new_span_id(), true}, record.span->span_id, stage.name,
                      kInternal, record.started_ns + static_cast<std::int64_t>(stage.offset * 1e9),
                      stage.seconds));
  }
  Json scope = Json::object({{"scope", Json::object({{"name", "genkai"}})}, {"spans", std::move(spans)}});
  Json resource = Json::object({{"attributes", Json::array({attribute("service.name", service_name)})}});
  return Json::object({{"resourceSpans",
                        Json::array({Json::object({{"resource", std::move(resource)},
                                                   {"scopeSpans", Json::array({std::move(scope)})}})})}})
      .dump();
}

OtlpExporter::OtlpExporter(const std::string& endpoint, std::string service_name)
    : url_(endpoint.substr(0, endpoint.find_last_not_of('/') + 1) + "/v1/traces"),
      service_name_(std::move(service_name)),
      transport_(model::curl_transport()),
      thread_([this] { work(); }) {}

OtlpExporter::~OtlpExporter() {
  queue_.stop();
  thread_.join();
}

void OtlpExporter::add(const RequestRecord& record) {
  if (record.span && record.span->sampled) queue_.add(record);
}

bool OtlpExporter::send(const std::string& body) {
  namespace asio = boost::asio;
  bool done = false, taken = false, cancelled = false;
  asio::cancellation_signal cancel;
  asio::co_spawn(context_, post(*transport_, url_, body),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr thrown, bool sent) {
                   done = true;
                   taken = !thrown && sent;
                 }));
  context_.restart();
  while (!done) {
    if (context_.run_one_for(kSlice) == 0) context_.restart();
    if (!done && !cancelled && queue_.out_of_time()) {
      cancelled = true;
      cancel.emit(asio::cancellation_type::terminal);
    }
  }
  return taken;
}

void OtlpExporter::work() {
  bool well = true;
  for (auto batch = queue_.take(kBatch, kGather); !batch.empty(); batch = queue_.take(kBatch, kGather)) {
    const bool taken = !queue_.out_of_time() && send(to_otlp(batch, service_name_));
    if (taken)
      sent_ += batch.size();
    else
      queue_.drop(batch.size());
    if (taken != well) {  // once when it begins and once when it ends
      well = taken;
      if (taken)
        base::log::info("the collector of traces takes spans again");
      else
        base::log::warning("the collector of traces at " + url_ + " takes no spans; they are dropped");
    }
  }
}

}  // namespace genkai::serve
