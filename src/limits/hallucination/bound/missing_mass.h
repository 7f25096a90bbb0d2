#pragma once
// The missing mass: the probability that the next fact asked about was never among the n facts seen. Who
// answers it without a source guesses.
//
//   const auto mass = estimate_missing_mass(counts.frequencies(), 0.95);
//   print(mass->value, mass->interval);
//
//   const auto exact = exact_missing_mass(probabilities, 10'000);      // of a distribution that is known

#include <cstdint>
#include <optional>
#include <span>

#include "limits/hallucination/bound/basis.h"
#include "limits/hallucination/bound/fact_counts.h"
#include "stats/intervals.h"

namespace genkai::limits::hallucination::bound {

struct MissingMass {
  Frequencies seen;
  double confidence = 0.95;
  double value = 0;  // once / n (Good and Turing; Good 1953); its expectation exceeds that of the missing
                     // mass by between 0 and 1/n
  stats::Interval interval;                     // holds for every distribution and every n
  std::optional<stats::Interval> large_sample;  // Esty's, narrower; only with kLeastForNormal singletons
  Basis basis;
};

/// Singletons below which Esty's normal limit is not given.
constexpr std::uint64_t kLeastForNormal = 20;

/// With a = 1 - confidence, each of four events has probability at most a/4:
///   once/n strays from its mean by more than sqrt(2 ln(4/a) / n) to one side: one draw changes `once` by at
///     most 2 (McDiarmid 1989);
///   the missing mass strays by more than sqrt(ln(4/a) / n) upward (McAllester and Ortiz 2003) or
///     sqrt(ln(4/a) / (1.92 n)) downward (Berend and Kontorovich 2013).
/// Their sum, with 1/n more below for the bias, is `interval`. `large_sample` is once/n +- z sqrt(once/n +
/// 2 twice/n - (once/n)^2) / sqrt(n) (Esty 1983). Errors: invalid_argument without a draw, for frequencies
/// that contradict each other, or a confidence outside (0, 1).
base::Result<MissingMass> estimate_missing_mass(const Frequencies& seen, double confidence = 0.95);

struct ExactMissingMass {
  std::size_t facts = 0;     // with probability above 0
  double n = 0;              // draws
  double value = 0;          // sum of p (1 - p)^n
  double deviation = 0;      // standard deviation of the missing mass over samples ...
  bool at_most = false;      // ... or only an upper bound of it, see kMostForVariance
  double expected_rate = 0;  // expected Good-Turing estimate: sum of p (1 - p)^(n - 1); n = 0: 1
  Basis basis;
};

/// Distinct probabilities up to which the covariances are summed; above, they are left out: they are
/// negative, which leaves an upper bound.
constexpr std::size_t kMostForVariance = 4000;

/// Mean and variance over samples of n independent draws:
///   E = sum_i p_i (1 - p_i)^n
///   V = sum_i p_i^2 ((1 - p_i)^n - (1 - p_i)^2n)
///       + sum_{i != j} p_i p_j ((1 - p_i - p_j)^n - (1 - p_i)^n (1 - p_j)^n)
/// Errors: invalid_argument when a number is no probability or their sum is not 1 within 1e-6.
base::Result<ExactMissingMass> exact_missing_mass(std::span<const double> probabilities, double n);

}  // namespace genkai::limits::hallucination::bound
