#include "model/reader_calibration.h"

#include <cmath>

#include "base/hash.h"

#include "stats/intervals.h"
#include "stats/risk_control.h"

namespace genkai::model {

using base::Code;

base::Result<ReaderCalibration> ReaderCalibration::parse(const base::Json& json) {
  ReaderCalibration calibration;
  calibration.name_ = json.string("set");
  const base::Json* scores = json.find("probabilities");
  const std::string correct = json.string("correct");
  if (calibration.name_.empty() || !scores || !scores->is_array() || scores->items().size() != correct.size())
    return base::fail(
        Code::invalid_argument,
        "reader weights: \"calibration\" needs \"set\", \"probabilities\" and one 0 or 1 of \"correct\" "
        "for each of them");
  for (std::size_t i = 0; i < correct.size(); ++i) {
    const base::Json& score = scores->items()[i];
    if (!score.is_number() || !std::isfinite(score.as_double()) || (correct[i] != '0' && correct[i] != '1'))
      return base::fail(Code::invalid_argument,
                        "reader weights: item " + std::to_string(i) + " of \"calibration\" is malformed");
    calibration.scores_.push_back(score.as_double());
    calibration.correct_.push_back(correct[i] == '1');
  }
  std::string content = correct;
  for (const double score : calibration.scores_) content += "," + base::Json(score).dump();
  calibration.hash_ = base::content_hash(content);
  return calibration;
}

RiskThreshold ReaderCalibration::threshold_for(double risk, double confidence) const {
  const stats::Promise promise{.risk = risk, .delta = 1 - confidence};
  const auto found =
      stats::certify_threshold(scores_, correct_, promise, {.first = 3 * stats::least_answered(promise)});
  if (!(found.threshold < kEvenOdds))
    return {found.threshold, found.answered, found.errors, found.bound,   found.coverage,
            confidence,      name_,          hash_,        scores_.size()};
  // Stricter than what was found, so within what the fixed sequence of tests covers.
  RiskThreshold even{kEvenOdds, 0, 0, 1, 0, confidence, name_, hash_, scores_.size()};
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (scores_[i] < kEvenOdds) continue;
    ++even.n;
    even.errors += correct_[i] ? 0 : 1;
  }
  even.upper_bound = stats::clopper_pearson_upper(even.errors, even.n, confidence);
  even.coverage = static_cast<double>(even.n) / static_cast<double>(scores_.size());
  return even;
}

}  // namespace genkai::model
