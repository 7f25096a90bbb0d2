#pragma once
// A formula with the same optima and less in it.
//
//   Simplified simple = simplify(formula, {});
//   // cost of an assignment that agrees with simple.values == simple.offset + its cost in simple.formula

#include <cstdint>
#include <vector>

#include "logic/maxsat/formula.h"

namespace genkai::logic {

/// 1 or -1 for what a variable is fixed to, 0 where it is free; index v - 1.
using Values = std::vector<signed char>;

struct Simplified {
  bool contradictory = false;  // no assignment keeps the hard clauses; then nothing else counts
  std::uint64_t offset = 0;    // what every assignment costs
  Values values;               // those given and what the hard clauses force from them
  WeightedFormula formula;     // over the free variables, in the numbering of the original
};

/// Fixes what is given (empty: nothing) and what follows by unit propagation; removes clauses that hold and
/// literals that do not, tautologies and repetitions; adds the weights of equal soft clauses, and what
/// opposite unit clauses cost for certain to the offset. No clause of the result is empty, no hard one is a
/// unit, literals are in ascending order. REQUIRES: check(formula).
Simplified simplify(const WeightedFormula& formula, Values values);

}  // namespace genkai::logic
