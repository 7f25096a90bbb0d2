// What an answer has to reach, and what is promised of those that do.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

#include "limits/hallucination/bound/decay.h"
#include "limits/hallucination/decision.h"
#include "limits/hallucination/messages.h"
#include "model/reader_calibration.h"
#include "stats/intervals.h"

namespace genkai::limits::hallucination {
namespace {

using base::Json;

constexpr double kEvenOdds = model::ReaderCalibration::kEvenOdds;
constexpr const char* kRight = "an answer is right when its quote contains what was asked for";
constexpr const char* kModelRight = "an answer is right when it contains what was asked for";

struct Certified {
  double threshold = 0, bound = 1, coverage = 0;
  std::size_t answered = 0, errors = 0, n = 0;
  std::string set, hash, assumption;
  bool synthetic = false, too_few = false;
};

core::Certificate certificate_of(const Certified& found, const Policy& policy, bool by_model) {
  core::Certificate certificate;
  certificate.kind = "risk";
  certificate.statement = "of answers given at this threshold at most " + percent(policy.risk) +
                          " are wrong, with " + percent(1 - policy.delta) + " confidence (" +
                          std::to_string(found.errors) + " of " + std::to_string(found.answered) +
                          " were, on " + found.set + ")";
  certificate.assumptions = {found.assumption, by_model ? kModelRight : kRight};
  certificate.numbers = Json::object({{"risk", policy.risk},
                                      {"delta", policy.delta},
                                      {"threshold", found.threshold},
                                      {"answered", found.answered},
                                      {"errors", found.errors},
                                      {"n", found.n},
                                      {"upper_bound", found.bound},
                                      {"coverage", found.coverage},
                                      {"calibration_set", found.set},
                                      {"hash", found.hash},
                                      {"synthetic", found.synthetic}});
  return certificate;
}

Certified by_own(const Calibration& calibration, const Policy& policy) {
  const auto found = calibration.threshold_for({.risk = policy.risk, .delta = policy.delta});
  Certified out{found.threshold,        found.bound,        found.coverage,
                found.answered,         found.errors,       found.n,
                calibration.name(),     calibration.hash(), calibration.assumption(),
                calibration.synthetic()};
  out.too_few = !found.certified() && found.needed.has_value();
  if (!(found.threshold < kEvenOdds)) return out;
  // Stricter than what was found, so within what the fixed sequence of tests covers.
  out.threshold = kEvenOdds;
  out.answered = out.errors = 0;
  for (std::size_t i = 0; i < calibration.correct().size(); ++i) {
    if (!(calibration.probabilities()[i] >= kEvenOdds)) continue;
    ++out.answered;
    out.errors += calibration.correct()[i] ? 0 : 1;
  }
  out.coverage = static_cast<double>(out.answered) / static_cast<double>(out.n);
  out.bound = stats::clopper_pearson_upper(out.errors, out.answered, 1 - policy.delta);
  return out;
}

Certified by_reader(const Policy& policy) {
  const model::RiskThreshold found = model::threshold_for(policy.risk, 1 - policy.delta);
  return {found.threshold,
          found.upper_bound,
          found.coverage,
          found.n,
          found.errors,
          found.size,
          found.calibration_set,
          found.hash,
          "questions and documents are like those of the calibration set"};
}

// The last day of an ISO date's year, month or day: evidence counts as no older than it must be.
std::optional<std::chrono::sys_days> last_day(const std::string& date) {
  int year = 0, month = 12, day = 0;
  const int parts = std::sscanf(date.c_str(), "%4d-%2d-%2d", &year, &month, &day);
  if (parts < 1 || year < 1 || month < 1 || month > 12) return {};
  using namespace std::chrono;
  const auto first = year_month{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)}};
  if (parts < 3) return sys_days{first / last};
  const auto exact = first / std::chrono::day{static_cast<unsigned>(std::max(day, 0))};
  if (!exact.ok()) return {};
  return sys_days{exact};
}

}  // namespace

std::string percent(double share) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f %%", share * 100);
  return buffer;
}

Limit limit_for(const Policy& policy, const Calibration* calibration) {
  const Certified found = calibration ? by_own(*calibration, policy) : by_reader(policy);
  return {found.threshold, found.too_few,
          certificate_of(found, policy, calibration && calibration->by_model())};
}

Limit limit_of_quotes(const Policy& policy) {
  Limit limit = limit_for(policy, policy.calibration.get());
  return limit.too_few ? limit_for(policy, nullptr) : limit;
}

double probability_by(const Calibration& calibration, const std::vector<double>& scores,
                      const core::Interpretation& meaning) {
  if (calibration.columns() != scores.size()) return 0;
  const double probability = calibration.probability(scores, group_of(meaning));
  return std::isnan(probability) ? 0 : probability;
}

std::string group_of(const core::Interpretation& meaning) {
  return meaning.language == text::Language::japanese  ? "ja"
         : meaning.language == text::Language::english ? "en"
                                                       : "other";
}

std::string stale_warning(const core::AnswerItem& item, const core::Question& question,
                          const core::Interpretation& meaning, const Policy& policy) {
  if (!meaning.asks_now || item.citations.empty()) return {};
  const std::string& date = item.citations.front().document.date;
  const auto then = last_day(date), now = last_day(question.today);
  if (!then || !now) return {};
  const double age = static_cast<double>((*now - *then).count());
  const auto still = bound::staleness(std::max(0.0, age), policy.half_life_days);
  if (!still || still->fresh >= 0.5) return {};
  return stale_message(date, policy.language);
}

}  // namespace genkai::limits::hallucination
