#include "limits/reasoning/consistency/memory.h"

#include <algorithm>
#include <utility>

namespace genkai::limits::reasoning {
namespace {

// What was said before is not overruled by any turn; kClaims of these stay far below the solver's limit.
constexpr std::uint64_t kSettled = 10'000'000;

}  // namespace

ConversationMemory::ConversationMemory(std::vector<Rule> rules, ConsistencyOptions options)
    : rules_(std::move(rules)), options_(std::move(options)) {}

int ConversationMemory::variable(const Proposition& proposition) {
  return variables_.emplace(proposition.statement.key(), static_cast<int>(variables_.size()) + 1)
      .first->second;
}

// A session only grows: after old claims were left out it begins anew with those that stay.
void ConversationMemory::restart() {
  session_ = logic::MaxSatSession();
  variables_.clear();
  clauses_.clear();
  const Network network = build_network(claims_, {}, options_.bounds);
  for (std::size_t i = 0; i < claims_.size(); ++i) {
    const int place = variable(network.propositions[network.claimed[i]]);
    session_.add_soft({claims_[i].holds() ? place : -place}, kSettled);
  }
}

std::vector<Contradiction> ConversationMemory::add(std::vector<Claim> turn, text::Language language) {
  ++turns_;
  if (turn.size() > kClaims) turn.resize(kClaims);
  if (claims_.size() + turn.size() > kClaims) {
    claims_.erase(claims_.begin(),
                  claims_.begin() + static_cast<std::ptrdiff_t>(claims_.size() + turn.size() - kClaims));
    restart();
  }
  const std::size_t first = claims_.size();
  for (Claim& claim : turn) {
    claim.id = std::to_string(turns_) + "." + claim.id;
    claims_.push_back(std::move(claim));
  }
  std::vector<Rule> rules = rules_;
  if (options_.from_words)
    for (Rule& rule : rules_of_words(claims_)) rules.push_back(std::move(rule));
  Network network = build_network(claims_, rules, options_.bounds);
  if (options_.from_words) relate(claims_, network);

  std::vector<int> variables;
  for (const Proposition& one : network.propositions) variables.push_back(variable(one));
  const auto literal = [&](Sign sign) {
    return sign > 0 ? variables[proposition_of(sign)] : -variables[proposition_of(sign)];
  };
  for (const Constraint& one : network.constraints) {
    logic::Clause clause;
    for (const Sign sign : one.literals) clause.push_back(literal(sign));
    std::vector<logic::Literal> sorted = clause;
    std::sort(sorted.begin(), sorted.end());
    if (!clauses_.insert(std::move(sorted)).second) continue;
    const RuleNote& rule = network.rule_of(one);
    if (rule.hard || rule.reliability >= 1)
      session_.add_hard(std::move(clause));
    else
      session_.add_soft(std::move(clause), scaled(log_odds(rule.reliability)));
  }
  for (std::size_t i = first; i < claims_.size(); ++i)
    session_.add_soft({literal(sign_of(network.claimed[i], claims_[i].holds()))},
                      scaled(std::max(0.0, log_odds(claims_[i].confidence))));
  logic::MaxSatBudget budget;
  budget.seconds = options_.repair.seconds;
  budget.stop = options_.repair.stop;
  const logic::MaxSatResult result = session_.solve(budget);

  std::vector<Contradiction> out;
  if (!result.model.empty()) {
    Repair repair;
    repair.found = true;
    for (const int place : variables)
      repair.assignment.push_back(result.model[static_cast<std::size_t>(place) - 1]);
    for (std::size_t i = 0; i < claims_.size(); ++i)
      if ((repair.assignment[network.claimed[i]] != 0) != claims_[i].holds()) repair.changed.push_back(i);
    for (std::size_t i = 0; i < network.constraints.size(); ++i)
      if (fails(network.constraints[i], repair.assignment)) repair.broken.push_back(i);
    for (const Chain& chain : explain(claims_, network, repair)) {
      if (chain.claim < first) continue;  // reported when it was said
      Contradiction one;
      one.claim = claims_[chain.claim];
      for (const std::size_t earlier : chain.answers) one.earlier.push_back(claims_[earlier]);
      one.why = in_words(chain, claims_, network, language);
      out.push_back(std::move(one));
    }
    // What fits is settled; what does not keeps its own weight.
    for (std::size_t i = first; i < claims_.size(); ++i)
      if ((repair.assignment[network.claimed[i]] != 0) == claims_[i].holds())
        session_.add_soft({literal(sign_of(network.claimed[i], claims_[i].holds()))}, kSettled);
  }
  return out;
}

}  // namespace genkai::limits::reasoning
