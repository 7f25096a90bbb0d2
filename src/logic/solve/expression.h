#pragma once
// One expression language for all dialects: atoms, comparisons, arithmetic, connectives, quantifiers.
//
//   base::expected<Expression> e = parse({"∀x (Cat(x) → ¬Dog(x))", {3, 1}}, repairs);
//   e->op == Op::for_all && e->parts[0].op == Op::implication
//
// Loosest first: >>> and :-, ↔, →, ∨, ⊕, ∧, ¬, comparisons, + and -, * and %. A quantifier before a bracket
// speaks of that bracket, before anything else of all that follows.

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "logic/solve/solve.h"

namespace genkai::logic::solve {

enum class Op : std::uint8_t {
  name,
  variable,  // $x, ?x
  number,
  truth,  // number is 0 or 1
  call,
  list,  // [1, 2], {1, 2}
  negation,
  failure,  // negation as failure: unless P, \+ P
  conjunction,
  disjunction,
  exclusive,
  implication,
  equivalence,
  rule,  // parts: body, head; number is kPrologRule when it was written head :- body
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  add,
  subtract,
  multiply,
  modulo,
  minus,
  for_all,
  exists,
  member,  // x in [1, 2]
};

/// In such a rule a name with a capital is a variable.
constexpr std::int64_t kPrologRule = 1;
/// The number of a call of range that was written 1 .. 5.
constexpr std::int64_t kInclusiveRange = 1;

inline bool is_comparison(Op op) {
  return op >= Op::equal && op <= Op::greater_equal;
}

struct Expression {
  Op op = Op::name;
  std::string name{};  // of name, variable, call; as written
  std::int64_t number = 0;
  std::vector<Expression> parts{};
  struct Bound {
    std::string name, sort;  // the sort may be empty
  };
  std::vector<Bound> bound{};  // of for_all and exists
  Place place{};
};

template <class T>
using Read = tl::expected<T, SyntaxError>;
inline tl::unexpected<SyntaxError> cannot_read(What what, Place place,
                                               std::vector<std::string> arguments = {}) {
  return tl::unexpected<SyntaxError>(SyntaxError{{what, std::move(arguments)}, place});
}

enum class TokenKind : std::uint8_t { name, variable, number, symbol, end };
struct Token {
  TokenKind kind = TokenKind::end;
  std::string text{};  // of a symbol its canonical ASCII form
  std::int64_t number = 0;
  Place place{};
  bool quoted = false, spaced = false;  // a name in quotes; white space before it
};
/// The tokens of `text`, which begins at `at`; the last is TokenKind::end.
Read<std::vector<Token>> tokens_of(std::string_view text, Place at);

/// The whole of `text` as one expression; words side by side become one name, which is a repair. Nesting
/// deeper than 100 is a syntax error.
Read<Expression> parse(std::string_view text, Place at, std::vector<Repair>& repairs);

/// As a person would write it, in ASCII.
std::string to_text(const Expression& expression);

}  // namespace genkai::logic::solve
