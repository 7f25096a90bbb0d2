#pragma once
// What the clauses of one and two literals decide alone: a lower bound, and variables whose value costs
// nothing, by one maximum flow (Hammer, Hansen and Simeone, 1984; Boros and Hammer, 2002, section 5).
//
//   const Roof roof = roof_duality(formula);
//   // some optimum of the formula agrees with roof.values
//
// A clause (a or b) of weight w becomes the arcs not-a -> b and not-b -> a of capacity w, a unit (a) the arcs
// true -> a and not-a -> false; hard clauses have a capacity that no flow fills. Half of the flow from true
// to false is the bound. A set of literals that is closed under the arcs of the residual network and has no
// opposites can be made true in any assignment without added cost in these clauses (weak persistency). Longer
// clauses count for nothing in the bound, and a literal that such a clause would need otherwise is left out
// of the set, with all that lead to it, so that making the rest true costs nothing in any clause.

#include <cstdint>

#include "logic/maxsat/simplify.h"

namespace genkai::logic {

struct Roof {
  Values values;
  std::uint64_t twice_lower = 0;
  /// What the flow leaves: twice the cost of an assignment that keeps the hard clauses is twice_lower and its
  /// cost here. The search starts from the bound, and sees only what the flow could not decide.
  WeightedFormula residual;
};

/// REQUIRES: the formula is as simplify() leaves it.
Roof roof_duality(const WeightedFormula& formula);

}  // namespace genkai::logic
