#pragma once
// The optimum of a formula by Z3's optimiser, to compare with. Only tests and benchmarks use it.
//
//   const Z3Optimum other = z3_optimum(formula, 10'000);
//   if (other.status == MaxSatStatus::optimal) EXPECT_EQ(other.cost, solve_maxsat(formula, {}).upper);

#include <cstdint>

#include "logic/maxsat/maxsat.h"

namespace genkai::logic {

struct Z3Optimum {
  MaxSatStatus status = MaxSatStatus::unknown;  // optimal, unsatisfiable, or unknown where the time ran out
  std::uint64_t cost = kNoCost;
};

/// Ends after about `milliseconds`. REQUIRES: check(formula).
Z3Optimum z3_optimum(const WeightedFormula& formula, unsigned milliseconds);

}  // namespace genkai::logic
