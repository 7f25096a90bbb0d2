#include "limits/reasoning/consistency/repair.h"

#include <algorithm>
#include <cmath>

namespace genkai::limits::reasoning {
namespace {

constexpr double kScale = 1000;

logic::MaxSatBudget budget_of(const RepairOptions& options) {
  logic::MaxSatBudget budget;
  budget.seconds = options.seconds;
  budget.stop = options.stop;
  return budget;
}

logic::WeightedFormula empty_formula(const Network& network) {
  logic::WeightedFormula formula;
  formula.variables = static_cast<int>(network.propositions.size());
  return formula;
}

}  // namespace

std::uint64_t scaled(double nats) {
  return static_cast<std::uint64_t>(std::max(1.0, std::round(nats * kScale)));
}

Repair find_repair(const std::vector<Claim>& claims, const Network& network, const RepairOptions& options) {
  logic::WeightedFormula formula = empty_formula(network);
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const double odds = log_odds(claims[i].confidence);
    if (odds == 0) continue;  // it says nothing
    formula.add_soft({sign_of(network.claimed[i], claims[i].holds() == (odds > 0))}, scaled(std::abs(odds)));
  }
  for (const Constraint& one : network.constraints) {
    const RuleNote& rule = network.rule_of(one);
    if (rule.hard || rule.reliability >= 1)
      formula.add_hard(one.literals);
    else if (rule.reliability > 0.5)
      formula.add_soft(one.literals, scaled(log_odds(rule.reliability)));
  }
  const logic::MaxSatResult result = logic::solve_maxsat(formula, budget_of(options));
  Repair repair;
  repair.contradictory = result.status == logic::MaxSatStatus::unsatisfiable;
  repair.found = !result.model.empty() || formula.variables == 0;
  repair.lower = static_cast<double>(result.lower) / kScale;
  if (!repair.found || repair.contradictory) return repair;
  repair.optimal = result.status == logic::MaxSatStatus::optimal;
  repair.upper = static_cast<double>(result.upper) / kScale;
  repair.assignment.assign(result.model.begin(), result.model.end());
  for (std::size_t i = 0; i < claims.size(); ++i)
    if ((repair.assignment[network.claimed[i]] != 0) != claims[i].holds()) repair.changed.push_back(i);
  for (std::size_t i = 0; i < network.constraints.size(); ++i)
    if (fails(network.constraints[i], repair.assignment)) repair.broken.push_back(i);
  return repair;
}

Certificate certify(const std::vector<Claim>& claims, const Network& network, const RepairOptions& options) {
  logic::WeightedFormula formula = empty_formula(network);
  for (std::size_t i = 0; i < claims.size(); ++i)
    formula.add_soft({sign_of(network.claimed[i], claims[i].holds())}, 1);
  for (const Constraint& one : network.constraints) formula.add_hard(one.literals);
  const logic::MaxSatResult result = logic::solve_maxsat(formula, budget_of(options));
  Certificate certificate;
  certificate.of = claims.size();
  certificate.contradictory = result.status == logic::MaxSatStatus::unsatisfiable;
  if (certificate.contradictory) return certificate;
  certificate.at_least = static_cast<std::size_t>(result.lower);
  certificate.at_most = result.model.empty() ? claims.size() : static_cast<std::size_t>(result.upper);
  return certificate;
}

}  // namespace genkai::limits::reasoning
