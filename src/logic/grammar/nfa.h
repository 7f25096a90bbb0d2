#pragma once
// The body of a rule as a nondeterministic automaton over bytes, and the same made deterministic.

#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "logic/grammar/rules.h"

namespace genkai::logic::grammar {

/// What the automaton of one rule needs to know of the others.
struct RuleFacts {
  std::vector<bool> nullable;  // matches the empty text
  std::vector<bool> inlined;   // small and not recursive: its body stands where it is called
};

struct Nfa {
  struct Node {
    std::vector<std::uint32_t> empties{};  // targets that read nothing
    std::vector<ByteAutomaton::Edge> bytes{};
    std::vector<std::pair<std::uint32_t, std::uint32_t>> calls{};  // rule, target
  };
  std::vector<Node> nodes;  // node 0 is the start
  std::uint32_t end = 0;
};

/// Thompson's construction (1968) with characters as sequences of byte ranges. Fails beyond `most_nodes`.
base::Result<Nfa> build_nfa(const Rules& rules, std::uint32_t rule, const RuleFacts& facts,
                            std::size_t most_nodes);

struct Dfa {
  struct Node {
    std::vector<ByteAutomaton::Edge> bytes{};
    std::vector<std::pair<std::uint32_t, std::uint32_t>> calls{};
    bool final = false;
  };
  std::vector<Node> nodes;  // node 0 is the start
};

/// By subsets, without empty edges. Where that would grow out of proportion the nodes keep several edges for
/// one byte, which States can run as well.
Dfa determinise(const Nfa& nfa);

}  // namespace genkai::logic::grammar
