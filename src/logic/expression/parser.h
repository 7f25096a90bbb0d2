#pragma once
// From words to a tree.
//
//   statement   name = expression, or expression; the last one is the worth of all
//   expression  if a then b else c | alternative {in unit}
//   alternative, conjunction, negation, comparison, sum, product, sign, power: as usual
//   operand     amount | date | time of day | name | function(values) | (expression) | [values] | "text"
//
// An amount is a number with its unit: it binds tighter than any sign, so that 60 km/h * 2 h is 120 km.

#include <string>
#include <vector>

#include "logic/expression/expression.h"
#include "logic/expression/lexer.h"

namespace genkai::logic::expression {

enum class Op { value, name, call, list, chain, negate, power, convert, compare, all, any, invert, choose };

struct Node {
  Op op = Op::value;
  std::size_t begin = 0, end = 0;        // bytes of the source
  Value value{};                         // of a value
  std::string name{};                    // of a name or call
  std::vector<Node> children{};          // of a chain a + b - c: its terms
  std::vector<std::string> operators{};  // between them
  Display target{};                      // of a conversion; empty: a plain number
};

struct Statement {
  std::string name;  // empty: a value without a name
  Node node;
};

struct Script {
  std::vector<Statement> statements;  // never empty
  std::vector<Literal> literals;
};

/// False with the failure. Linear in the tokens; recursion is bounded by the budget's depth.
bool parse(std::string_view source, const Budget& budget, Script& script, Failure& failure);

}  // namespace genkai::logic::expression
