#pragma once
// How correctness decays: with the age of a fact, and with the steps of a chain.
//
//   staleness(730, 365)->fresh;                       // 0.25: two half-lives
//   snowball({0.05, 0.05, 0.05})->all_right;          // 0.857

#include <optional>
#include <span>

#include "limits/hallucination/bound/basis.h"
#include "stats/intervals.h"

namespace genkai::limits::hallucination::bound {

struct Staleness {
  double age_days = 0, half_life_days = 0;
  double fresh = 0;                  // probability that it still holds: 2^(-age / half-life)
  double stale = 0;                  // 1 - fresh
  std::optional<double> good_until;  // days of age up to which it holds with the wanted probability
  Basis basis;
};

/// `wanted` in (0, 1] asks for good_until = half-life log2(1 / wanted). Errors: invalid_argument for a
/// negative age, a half-life that is not above 0, or numbers that are not finite.
base::Result<Staleness> staleness(double age_days, double half_life_days,
                                  std::optional<double> wanted = std::nullopt);

struct Snowball {
  double steps = 0;
  double all_right = 0;            // product of (1 - e): every step right, if errors are independent
  double some_wrong = 0;           // 1 - all_right
  stats::Interval any_dependence;  // of all_right whatever the dependence: max(0, 1 - sum e) to 1 - max e
                                   // (Boole; Fréchet)
  std::optional<double> steps_to_half;  // equal errors: steps after which all_right falls to one half
  Basis basis;
};

/// Errors: invalid_argument without a step or when one is no probability.
base::Result<Snowball> snowball(std::span<const double> errors);
/// `steps` (whole, 1 to 1e15) equal steps.
base::Result<Snowball> snowball(double error, double steps);

}  // namespace genkai::limits::hallucination::bound
