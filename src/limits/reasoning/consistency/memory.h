#pragma once
// Holds a conversation to its own earlier answers.
//
//   ConversationMemory memory;
//   memory.add(claims_of_text("The museum opened in 1932."));
//   for (const auto& one : memory.add(claims_of_text("The museum opened in 1935.")))
//     one.why;      // "The museum opened in 1932" and the rule ... but sentence 2.1 says ...
//
// Each turn's claims are added to one incremental MaxSAT session, which looks again only at what they touch.
// Earlier answers weigh more than all of a new turn: the report names the new answer that does not fit, and
// the earlier ones that it contradicts; which of them is right is not said. Not thread-safe.

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "limits/reasoning/consistency/consistency.h"

namespace genkai::limits::reasoning {

struct Contradiction {
  Claim claim;                 // of the newest turn
  std::vector<Claim> earlier;  // that it cannot be true with; may hold claims of the same turn
  std::string why;             // in words
};

class ConversationMemory {
 public:
  /// At most this many claims are kept; of longer conversations the newest.
  static constexpr std::size_t kClaims = 2000;

  explicit ConversationMemory(std::vector<Rule> rules = {}, ConsistencyOptions options = {});

  /// Adds one turn and gives what in it contradicts what was said before (or each other). Ids become
  /// "turn.id", turns counted from 1. Nothing is removed: a claim that does not fit is remembered too, at its
  /// own weight.
  std::vector<Contradiction> add(std::vector<Claim> turn, text::Language language = text::Language::english);

  const std::vector<Claim>& claims() const { return claims_; }

 private:
  int variable(const Proposition& proposition);
  void restart();

  std::vector<Rule> rules_;
  ConsistencyOptions options_;
  std::vector<Claim> claims_;
  std::size_t turns_ = 0;
  logic::MaxSatSession session_;
  std::map<std::string, int> variables_;           // by a proposition's key
  std::set<std::vector<logic::Literal>> clauses_;  // of constraints that the session has
};

}  // namespace genkai::limits::reasoning
