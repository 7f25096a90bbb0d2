#pragma once
// The value of an expression that stands in a step: + - * / ^ with their precedence, signs, brackets,
// percentages, and words of units between ("9 eggs * $2").
//
//   const auto tokens = tokenise("(12 + -70) - (-70)");
//   const auto found = evaluate(tokens, {});
//   if (found) found->value == Rational(12);

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "limits/reasoning/steps/rational.h"
#include "limits/reasoning/steps/tokens.h"

namespace genkai::limits::reasoning::steps {

/// Values of named parts: A, B, x.
using Names = std::map<std::string, Rational, std::less<>>;

struct Evaluation {
  Rational value;
  std::optional<Rational> other{};  // with percentages read as plain numbers, where that differs
  std::size_t operators = 0;
  std::size_t decimals = 0;  // most digits after a point of its numbers
  bool literal = false;      // one number, with or without a sign and brackets
  bool repaired = false;     // a bracket had no partner and was left out
  bool divides = false;
  bool added_percent = false;     // 50 + 20%: of what is not said
  std::set<std::string> units{};  // words that stand after its numbers, and $
  std::set<std::string> parts{};  // names that it used
};

/// The expression that the tokens are. Nothing when they are none, name a part that has no
/// value, divide by zero, nest deeper than 200 or do not fit.
std::optional<Evaluation> evaluate(std::span<const Token> tokens, const Names& names);

/// Whether a word between a number and the next sign may be left out, as a unit is.
bool may_be_unit(const Token& word);
/// Words such as dozen, half and of, which make something else of the number beside them.
bool changes_value(const Token& token);

}  // namespace genkai::limits::reasoning::steps
