#pragma once
// Failing to find, or failing to use what was found.
//
//   failure(0.9, 0.8)->value;                              // 0.28 of the questions fail
//   failure({180, 200}, {130, 160})->interval;             // the same from counts

#include <cstdint>
#include <optional>

#include "core/grounds.h"
#include "stats/intervals.h"

namespace genkai::limits::retrieval::bound {

struct Counted {
  std::uint64_t successes = 0, n = 0;
};

struct Failure {
  double found = 0, used = 0;
  double value = 0;                           // 1 - found x used
  std::optional<stats::Interval> interval{};  // from counts
  stats::Interval any_dependence;  // max(1 - found, 1 - used) to min(1, 2 - found - used) (Fréchet)
  double confidence = 0.95;
  core::Grounds grounds;
};

/// `found`: probability that what is needed is among what is shown; `used`: that the reader then answers
/// rightly. Measured on questions whose passage was found, `used` is P(used | found), and the product is
/// exact. Measured apart on other questions it needs independence; `any_dependence` needs nothing.
/// Errors: invalid_argument unless both are probabilities.
base::Result<Failure> failure(double found, double used);
/// From counts: each share's exact interval at 1 - (1 - confidence) / 2, so that both hold together
/// (Bonferroni), and what the product makes of their ends; any_dependence is between these ends too.
base::Result<Failure> failure(const Counted& found, const Counted& used, double confidence = 0.95);

}  // namespace genkai::limits::retrieval::bound
