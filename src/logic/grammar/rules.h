#pragma once
// A context-free grammar as rules over characters, before it is compiled. Written in GBNF, made from a JSON
// Schema (schema.h) or from evidence (evidence.h), or put together here:
//
//   Rules rules;
//   const std::uint32_t digit = rules.add("digit", Expression::characters({{'0', '9'}}));
//   rules.root = rules.add("root", Expression::repeat(Expression::call(digit), 1, kUnbounded));
//   auto grammar = compile(std::move(rules));

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace genkai::logic::grammar {

constexpr std::uint32_t kUnbounded = 0xFFFFFFFFU;

/// Code points low to high, both included.
struct CodeRange {
  char32_t low = 0, high = 0;
  bool operator==(const CodeRange&) const = default;
};

/// Sorted, disjoint, without surrogates and without what is beyond Unicode.
std::vector<CodeRange> normalised(std::vector<CodeRange> ranges);
/// All code points but these.
std::vector<CodeRange> complement(std::vector<CodeRange> ranges);

/// An automaton over bytes, given whole as the body of a rule. Node 0 is where it starts. Every node has to
/// lead to a final one; a byte may have several edges.
struct ByteAutomaton {
  struct Edge {
    std::uint8_t low = 0, high = 0;
    std::uint32_t target = 0;
  };
  struct Node {
    std::vector<Edge> edges{};
    bool final = false;
  };
  std::vector<Node> nodes;
};

struct Expression {
  enum class Kind : std::uint8_t { literal, characters, sequence, choice, repeat, call, listed };
  Kind kind = Kind::literal;
  std::string text{};               // of a literal: UTF-8
  std::vector<CodeRange> ranges{};  // of characters
  std::vector<Expression> parts{};  // of a sequence, choice or list; of a repeat its one body
  std::uint32_t low = 0, high = 0;  // of a repeat: how often, kUnbounded for no end
  std::uint32_t rule = 0;           // of a call
  std::vector<bool> required{};     // of a list, one for each item

  static Expression literal(std::string_view utf8);
  static Expression characters(std::vector<CodeRange> ranges);
  static Expression sequence(std::vector<Expression> parts);
  static Expression choice(std::vector<Expression> parts);
  static Expression repeat(Expression body, std::uint32_t low, std::uint32_t high);
  static Expression optional(Expression body) { return repeat(std::move(body), 0, 1); }
  static Expression call(std::uint32_t rule);
  /// The items in this order, each at most once, those that are not required perhaps missing, and
  /// `separator` between any two that are there. Its size is linear, which no other form has.
  static Expression listed(Expression separator, std::vector<Expression> items, std::vector<bool> required);
};

struct Rule {
  std::string name;
  Expression body;
  std::shared_ptr<const ByteAutomaton> automaton{};  // instead of the body
};

struct Rules {
  std::vector<Rule> rules;
  std::uint32_t root = 0;
  std::uint32_t add(std::string name, Expression body);
  std::uint32_t add(std::string name, ByteAutomaton automaton);
};

/// GBNF, as llama.cpp has it: `name ::= ...` with | ( ) * + ? {m} {m,} {m,n}, "literals", [classes],
/// [^classes], `.`, escapes \n \r \t \\ \" \[ \] \- \^ \xHH \uHHHH \UHHHHHHHH and # comments. A rule ends at
/// the end of its line, except inside ( ) and after | or ::=. The rule `root` is where it starts. Errors are
/// invalid_argument with line and column.
base::Result<Rules> parse_rules(std::string_view text);

}  // namespace genkai::logic::grammar
