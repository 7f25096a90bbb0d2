#pragma once
// Exact fractions of bounded size, always reduced, the denominator positive.
//
//   Rational out;
//   if (compute(RationalOp::divide, Rational(1), Rational(3), 8192, out) == RationalFault::none)
//     out.text();                                                                            // "1/3"

#include <cstddef>
#include <cstdint>
#include <string>

#include "logic/program/integer.h"

namespace genkai::logic::expression {

struct Rational {
  Integer numerator;
  Integer denominator{1};

  Rational() = default;
  explicit Rational(std::int64_t whole) : numerator(whole) {}
  explicit Rational(Integer whole) : numerator(std::move(whole)) {}
  bool is_whole() const { return denominator.fits() && denominator.small == 1; }
  bool is_zero() const { return numerator.is_zero(); }
  int sign() const { return numerator.sign(); }
  std::size_t bits() const { return numerator.bits() + denominator.bits(); }
  std::string text() const;  // "-1/3", "12"
  bool operator==(const Rational&) const = default;
};

/// numerator / denominator. REQUIRES: the denominator is not 0.
Rational fraction(Integer numerator, Integer denominator);
Rational fraction(std::int64_t numerator, std::int64_t denominator);

int compare(const Rational& a, const Rational& b);  // -1, 0, 1
Rational negated(const Rational& value);

enum class RationalOp { add, subtract, multiply, divide, floor_divide, modulo, power };
enum class RationalFault { none, zero_division, too_big, not_exact };

/// a op b. floor_divide rounds down, modulo has the divisor's sign. power: `b` is whole (else not_exact); of
/// a zero to a negative power zero_division. too_big: numerator or denominator has more than `max_bits` bits.
RationalFault compute(RationalOp op, const Rational& a, const Rational& b, std::size_t max_bits,
                      Rational& out);

enum class Rounding { down, up, to_zero, half_away, half_even };

/// The nearest multiple of 10^-digits; `digits` from -1,000 to 1,000.
RationalFault rounded(const Rational& value, Rounding how, int digits, std::size_t max_bits, Rational& out);

/// The root when it is a fraction too; not_exact otherwise.
RationalFault square_root(const Rational& value, std::size_t max_bits, Rational& out);

struct Decimal {
  std::string text;    // "-0.3333333333333", "12.5"
  bool exact = false;  // `text` is the whole value, not a rounded one
};
/// Whole, when 40 places hold it; else rounded half away from zero to 12 significant digits, and to at least
/// two places.
Decimal to_decimal(const Rational& value);

}  // namespace genkai::logic::expression
