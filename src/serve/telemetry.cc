#include "serve/telemetry.h"

#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "serve/access_log.h"
#include "serve/metrics.h"
#include "serve/otlp.h"
#include "serve/request_record.h"

namespace genkai::serve {

namespace {

constexpr int kClientClosedRequest = 499;  // as nginx counts a client that went away

class AllTelemetry final : public Telemetry {
 public:
  explicit AllTelemetry(const TelemetryOptions& options) {
    if (options.access_log) log_ = std::make_unique<AccessLog>(STDERR_FILENO);
    if (!options.otlp_endpoint.empty())
      exporter_ = std::make_unique<OtlpExporter>(options.otlp_endpoint, options.service_name);
  }

  std::unique_ptr<RequestScope> begin(std::string_view route, std::string_view traceparent,
                                      std::string_view request_id) override;

  void collect(std::function<void(std::string&)> read) override {
    const std::lock_guard lock(mutex_);
    readers_.push_back(std::move(read));
  }

  std::string metrics() const override {
    std::string out;
    metrics_.write(out);
    write_metric_header(out, "genkai_telemetry_dropped_total", "counter",
                        "Requests missing from the traces or the log because nobody took them in time.");
    write_metric(out, "genkai_telemetry_dropped_total", metric_label("from", "log"),
                 log_ ? static_cast<double>(log_->dropped()) : 0);
    write_metric(out, "genkai_telemetry_dropped_total", metric_label("from", "traces"),
                 exporter_ ? static_cast<double>(exporter_->dropped()) : 0);
    write_metric_header(out, "genkai_telemetry_traced_total", "counter", "Requests whose spans were taken.");
    write_metric(out, "genkai_telemetry_traced_total", "",
                 exporter_ ? static_cast<double>(exporter_->sent()) : 0);
    const std::lock_guard lock(mutex_);
    for (const auto& read : readers_) read(out);
    return out;
  }

  bool tracing() const { return exporter_ != nullptr; }

  void end(RequestRecord record) {
    metrics_.end(record);
    // A name that no model has may hold anything, so it is written nowhere.
    record.requested_model = metrics_.known_model(record.requested_model);
    record.answered_model = metrics_.known_model(record.answered_model);
    if (exporter_) exporter_->add(record);
    if (log_) log_->write(record);
  }

 private:
  Metrics metrics_;
  std::unique_ptr<AccessLog> log_;
  std::unique_ptr<OtlpExporter> exporter_;
  mutable std::mutex mutex_;
  std::vector<std::function<void(std::string&)>> readers_;
};

class Scope final : public RequestScope {
 public:
  Scope(AllTelemetry& telemetry, RequestRecord record) : telemetry_(telemetry), record_(std::move(record)) {}
  ~Scope() override {
    if (!ended_) Scope::end(kClientClosedRequest, {}, "cancelled");
  }

  void model(std::string_view requested, std::string_view answered) override {
    record_.requested_model = requested;
    record_.answered_model = answered;
  }
  void usage(const model::Usage& usage) override {
    if (!record_.usage) record_.usage.emplace();
    *record_.usage += usage;
  }
  void answer(const core::Answer& answer) override {
    record_.outcome = core::to_string(answer.outcome);
    record_.reason = core::to_string(answer.reason);
    if (!answer.answers.empty() && !answer.answers.front().model.empty())
      record_.answered_model = answer.answers.front().model;
  }
  void stages(const core::Trace& trace) override {
    // The trace knows how long each stage took, not when it began; they follow each other.
    double at = std::max(0.0, seconds() - trace.milliseconds() / 1e3);
    for (const core::StageRecord& stage : trace.stages()) {
      record_.stages.push_back({stage.name, stage.milliseconds / 1e3, at});
      at += stage.milliseconds / 1e3;
    }
  }
  void first_token() override {
    if (!record_.first_token) record_.first_token = seconds();
  }
  std::string traceparent() const override {
    return record_.span ? to_traceparent(*record_.span) : std::string();
  }
  void end(int status, std::string_view caller, std::string_view error_type) override {
    if (ended_) return;
    ended_ = true;
    record_.status = status;
    record_.caller = caller;
    record_.error_type = error_type;
    record_.seconds = seconds();
    telemetry_.end(std::move(record_));
  }

 private:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }
  AllTelemetry& telemetry_;
  RequestRecord record_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  bool ended_ = false;
};

std::unique_ptr<RequestScope> AllTelemetry::begin(std::string_view route, std::string_view traceparent,
                                                  std::string_view request_id) {
  RequestRecord record;
  record.route = route;
  record.request_id = request_id;
  record.started_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  if (tracing()) {
    const auto parent = parse_traceparent(traceparent);
    record.span = new_span(parent);
    if (parent) record.parent_span_id = parent->span_id;
  }
  metrics_.begin();
  return std::make_unique<Scope>(*this, std::move(record));
}

}  // namespace

std::unique_ptr<Telemetry> Telemetry::create(const TelemetryOptions& options) {
  return std::make_unique<AllTelemetry>(options);
}

}  // namespace genkai::serve
