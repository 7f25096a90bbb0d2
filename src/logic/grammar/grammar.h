#pragma once
// A compiled grammar: one small automaton over bytes for each rule, whose edges read a byte or call another
// rule. Immutable and thread-safe; States (states.h) runs it, Matcher (matcher.h) is what most callers want.
//
//   GENKAI_ASSIGN_OR_RETURN(auto rules, parse_rules("root ::= \"yes\" | \"no\""));
//   GENKAI_ASSIGN_OR_RETURN(auto grammar, compile(std::move(rules)));
//   match(grammar, "yes").whole

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "logic/grammar/rules.h"

namespace genkai::logic::grammar {

struct CompileLimits {
  std::size_t nodes = 1'000'000;  // of all automata together, before they are made deterministic
};

class Grammar {
 public:
  using Node = std::uint32_t;
  using RuleId = std::uint32_t;
  struct ByteEdge {
    std::uint8_t low = 0, high = 0;
    Node target = 0;
  };
  struct CallEdge {
    RuleId rule = 0;
    Node target = 0;  // where it goes on after the rule
  };

  std::span<const ByteEdge> bytes(Node node) const {
    return std::span(byte_edges_).subspan(nodes_[node].bytes, nodes_[node + 1].bytes - nodes_[node].bytes);
  }
  std::span<const CallEdge> calls(Node node) const {
    return std::span(call_edges_).subspan(nodes_[node].calls, nodes_[node + 1].calls - nodes_[node].calls);
  }
  bool is_final(Node node) const { return nodes_[node].final; }  // the rule may end here
  /// Nothing can follow here within the rule, so that a call that returns here may return to the caller.
  bool is_end(Node node) const { return is_final(node) && bytes(node).empty() && calls(node).empty(); }
  RuleId rule_of(Node node) const { return nodes_[node].rule; }

  RuleId root() const { return root_; }
  Node start(RuleId rule) const { return starts_[rule]; }
  /// No rule calls one of a lower or the same rank before it has read a byte.
  std::uint32_t rank(RuleId rule) const { return ranks_[rule]; }
  std::size_t ranked_count() const { return by_rank_.size(); }  // rules that are called, and the root
  RuleId rule_at_rank(std::uint32_t rank) const { return by_rank_[rank]; }
  const std::string& name(RuleId rule) const { return names_[rule]; }
  std::size_t rule_count() const { return starts_.size(); }
  std::size_t node_count() const { return nodes_.size() - 1; }
  /// Bytes that no edge tells apart are of one class.
  std::uint8_t class_of(std::uint8_t byte) const { return classes_[byte]; }
  std::size_t class_count() const { return class_count_; }

 private:
  friend class Compiler;
  struct NodeData {
    std::uint32_t bytes = 0, calls = 0;  // where its edges begin; they end where those of the next begin
    RuleId rule = 0;
    bool final = false;
  };
  std::vector<NodeData> nodes_;  // and one more at the end
  std::vector<ByteEdge> byte_edges_;
  std::vector<CallEdge> call_edges_;
  std::vector<Node> starts_;
  std::vector<std::uint32_t> ranks_, by_rank_;
  std::vector<std::string> names_;
  std::array<std::uint8_t, 256> classes_{};
  std::size_t class_count_ = 1;
  RuleId root_ = 0;
};

/// Errors: invalid_argument for a rule that calls itself before anything else (left recursion) or that can
/// never come to an end, each named; resource_exhausted beyond the limits.
base::Result<std::shared_ptr<const Grammar>> compile(const Rules& rules, CompileLimits limits = {});

}  // namespace genkai::logic::grammar
