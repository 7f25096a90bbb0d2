#pragma once
// A formula falls apart into components that share no variable; their optima add up.
//
//   for (const Component& part : components(formula)) total += solve_maxsat(part.formula, budget).upper;

#include <vector>

#include "logic/maxsat/formula.h"

namespace genkai::logic {

struct Component {
  WeightedFormula formula;     // numbered from 1
  std::vector<int> variables;  // variables[v - 1] is what v is called outside; ascending
};

/// Ordered by their smallest variable; variables that are in no clause are in none. REQUIRES: no clause of
/// the formula is empty.
std::vector<Component> components(const WeightedFormula& formula);

}  // namespace genkai::logic
