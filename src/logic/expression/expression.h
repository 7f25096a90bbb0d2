#pragma once
// The small language of computed answers: exact fractions, units, dates, sums and comparisons. It is total:
// no loops, no recursion, no files, clock or random numbers; size and steps are bounded, so untrusted text
// may be given to it. The language is described in docs/limits/reasoning/programs.md.
//
//   const auto out = evaluate("price = 12.5 USD; qty = 3; price * qty");
//   if (out) out->exact;                                          // "37.5 USD"
//   else describe(out.error(), text::Language::english);          // "1:1: 12 km + 3 kg: length and mass ..."

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/result.h"
#include "logic/expression/value.h"
#include "text/text.h"

namespace genkai::logic::expression {

struct Budget {
  std::size_t source_bytes = std::size_t{16} << 10;
  std::uint64_t steps = 100'000;     // operations, and 64-bit words that they touch
  std::size_t integer_bits = 8'192;  // of any numerator or denominator
  std::size_t depth = 64;            // brackets within brackets
};

enum class Fault {
  syntax,         // it is not an expression
  unknown_name,   // neither a variable nor a unit nor a function
  wrong_type,     // a date where a number is wanted, units that do not go together
  wrong_count,    // a function has been given too few or too many values
  zero_division,  // something is divided by zero
  no_such_day,    // 30 February; a day outside the years 1 to 9999
  not_exact,      // no fraction: the root of 2, a third of a day as a date
  too_large,      // a bound of the budget was reached
};
std::string_view to_string(Fault fault);

/// `what` and `detail` are one sentence in either language (describe()).
struct Failure {
  Fault fault = Fault::syntax;
  std::size_t begin = 0, end = 0;     // bytes of the source
  std::size_t line = 1, column = 1;   // 1-based; columns are code points
  std::string excerpt{};              // of the source, at most 60 code points
  std::string english{}, japanese{};  // why
};
/// "1:1: 12 km + 3 kg: length and mass cannot be added".
std::string describe(const Failure& failure, text::Language language);
/// The same as an error of the program.
base::Error to_error(const Failure& failure, text::Language language);

/// A number or date that was written into the source.
struct Literal {
  std::string text;   // as written: "3.5 million", "2024年3月3日"
  std::string value;  // canonical as in text/question.h: "3500000", "2024-03-03", "T09:30"
  std::size_t begin = 0;
};

struct Outcome {
  Value value;
  std::string exact;     // "100/3 km"
  std::string decimal;   // "33.3333333333 km"
  std::string type;      // "length"
  bool rounded = false;  // `decimal` is not the whole value
  std::vector<Literal> literals;
  std::uint64_t steps = 0;
};

/// The worth of the last statement of `source`. Deterministic and thread-safe; ends within the budget.
tl::expected<Outcome, Failure> evaluate(std::string_view source, const Budget& budget = {});

}  // namespace genkai::logic::expression
