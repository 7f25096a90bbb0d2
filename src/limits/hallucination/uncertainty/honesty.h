#pragma once
// Scoring that pays for honesty, and how well a measure tells right answers from wrong ones.
//
//   Honesty score = honest_score(outcomes, 0.75);     // a wrong answer costs 3, an abstention nothing
//   OrderQuality order = order_quality(scores, right, {.seed = 1});

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stats/calibration.h"
#include "stats/intervals.h"

namespace genkai::limits::hallucination {

enum class Judged : std::uint8_t { wrong, right, abstained };

/// 1 for a right answer, 0 for an abstention, -t / (1 - t) for a wrong one: answering pays exactly where the
/// probability of being right is above t (Kalai, Nachum, Vempala and Zhang 2025). t in [0, 1).
double honest_points(Judged outcome, double penalty);

/// Mean points of a question, with a bootstrap interval over whole clusters.
struct Honesty {
  double mean = 0;
  stats::Interval interval;
  std::size_t answered = 0, right = 0;
};
Honesty honest_score(std::span<const Judged> outcomes, double penalty,
                     const stats::BootstrapOptions& bootstrap = {});

/// Probability that a right answer scores above a wrong one, ties counting half (stats::auroc), with its
/// percentile bootstrap interval. `defined` is false where all are right or all are wrong: 0.5 says nothing
/// then. Resamples without both kinds are left out.
struct OrderQuality {
  bool defined = false;
  double auroc = 0.5;
  stats::Interval interval;
};
/// Higher scores are expected to be right. Sizes are equal; whole clusters are drawn.
OrderQuality order_quality(std::span<const double> scores, stats::Outcomes right,
                           const stats::BootstrapOptions& bootstrap = {.resamples = 1000});

/// Clusters for BootstrapOptions from the groups of items; an item without a group is its own. Empty when no
/// item has one.
std::vector<std::size_t> clusters_of(std::span<const std::string> groups);

}  // namespace genkai::limits::hallucination
