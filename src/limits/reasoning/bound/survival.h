#pragma once
// How many chains of steps have no wrong step, by the error of each step: bare, or with a checker that has
// flagged steps written anew.
//
//   survival(std::vector<double>{0.05, 0.1, 0.02}, {})->value;              // 0.838
//   survival({.wrong = 12, .n = 400}, 8, {})->interval;                     // .653 to .882, from counts
//   survival({12, 400}, 8, {.caught = 0.8, .false_alarm = 0.05, .retries = 2})->value;

#include <cstdint>
#include <optional>
#include <span>

#include "core/grounds.h"
#include "stats/intervals.h"

namespace genkai::limits::reasoning::bound {

/// What looks at each step as it is written. The default finds nothing.
struct Checker {
  double caught = 0;          // share of wrong steps that it flags
  double false_alarm = 0;     // share of right steps that it flags
  std::uint64_t retries = 0;  // how often a flagged step is written anew; still flagged then, the chain ends
};

struct StepErrors {
  std::uint64_t wrong = 0, n = 0;  // steps counted
};

struct Survival {
  double value = 0;                           // share of chains that end with every step right
  std::optional<stats::Interval> interval{};  // from counts
  stats::Interval any_dependence{};           // without a checker: whatever the steps' dependence (Fréchet)
  double finished = 1;                        // share that is not given up
  double right_when_finished = 0;             // of these
  std::optional<stats::Interval> right_when_finished_interval{};
  double attempts = 0;  // expected writings of steps per chain
  std::uint64_t steps = 0;
  double confidence = 0.95;
  core::Grounds grounds;
};

constexpr std::uint64_t kMostSteps = 1'000'000;

/// A step is wrong with probability e, flagged with q = e c + (1 - e) f, and written anew, independently, up
/// to r times while flagged. It is accepted and right with (1 - e)(1 - f)(1 + q + ... + q^r), given up with
/// q^(r+1). Of finished chains the share (1 - e)(1 - f) / (1 - q) of each step is right, which retries do not
/// change; they only let more chains finish. Without a checker the value is the product of 1 - e_i.
/// Errors: invalid_argument without a step, with more than kMostSteps, or where a number is no probability.
base::Result<Survival> survival(std::span<const double> errors, const Checker& checker);

/// `steps` alike ones whose error was counted: Clopper and Pearson's interval of e carried through, as the
/// value falls with e.
base::Result<Survival> survival(const StepErrors& counted, std::uint64_t steps, const Checker& checker,
                                double confidence = 0.95);

/// One step for each count, the intervals of all holding at once (Bonferroni).
base::Result<Survival> survival(std::span<const StepErrors> counted, const Checker& checker,
                                double confidence = 0.95);

/// The most steps of error e with which a share of at least `target` of the chains survives; nothing when no
/// number of steps falls below it (no errors and no false alarms). 0: not even one step does.
/// Errors: invalid_argument unless `target` is inside (0, 1).
base::Result<std::optional<std::uint64_t>> longest_chain(double error, const Checker& checker, double target);

}  // namespace genkai::limits::reasoning::bound
