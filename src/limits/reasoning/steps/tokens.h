#pragma once
// A step as numbers, operators, brackets and words: what expressions are found in. Digits and signs of full
// width, × ÷ − and words for operators (times, 掛ける) are read as the plain ones.
//
//   for (const Token& token : tokenise("She sells 9 eggs * $2 = $18")) ...

#include <string>
#include <string_view>
#include <vector>

#include "limits/reasoning/steps/rational.h"
#include "text/text.h"

namespace genkai::limits::reasoning::steps {

enum class TokenKind {
  number,
  sign,      // + - * / ^
  open,      // (
  close,     // )
  equals,    // =
  says,      // is, equals, は, なので: equals if an expression stands before it
  percent,   // % or percent, after a number
  currency,  // $ and its like, before a number
  word,      // letters
  unknown,   // a number that does not fit, ≈, <=: nothing can be computed across it
  stop,      // the end of a clause: punctuation, quotes, line ends
};

struct Token {
  TokenKind kind = TokenKind::stop;
  char sign = 0;             // of a sign; % for percent
  Rational value{};          // of a number
  std::size_t decimals = 0;  // digits after the point, as written
  bool glued = false;        // no white space before it
  text::Span at{};
  std::string word{};    // of a word or currency: lower case
  bool capital = false;  // a word of one capital letter, which may name a part
};

/// In order; linear time.
std::vector<Token> tokenise(std::string_view step);

}  // namespace genkai::limits::reasoning::steps
