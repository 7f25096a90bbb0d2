#include "logic/maxsat/maxsat.h"

#include "logic/maxsat/pipeline.h"

namespace genkai::logic {

std::string_view to_string(MaxSatStatus status) {
  switch (status) {
    case MaxSatStatus::optimal:
      return "optimal";
    case MaxSatStatus::satisfiable:
      return "satisfiable";
    case MaxSatStatus::unsatisfiable:
      return "unsatisfiable";
    case MaxSatStatus::unknown:
      return "unknown";
  }
  return "unknown";
}

MaxSatResult solve_maxsat(const WeightedFormula& formula, const MaxSatBudget& budget) {
  if (!check(formula)) return {};
  Effort effort(budget);
  return run_pipeline(formula, effort, budget.improved);
}

}  // namespace genkai::logic
