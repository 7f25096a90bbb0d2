#pragma once
// BeliefBank's rules and a model's real answers, as claims and rules.
//
//   const auto data = read_beliefbank(std::getenv("GENKAI_DATA"));
//   data->claims[0].statement;             // subject "tree", predicate {"IsA", "plant"}

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "limits/reasoning/consistency/consistency.h"

namespace genkai::bench {

using limits::reasoning::Claim;
using limits::reasoning::Pattern;
using limits::reasoning::Rule;

constexpr const char* kInherits = "inherited";  // the text of inheritance()
constexpr const char* kExcludes = " (not)";     // ends the text of a rule whose conclusion is a no

struct Item {
  std::size_t entity = 0;
  bool right_is_yes = false;
  std::string relation;  // IsA, HasPart ...
};

struct BeliefBank {
  std::vector<Claim> claims;
  std::vector<Item> items;
  std::vector<std::string> entities;
  std::vector<char> second_half;  // of each entity, by a hash of its name
  std::vector<Rule> rules;
};

/// Errors: those of reading the two files in `folder`/beliefbank.
base::Result<BeliefBank> read_beliefbank(const std::string& folder);

/// "IsA,living thing": {"IsA", "living", "thing"}.
std::vector<std::string> predicate_of(std::string node);
Pattern pattern_of(const std::string& subject, std::vector<std::string> predicate, bool negated = false);

/// What is a c is and has what c is and has, by the model's own answers about c.
Rule inheritance();

}  // namespace genkai::bench
