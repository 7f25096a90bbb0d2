#pragma once
// Units, what they measure, and how many base units they are (metre, kilogram, second, month, kelvin, byte,
// and each currency by itself: there is no rate between two).
//
//   const Unit* km = find_unit("キロメートル");      // symbol "km", 1000 metres
//   name_of(km->dimension)                         // "length"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logic/expression/rational.h"

namespace genkai::logic::expression {

/// Places of a dimension. Months and years have no fixed number of days, so they are a dimension of their
/// own.
enum Base : std::size_t { kLength, kMass, kTime, kCalendar, kTemperature, kData, kFirstCurrency };
constexpr std::size_t kCurrencies = 16;

/// Exponents of the base dimensions; all 0: a plain number.
struct Dimension {
  std::array<std::int8_t, kFirstCurrency + kCurrencies> exponents{};
  bool none() const { return *this == Dimension{}; }
  bool operator==(const Dimension&) const = default;
};

/// a + sign * b, sign 1 or -1; false when an exponent leaves -60 to 60.
bool combine(const Dimension& a, const Dimension& b, int sign, Dimension& out);

struct Unit {
  std::string_view symbol;    // "km"
  std::string_view plural;    // "days" beside "day"; empty: the symbol is what is written
  std::string_view japanese;  // "日"; empty: the symbol
  Dimension dimension;
  Rational factor;     // of base units
  Rational offset;     // temperatures: base = (value + offset) * factor
  bool point = false;  // an amount of it is a place on a scale: °C, °F
  bool percent() const { return dimension.none() && !(factor == Rational(1)); }
};

/// By symbol ("km", "m²", "USD", "$"), or by name in English (any case) or Japanese; nullptr when there is
/// none. The unit lives as long as the program.
const Unit* find_unit(std::string_view name);
/// By the symbol that stands before an amount: $ € £ ¥ ₩ ₹.
const Unit* find_currency(std::string_view sign);

/// Units with their exponents, as an amount is written: km/h.
using Display = std::vector<std::pair<const Unit*, int>>;

/// Base units of a dimension.
Display coherent(const Dimension& dimension);
Rational factor_of(const Display& display);
/// "km/h", "m^2", "USD/kg"; empty of none.
std::string symbol_of(const Display& display);
/// What is measured: "length", "money (USD)", "number"; "amount in kg/m" where it has no name.
std::string name_of(const Dimension& dimension);
/// The same words in Japanese, given the English ones; what is not known stays.
std::string japanese_name(std::string_view english);

}  // namespace genkai::logic::expression
