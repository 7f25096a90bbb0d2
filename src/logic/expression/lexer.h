#pragma once
// The words of an expression. Full-width letters, digits and signs are read as their ASCII forms, and so are
// ×, ÷, the other minus signs, 、 and 「」.
//
//   std::vector<Token> tokens;
//   if (!tokenize("単価 ＝ 1,200円", budget, tokens, failure)) ...

#include <string>
#include <string_view>
#include <vector>

#include "logic/expression/expression.h"

namespace genkai::logic::expression {

struct Token {
  enum class Type { number, word, date, clock, text, sign, currency, separator, end };
  Type type = Type::end;
  std::size_t begin = 0, end = 0;  // bytes of the source
  std::string text{};              // folded; of a sign the sign itself: "+", "**", "<=", "^2" for ²
  Rational number{};               // of a number; of a date its days; of a time of day its seconds
  bool is(std::string_view sign) const { return type == Type::sign && text == sign; }
  bool is_word(std::string_view word) const { return type == Type::word && text == word; }
};

/// The last token is of type `end`. Commas within a number group its digits by threes, but not among the
/// values of a call or list: there each separates. False with the failure when a character has no meaning
/// here, a number is too large, or a date does not exist.
bool tokenize(std::string_view source, const Budget& budget, std::vector<Token>& tokens, Failure& failure);

}  // namespace genkai::logic::expression
