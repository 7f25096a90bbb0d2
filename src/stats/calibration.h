#pragma once
// How far probabilities can be trusted. What makes them better is recalibration.h, what promises something,
// risk_control.h.
//
//   double error = expected_calibration_error(probabilities, correct);
//   double order = auroc(probabilities, correct);          // says whether the order means anything; report

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

}  // namespace genkai::stats
