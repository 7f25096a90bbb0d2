#include "logic/maxsat/maxsat.h"

#include "logic/maxsat/core_guided.h"

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

MaxSatResult solve(const WeightedFormula& formula, const MaxSatBudget& budget) {
  if (!check(formula)) return {};
  Effort effort(budget);
  return solve_core_guided(formula, {}, effort, budget.improved);
}

struct MaxSatSession::State {
  WeightedFormula formula;
};

MaxSatSession::MaxSatSession() : state_(std::make_unique<State>()) {}
MaxSatSession::~MaxSatSession() = default;
MaxSatSession::MaxSatSession(MaxSatSession&&) noexcept = default;
MaxSatSession& MaxSatSession::operator=(MaxSatSession&&) noexcept = default;

void MaxSatSession::add_hard(Clause literals) {
  state_->formula.add_hard(std::move(literals));
}

void MaxSatSession::add_soft(Clause literals, std::uint64_t weight) {
  state_->formula.add_soft(std::move(literals), weight);
}

MaxSatResult MaxSatSession::solve(const MaxSatBudget& budget) {
  return logic::solve(state_->formula, budget);
}

const WeightedFormula& MaxSatSession::formula() const {
  return state_->formula;
}

}  // namespace genkai::logic
