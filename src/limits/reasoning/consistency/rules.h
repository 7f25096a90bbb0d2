#pragma once
// What claims are held to: rules over subjects, each with its reliability.
//
//   {"if": "?x is a dog", "then": "?x is a mammal", "reliability": 0.99, "text": "dogs are mammals"}
//   {"rule": "?x is a ?c & ?c is part of ?w -> ?x is part of ?w", "hard": true}
//   {"at_most_one": ["?x is a dog", "?x is a cat", "?x is a fish"]}
//
// Every kind becomes clauses over propositions: implication (several premises, either polarity), at most one,
// exactly one, and properties of a relation (transitive, asymmetric, symmetric, one value).

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "limits/reasoning/consistency/statement.h"

namespace genkai::limits::reasoning {

/// That one instance of a rule holds, where nothing else is said: large, but not certain.
constexpr double kDefaultReliability = 0.99;
constexpr std::size_t kMostRules = 100'000;

/// A statement whose subject, or the end of whose predicate, may be a variable.
struct Pattern {
  std::string text;  // as written, for people
  Statement statement;
  enum class Only {
    any,
    kind,           // instances that speak of a whole kind: "dogs bark"
    denied_of_kind  // instances that some claim denies of a whole kind in its words: "no dog is a cat"
  } only = Only::any;
  bool positive() const { return !statement.negated; }
};

struct Rule {
  std::string text;                  // for people; made from the patterns where none is given
  std::vector<Pattern> premises;     // all of them together ...
  std::vector<Pattern> conclusions;  // ... give each of these; or the members of at most one, exactly one
  enum class Kind { implication, at_most_one, exactly_one } kind = Kind::implication;
  std::vector<std::pair<std::string, std::string>> distinct;  // variables that must differ
  double reliability = kDefaultReliability;                   // of one instance, within [0.5, 1]
  bool hard = false;
  bool among_claims = false;  // instances whose conclusion nobody claims are left out
  bool built_in = false;  // read from the claims' own words
  std::string japanese;   // its text in Japanese, where it is built in
};

/// Errors: invalid_argument, when a record is no rule, or a conclusion has a variable that no premise binds.
base::Result<std::vector<Rule>> rules_of(const base::Json& json);
/// A JSON array, an object with "rules", or JSON Lines. The format is in
/// docs/limits/reasoning/consistency.md.
base::Result<std::vector<Rule>> parse_rules(std::string_view text);

bool is_variable(std::string_view word);

}  // namespace genkai::limits::reasoning
