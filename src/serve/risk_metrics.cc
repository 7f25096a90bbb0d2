#include "serve/risk_metrics.h"

#include <algorithm>

#include "serve/metrics.h"

namespace genkai::serve {
namespace {

std::string labels_of(const std::string& knowledge, const std::string& model) {
  return metric_label("kb", knowledge) + "," + metric_label("model", model);
}

// Of the calibrations in use of one knowledge base and model.
struct InUse {
  std::uint64_t observed = 0, wrong = 0;
  unsigned level = 0;
  bool refuted = false, drifted = false;
  double drift_wealth = 1;
};

}  // namespace

void write_risks(std::string& out, const RiskWatch& watch) {
  std::map<std::pair<std::string, std::string>, InUse> all;
  for (const WatchReport& one : watch.report()) {
    if (!one.current) continue;
    InUse& use = all[{one.key.knowledge, one.key.model}];
    use.observed += one.observed;
    use.wrong += one.wrong;
    use.level = std::max(use.level, one.standing.level);
    use.refuted = use.refuted || one.refuted();
    use.drifted = use.drifted || one.drifted;
    use.drift_wealth = std::max(use.drift_wealth, one.drift_wealth);
  }
  const auto each = [&](const char* name, const char* help, auto value) {
    write_metric_header(out, name, "gauge", help);
    for (const auto& [key, use] : all)
      if (const std::optional<double> is = value(use))
        write_metric(out, name, labels_of(key.first, key.second), *is);
  };
  const RiskWatch::Counters counters = watch.counters();
  write_metric_header(out, "genkai_feedback_total", "counter", "Verdicts on answers since the start.");
  for (const auto& [key, count] : counters.verdicts)
    write_metric(out, "genkai_feedback_total",
                 labels_of(std::get<0>(key), std::get<1>(key)) + "," +
                     metric_label("correct", std::get<2>(key) ? "true" : "false"),
                 static_cast<double>(count));
  write_metric_header(out, "genkai_feedback_lost_total", "counter",
                      "Lines of feedback that could not be written down.");
  write_metric(out, "genkai_feedback_lost_total", "", static_cast<double>(counters.lost));
  write_metric_header(out, "genkai_feedback_kept", "gauge",
                      "1 while there is a file that feedback is kept in.");
  write_metric(out, "genkai_feedback_kept", "", counters.kept ? 1 : 0);
  each("genkai_risk_observed_rate", "Share of wrong answers among the certified ones with feedback.",
       [](const InUse& use) -> std::optional<double> {
         if (use.observed == 0) return std::nullopt;
         return static_cast<double>(use.wrong) / static_cast<double>(use.observed);
       });
  each("genkai_risk_alarm", "1 when feedback has refuted a certificate's promise.",
       [](const InUse& use) { return std::optional<double>(use.refuted ? 1 : 0); });
  each("genkai_risk_level", "How often the promised risk was halved since.",
       [](const InUse& use) { return std::optional<double>(use.level); });
  each("genkai_drift_wealth",
       "Evidence that the questions change; it is rarely far above 1 while they do not.",
       [](const InUse& use) { return std::optional<double>(use.drift_wealth); });
  each("genkai_drift_alarm", "1 when the questions have changed since the start.",
       [](const InUse& use) { return std::optional<double>(use.drifted ? 1 : 0); });
}

}  // namespace genkai::serve
