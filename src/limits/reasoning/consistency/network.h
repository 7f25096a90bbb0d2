#pragma once
// Claims and rules as propositions and clauses.
//
//   const Network network = build_network(claims, rules);
//   network.claimed[3];                          // the proposition of claims[3]
//   network.constraints[0].literals;             // {-1, -2, 3}: propositions 0 and 1 give 2
//
// Propositions are the claims' own and those that rules lead to from them (latent, "a poodle is a mammal"
// between a poodle that is a dog and a dog that is an animal). Forward from the claims, each pair of rule and
// propositions once; latent ones that cannot matter are taken out again. What is too large is cut, and said
// so.

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "limits/reasoning/consistency/claims.h"
#include "limits/reasoning/consistency/rules.h"

namespace genkai::limits::reasoning {

/// A proposition's number plus one, negative where it is denied.
using Sign = int;
inline std::size_t proposition_of(Sign sign) {
  return static_cast<std::size_t>(sign < 0 ? -sign : sign) - 1;
}
inline Sign sign_of(std::size_t proposition, bool positive) {
  return positive ? static_cast<Sign>(proposition) + 1 : -static_cast<Sign>(proposition) - 1;
}

struct Proposition {
  Statement statement;  // not negated
  std::string text;     // for people, as first put: it may say "not"
  bool said_negated = false;
  bool kind = false;            // speaks of a whole kind
  bool denied_of_kind = false;  // some claim denies it of a whole kind, in its words
  bool latent = false;          // no claim is about it
};

/// What the instances of one rule have in common.
struct RuleNote {
  std::string text, japanese;  // the latter may be empty
  double reliability = 1;
  bool hard = false;
  bool built_in = false;  // read from the claims' own words
};

/// One instance of a rule: at least one of the literals holds.
struct Constraint {
  std::vector<Sign> literals;
  std::size_t premises = 0;  // so many literals, at the front, are denied premises
  std::size_t rule = 0;      // of the network
};

struct Network {
  std::vector<Proposition> propositions;
  std::vector<std::size_t> claimed;  // proposition of each claim
  std::vector<RuleNote> rules;
  std::vector<Constraint> constraints;
  bool cut = false;  // a bound was reached, and instances are missing
  const RuleNote& rule_of(const Constraint& constraint) const { return rules[constraint.rule]; }
};

struct NetworkBounds {
  std::size_t propositions = 200'000;
  std::size_t constraints = 1'000'000;
};

Network build_network(const std::vector<Claim>& claims, const std::vector<Rule>& rules,
                      const NetworkBounds& bounds = {});

/// Whether a constraint fails under an assignment (of each proposition).
bool fails(const Constraint& constraint, const std::vector<char>& assignment);

}  // namespace genkai::limits::reasoning
