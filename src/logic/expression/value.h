#pragma once
// What an expression is worth.
//
//   Value price = amount(fraction(25, 2), *find_unit("USD"));
//   exact_text(price)                                           // "12.5 USD"

#include <string>
#include <vector>

#include "logic/expression/rational.h"
#include "logic/expression/units.h"
#include "text/text.h"

namespace genkai::logic::expression {

enum class Kind { number, truth, text, date, clock, list };

struct Value {
  Kind kind = Kind::number;
  Rational number;        // in base units; of a date days since 1970-01-01, of a time of day seconds
  Dimension dimension{};  // of a number
  Display display{};      // of a number: the units that it is written in
  bool point = false;     // of a number: a temperature, not a difference of two
  bool truth = false;
  std::string text{};
  std::vector<Value> items{};

  bool plain() const { return kind == Kind::number && dimension.none(); }
};

Value plain(Rational number);
Value truth(bool value);
Value words(std::string text);
Value date(std::int64_t days);
/// `count` of the unit; a temperature for °C and °F.
Value amount(const Rational& count, const Unit& unit);
/// In the units that it is written in.
Rational count_of(const Value& value);

/// "length", "money (USD)", "date", "percentage".
std::string type_of(const Value& value);
/// The whole value: "37.5 USD", "100/3 km", "2024-03-03", "true", "[1, 2]".
std::string exact_text(const Value& value);
/// As people write it, in decimal places: "33.3333333333 km", "89 days"; in Japanese "89日". `rounded`
/// becomes true when the digits are not the whole value.
std::string decimal_text(const Value& value, text::Language language, bool& rounded);

}  // namespace genkai::logic::expression
