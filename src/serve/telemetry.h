#pragma once
// What operators see: Prometheus metrics, OpenTelemetry traces over OTLP/HTTP (JSON) with the GenAI semantic
// conventions, and one structured log line a request. No question, answer, document or key appears in any of
// them.
//
//   auto request = telemetry.begin("POST /v1/chat/completions", http_request.header("traceparent"));
//   request->model("genkai/handbook"); ... request->usage(usage); request->end(200, caller.id);

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/async.h"
#include "base/result.h"
#include "core/answer.h"
#include "core/trace.h"
#include "model/language_model.h"

namespace genkai::serve {

struct TelemetryOptions {
  std::string otlp_endpoint;  // "http://127.0.0.1:4318"; empty: no traces
  std::string service_name = "genkai";
  bool access_log = true;  // one JSON line a request on standard error
};

/// One request under observation. Not thread-safe.
class RequestScope {
 public:
  virtual ~RequestScope() = default;
  virtual void model(std::string_view requested, std::string_view answered = {}) = 0;
  virtual void usage(const model::Usage& usage) = 0;
  virtual void answer(const core::Answer& answer) = 0;  // outcome, reason, probability
  virtual void stages(const core::Trace& trace) = 0;    // a child span each
  virtual void first_token() = 0;                       // time to first token
  virtual std::string traceparent() const = 0;          // to send upstream; empty without tracing
  virtual void end(int status, std::string_view caller, std::string_view error_type = {}) = 0;
};

/// Thread-safe.
class Telemetry {
 public:
  static std::unique_ptr<Telemetry> create(const TelemetryOptions& options);
  /// Sends the spans that wait, for at most a second.
  virtual ~Telemetry() = default;
  virtual std::unique_ptr<RequestScope> begin(std::string_view route, std::string_view traceparent,
                                              std::string_view request_id) = 0;
  /// Gauges and counters of others, read when the page is asked for: `read` appends lines in the text format.
  virtual void collect(std::function<void(std::string& out)> read) = 0;
  /// The page in the Prometheus text format 0.0.4.
  virtual std::string metrics() const = 0;
};

}  // namespace genkai::serve
