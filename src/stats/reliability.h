#pragma once
// Everything that is said of a set of probabilities, with intervals, beside what a constant would get.
//
//   const Reliability report = assess(probabilities, correct, {.seed = 1});
//   print(report.auroc.value, report.auroc.interval);

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "stats/calibration.h"
#include "stats/intervals.h"

namespace genkai::stats {

struct Estimate {
  double value = 0;
  Interval interval{0, 0};
};

struct Reliability {
  std::size_t n = 0;
  Estimate accuracy;      // share right
  Estimate ece;           // mean |probability - share right| over 15 bins of equal width (Guo et al. 2017)
  Estimate adaptive_ece;  // the same over bins of equal mass (Nguyen and O'Connor 2015)
  Estimate brier;         // = reliability - resolution + uncertainty, of the bins of equal mass, up to the
                          // variance within bins (Murphy 1973)
  Estimate reliability, resolution, uncertainty;
  Estimate log_loss;  // in nats, of probabilities clipped to [1e-6, 1 - 1e-6]
  Estimate auroc;
  Estimate aurc;  // mean risk over coverages (Geifman, Uziel and El-Yaniv 2019)
  Estimate prr;   // prediction rejection ratio: the share of the way from random to ideal order that the mean
                  // quality of the retained goes (Malinin and Gales 2021; Vashurin et al. 2025). 0 at random
};

struct AssessOptions {
  std::uint64_t seed = 1;
  std::size_t resamples = 1000;  // of the bootstrap over items; 0 leaves the intervals at [0, 0]
  double confidence = 0.95;
  std::size_t bins = 15;
};

/// REQUIRES: equal sizes, no NaN. Order measures (auroc, aurc, prr) take any scores, the others
/// probabilities.
Reliability assess(std::span<const double> probabilities, Outcomes correct,
                   const AssessOptions& options = {});

/// A constant predictor at the share right on the same items: what every figure has to be seen beside.
Reliability assess_constant(Outcomes correct, const AssessOptions& options = {});

/// The figures of a report by name, in the order in which they are shown.
std::vector<std::pair<std::string_view, Estimate>> figures(const Reliability& report);

/// Of the bins of equal mass: mean probability, share right with its Wilson interval, and items, for a
/// reliability diagram.
struct ReliabilityBin {
  double probability = 0, share = 0;
  Interval interval;
  std::size_t items = 0;
};
std::vector<ReliabilityBin> reliability_bins(std::span<const double> probabilities, Outcomes correct,
                                             std::size_t bins = 15);

}  // namespace genkai::stats
