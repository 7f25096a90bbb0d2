#include "serve/metrics.h"

#include <algorithm>
#include <charconv>

namespace genkai::serve {
namespace {

constexpr std::size_t kMostValues = 100, kMostModels = 500;
constexpr const char* kOther = "other";

std::string number(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

}  // namespace

void Histogram::add(double seconds) {
  const auto at = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  ++counts_[static_cast<std::size_t>(at - kBounds.begin())];
  sum_ += seconds;
}

void Histogram::write(std::string& out, std::string_view name, const std::string& labels) const {
  const std::string bucket = std::string(name) + "_bucket";
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    total += counts_[i];
    write_metric(out, bucket, labels + (labels.empty() ? "" : ",") + metric_label("le", number(kBounds[i])),
                 static_cast<double>(total));
  }
  total += counts_.back();
  write_metric(out, bucket, labels + (labels.empty() ? "" : ",") + metric_label("le", "+Inf"),
               static_cast<double>(total));
  write_metric(out, std::string(name) + "_sum", labels, sum_);
  write_metric(out, std::string(name) + "_count", labels, static_cast<double>(total));
}

std::string metric_label(std::string_view name, std::string_view value) {
  std::string label = std::string(name) + "=\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') label += '\\';
    if (c == '\n')
      label += "\\n";
    else
      label += c;
  }
  return label + '"';
}

void write_metric_header(std::string& out, std::string_view name, std::string_view type,
                         std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void write_metric(std::string& out, std::string_view name, const std::string& labels, double value) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(number(value)).append("\n");
}

void Metrics::begin() {
  const std::lock_guard lock(mutex_);
  ++in_flight_;
}

std::string Metrics::bounded(const std::string& value, std::set<std::string>& seen) {
  if (seen.contains(value)) return value;
  if (seen.size() >= kMostValues) return kOther;
  seen.insert(value);
  return value;
}

void Metrics::end(const RequestRecord& record) {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  const std::string route = bounded(record.route, routes_);
  ++requests_[{route, std::clamp(record.status, 100, 599)}];
  durations_[route].add(record.seconds);
  if (record.first_token) first_tokens_[route].add(*record.first_token);
  for (const StageTime& stage : record.stages) stages_[bounded(stage.name, stages_names_)].add(stage.seconds);
  if (!record.outcome.empty()) ++answers_[{record.outcome, bounded(record.reason, reasons_)}];
  if (record.status < 300 && models_.size() < kMostModels)
    for (const std::string& name : {record.requested_model, record.answered_model})
      if (!name.empty()) models_.insert(name);
  if (record.usage)
    usage_[label_of(record.answered_model.empty() ? record.requested_model : record.answered_model)] +=
        *record.usage;
}

std::string Metrics::label_of(std::string_view model) const {
  return models_.contains(model) ? std::string(model) : kOther;
}

std::string Metrics::known_model(std::string_view name) const {
  if (name.empty()) return {};
  const std::lock_guard lock(mutex_);
  return label_of(name);
}

void Metrics::write(std::string& out) const {
  const std::lock_guard lock(mutex_);
  const auto histograms = [&](std::string_view name, std::string_view help, std::string_view label,
                              const std::map<std::string, Histogram>& all) {
    write_metric_header(out, name, "histogram", help);
    for (const auto& [value, histogram] : all) histogram.write(out, name, metric_label(label, value));
  };
  write_metric_header(out, "genkai_requests_in_flight", "gauge", "Requests that have begun and not ended.");
  write_metric(out, "genkai_requests_in_flight", "", static_cast<double>(in_flight_));
  write_metric_header(out, "genkai_requests_total", "counter",
                      "Requests that have ended, by route and HTTP status.");
  for (const auto& [key, count] : requests_)
    write_metric(out, "genkai_requests_total",
                 metric_label("route", key.first) + "," + metric_label("status", std::to_string(key.second)),
                 static_cast<double>(count));
  histograms("genkai_request_duration_seconds", "From the arrival of a request to the end of its answer.",
             "route", durations_);
  histograms("genkai_time_to_first_token_seconds", "Until the first text of an answer was sent.", "route",
             first_tokens_);
  histograms("genkai_stage_duration_seconds", "Stages of the main path.", "stage", stages_);
  write_metric_header(out, "genkai_answers_total", "counter",
                      "Answers by outcome and, without one, the reason.");
  for (const auto& [key, count] : answers_)
    write_metric(out, "genkai_answers_total",
                 metric_label("outcome", key.first) + "," + metric_label("reason", key.second),
                 static_cast<double>(count));
  write_metric_header(out, "genkai_tokens_total", "counter", "Tokens that language models counted.");
  for (const auto& [model, used] : usage_) {
    const std::string label = metric_label("model", model);
    write_metric(out, "genkai_tokens_total", label + "," + metric_label("kind", "prompt"),
                 static_cast<double>(used.prompt_tokens));
    write_metric(out, "genkai_tokens_total", label + "," + metric_label("kind", "completion"),
                 static_cast<double>(used.completion_tokens));
  }
  write_metric_header(out, "genkai_money_total", "counter", "What they cost, in the currency of the prices.");
  for (const auto& [model, used] : usage_)
    write_metric(out, "genkai_money_total", metric_label("model", model), used.money);
}

}  // namespace genkai::serve
