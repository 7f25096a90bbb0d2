#pragma once
// How far probabilities can be trusted, and the threshold that keeps a promised risk.
//
//   double error = expected_calibration_error(probabilities, correct);
//   double order = auroc(probabilities, correct);          // says whether the order means anything; report
//   both RiskThreshold t = selective_threshold(scores, correct, 0.10, 0.95); if (score >= t.threshold)
//   answer(); else abstain();

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace genkai::stats {

/// Outcomes are bytes: 0 wrong, 1 right.
using Outcomes = std::span<const std::uint8_t>;

/// Mean absolute gap of mean probability and share right over bins of equal mass (Nguyen and O'Connor 2015).
/// Equal probabilities are never parted. 0 without items.
double expected_calibration_error(std::span<const double> probabilities, Outcomes correct,
                                  std::size_t bins = 15);
/// Mean squared gap (Brier 1950).
double brier_score(std::span<const double> probabilities, Outcomes correct);
/// Probability that a right item scores above a wrong one, ties count half (Mann and Whitney). 0.5 when one
/// kind is missing.
double auroc(std::span<const double> scores, Outcomes correct);

/// Answer the items with score >= threshold: that share of them is `coverage`, that share of those is wrong.
struct RiskCoveragePoint {
  double threshold = 0;
  double coverage = 0;
  double risk = 0;
};
/// One point for each distinct score, strictest first.
std::vector<RiskCoveragePoint> risk_coverage(std::span<const double> scores, Outcomes correct);
/// Area under it: the mean risk over all coverages (Geifman, Uziel and El-Yaniv 2019); tied items enter
/// together, at their common rate. 0 is best.
double risk_coverage_area(std::span<const double> scores, Outcomes correct);

/// A threshold on scores and what was seen on the calibration set above it.
struct RiskThreshold {
  double threshold =
      std::numeric_limits<double>::infinity();  // infinite: no threshold keeps the risk, answer nothing
  std::size_t answered = 0;
  std::size_t errors = 0;
  double upper_bound = 1;  // one-sided Clopper-Pearson bound of the error rate among answered
  double coverage = 0;
};
/// The most permissive threshold whose error among answered is at most `risk`, with probability at least
/// `confidence` over the draw of the calibration set (items independent and alike those to come). Thresholds
/// are tested from the strictest on and the first failure ends the test, so that the guarantee holds though
/// many are tried: fixed-sequence testing of Learn then Test (Angelopoulos, Bates, Candès, Jordan and Lei
/// 2021), the test being the exact binomial bound (Bates et al. 2021; Geifman and El-Yaniv 2017). The
/// sequence is a fixed one of counts of answered items, so it does not look at what was right: from twice the
/// least count that could pass without an error, in steps of 2 %.
RiskThreshold selective_threshold(std::span<const double> scores, Outcomes correct, double risk,
                                  double confidence);

/// A non-decreasing step-and-line map from score to probability (pool adjacent violators, Ayer et al. 1955).
class IsotonicMap {
 public:
  /// REQUIRES: equal sizes. Without items the map is constantly 0.5.
  static IsotonicMap fit(std::span<const double> scores, Outcomes correct);
  /// Linear between the block means, constant outside.
  double operator()(double score) const;
  const std::vector<double>& scores() const { return scores_; }
  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> scores_, values_;
};

}  // namespace genkai::stats
