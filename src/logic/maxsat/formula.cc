#include "logic/maxsat/formula.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace genkai::logic {
namespace {

using base::Code;

// The largest variable of a clause; kVariableLimit + 1 stands for what is none.
int largest_variable(const Clause& clause) {
  int largest = 0;
  for (const Literal literal : clause) {
    if (literal == 0 || literal < -kVariableLimit || literal > kVariableLimit) return kVariableLimit + 1;
    largest = std::max(largest, std::abs(literal));
  }
  return largest;
}

bool holds(const Clause& clause, const std::vector<bool>& model) {
  return std::any_of(clause.begin(), clause.end(), [&](Literal literal) {
    return model[static_cast<std::size_t>(std::abs(literal)) - 1] == (literal > 0);
  });
}

}  // namespace

void WeightedFormula::add_hard(Clause literals) {
  variables = std::max(variables, largest_variable(literals));
  hard.push_back(std::move(literals));
}

void WeightedFormula::add_soft(Clause literals, std::uint64_t weight) {
  variables = std::max(variables, largest_variable(literals));
  soft.push_back({std::move(literals), weight});
}

base::Status check_clause(const Clause& clause) {
  if (largest_variable(clause) <= kVariableLimit) return {};
  return base::fail(Code::invalid_argument, "a clause has a literal that is 0 or too large",
                    "number the variables from 1 to " + std::to_string(kVariableLimit));
}

base::Status check(const WeightedFormula& formula) {
  if (formula.variables < 0 || formula.variables > kVariableLimit)
    return base::fail(Code::invalid_argument,
                      "a formula of " + std::to_string(formula.variables) + " variables",
                      "number the variables from 1 to " + std::to_string(kVariableLimit));
  const auto check_own = [&](const Clause& clause) -> base::Status {
    GENKAI_RETURN_IF_ERROR(check_clause(clause));
    if (const int largest = largest_variable(clause); largest > formula.variables)
      return base::fail(Code::invalid_argument, "a clause names variable " + std::to_string(largest) +
                                                    " of " + std::to_string(formula.variables));
    return {};
  };
  for (const Clause& clause : formula.hard) GENKAI_RETURN_IF_ERROR(check_own(clause));
  std::uint64_t total = 0;
  for (const SoftClause& soft : formula.soft) {
    GENKAI_RETURN_IF_ERROR(check_own(soft.literals));
    if (soft.weight > kWeightLimit - total)
      return base::fail(Code::invalid_argument, "the weights add up to more than 2^61", "scale them down");
    total += soft.weight;
  }
  return {};
}

std::optional<std::uint64_t> cost(const WeightedFormula& formula, const std::vector<bool>& model) {
  for (const Clause& clause : formula.hard)
    if (!holds(clause, model)) return std::nullopt;
  std::uint64_t total = 0;
  for (const SoftClause& soft : formula.soft)
    if (!holds(soft.literals, model)) total += soft.weight;
  return total;
}

}  // namespace genkai::logic
