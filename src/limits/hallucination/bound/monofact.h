#pragma once
// Lower bounds on the error of a language model that was only pretrained, from how many facts its data state
// once.
//
//   const auto bound = monofact_bound(counts.frequencies(), {.miscalibration = 0.05});
//   if (bound->vacuous) say("no bound at this n"); else print(bound->value);

#include <cstdint>
#include <optional>

#include "limits/hallucination/bound/basis.h"
#include "limits/hallucination/bound/fact_counts.h"

namespace genkai::limits::hallucination::bound {

/// A lower bound and the terms that are taken off `rate` to get it.
struct LowerBound {
  double value = 0;      // the error is at least this; what is below 0 says nothing and is `vacuous`
  bool vacuous = false;  // value <= 0
  double rate = 0;       // the share that the bound starts from
  double miscalibration_term = 0, candidates_term = 0, sample_term = 0;
  double confidence = 0.95;        // the probability with which the bound holds
  std::optional<double> needed_n;  // when vacuous: least n at which the same rate would not be; none when no
                                   // n helps
  Basis basis;
};

struct MonofactOptions {
  double miscalibration = 0;  // total variation distance in [0, 1] between truth and model, both coarsened to
                              // the statements that the model finds equally probable
  double delta = 0.05;        // probability that the bound fails
  std::optional<double> false_per_fact{};  // plausible false statements for each true one, above 0; none: so
                                           // many that their term vanishes
  double regularity = 1;  // r >= 1: no unseen statement is more than r times as likely to be true as the mean
};

/// Kalai and Vempala 2024 (STOC), theorem 1: with probability 1 - delta over the truth and n training facts,
///   hallucination >= once / n - miscalibration - 3 r / (delta false_per_fact) - sqrt(6 ln(6 / delta) / n)
/// Errors: invalid_argument for numbers out of range or without a fact.
base::Result<LowerBound> monofact_bound(const Frequencies& seen, const MonofactOptions& options);

struct SingletonOptions {
  double singleton_rate = 0;                // prompts answered exactly once / n
  double n = 0;                             // training examples
  double candidates = 365;                  // least number of plausible wrong answers of a prompt, min |E_c|
  std::optional<double> most_candidates{};  // max |E_c|; with it the error that a calibrated model can reach
  double delta = 0;                         // miscalibration of the model, see below
};

struct SingletonBound {
  LowerBound lower;
  std::optional<double> reachable;  // a calibrated algorithm errs at most this much
};

/// Kalai, Nachum, Vempala and Zhang 2025, theorem 2 (arbitrary facts): with probability 0.99,
///   err >= sr - 2 / min|E_c| - (35 + 6 ln n) / sqrt(n) - delta,
/// delta = |p_model(A) - p(A)| for A the answers that the model gives more than 1 / min|E_c|. And some
/// calibrated algorithm reaches err <= sr - sr / (max|E_c| + 1) + 13 / sqrt(n).
/// Errors: invalid_argument for numbers out of range.
base::Result<SingletonBound> singleton_bound(const SingletonOptions& options);

}  // namespace genkai::limits::hallucination::bound
