#pragma once
// The steps of solve_maxsat(), cheap ones first: what the hard clauses force, connected components, what roof
// duality fixes in each, components of what is left ("kernels"), a first model, and the search in each
// kernel.

#include "logic/maxsat/effort.h"
#include "logic/maxsat/maxsat.h"

namespace genkai::logic {

/// REQUIRES: check(formula).
MaxSatResult run_pipeline(const WeightedFormula& formula, Effort& effort, const Improved& improved);

}  // namespace genkai::logic
