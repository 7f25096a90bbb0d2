#pragma once
// Counters and histograms over all requests, written in the Prometheus text format 0.0.4. Labels take few
// values: routes are fixed, and a model's name counts only once a request to it has succeeded.

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "serve/request_record.h"

namespace genkai::serve {

/// Of seconds.
class Histogram {
 public:
  static constexpr std::array kBounds{.001, .0025, .005, .01, .025, .05, .1,  .25,
                                      .5,   1.,    2.5,  5.,  10.,  30., 60., 120.};
  void add(double seconds);
  /// `labels` as they stand between the braces, without `le`.
  void write(std::string& out, std::string_view name, const std::string& labels) const;

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

/// A label's value with what the format wants escaped.
std::string metric_label(std::string_view name, std::string_view value);
/// "# HELP" and "# TYPE".
void write_metric_header(std::string& out, std::string_view name, std::string_view type,
                         std::string_view help);
void write_metric(std::string& out, std::string_view name, const std::string& labels, double value);

/// Thread-safe.
class Metrics {
 public:
  void begin();
  /// Counts a request that has ended; the name under which its model counts is "other" when it is unknown.
  void end(const RequestRecord& record);
  std::string known_model(std::string_view name) const;
  void write(std::string& out) const;

 private:
  std::string label_of(std::string_view model) const;
  std::string bounded(const std::string& value, std::set<std::string>& seen);
  mutable std::mutex mutex_;
  std::int64_t in_flight_ = 0;
  std::set<std::string> routes_, stages_names_, reasons_;
  std::set<std::string, std::less<>> models_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Histogram> durations_, first_tokens_, stages_;
  std::map<std::string, model::Usage> usage_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> answers_;
};

}  // namespace genkai::serve
