#pragma once
// Core-guided MaxSAT: the SAT solver is asked for an assignment that satisfies all soft literals; each core
// it answers with raises the lower bound and is relaxed by a count of its violations (OLL: Andres et al.,
// 2012; Morgado, Dodaro and Marques-Silva, 2014), cores being collected before they are relaxed (Berg and
// Järvisalo, 2017). Heavier literals first, each level giving an assignment (stratification), literals that
// no better assignment can violate becoming hard (Ansótegui et al., 2012).

#include "logic/maxsat/effort.h"
#include "logic/maxsat/maxsat.h"

namespace genkai::logic {

/// Improves `known`, a model with its cost and a lower bound, until it is optimal or the effort is spent.
/// REQUIRES: check(formula), known.status == MaxSatStatus::satisfiable.
MaxSatResult solve_core_guided(const WeightedFormula& formula, MaxSatResult known, Effort& effort,
                               const Improved& improved);

}  // namespace genkai::logic
