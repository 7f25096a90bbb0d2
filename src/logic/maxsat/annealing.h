#pragma once
// A better assignment by simulated annealing (Kirkpatrick, Gelatt and Vecchi, 1983), for what the exact
// search does not decide soon. Says nothing of the lower bound.
//
//   anneal(formula, known, effort);     // known.model and known.upper, improved or as they were

#include "logic/maxsat/effort.h"
#include "logic/maxsat/maxsat.h"

namespace genkai::logic {

/// A fixed number of sweeps with a fixed seed: where the effort is not spent, the same input gives the same
/// model. REQUIRES: check_clause() for every clause, known.status == MaxSatStatus::satisfiable.
void anneal(const WeightedFormula& formula, MaxSatResult& known, Effort& effort);

}  // namespace genkai::logic
