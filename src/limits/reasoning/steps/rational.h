#pragma once
// Exact fractions in 128 bits. An operation that would not fit gives nothing, so that a value is exact or
// absent.
//
//   const Exact third = divide(Rational(1), Rational(3));
//   if (third) third->text();                                // "1/3"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace genkai::limits::reasoning::steps {

__extension__ using Wide = __int128;

/// numerator / denominator in lowest terms, denominator above 0.
class Rational {
 public:
  Rational(std::int64_t value = 0) : numerator_(value) {}
  /// Nothing for a denominator of 0.
  static std::optional<Rational> of(Wide numerator, Wide denominator);

  Wide numerator() const { return numerator_; }
  Wide denominator() const { return denominator_; }
  bool is_integer() const { return denominator_ == 1; }
  bool is_negative() const { return numerator_ < 0; }
  /// Decimals that write it exactly, at most 12; nothing for others, such as 1/3.
  std::optional<std::size_t> decimals() const;
  /// 12, -2.5, 1/3.
  std::string text() const;
  bool operator==(const Rational&) const = default;

 private:
  Wide numerator_ = 0, denominator_ = 1;
};

using Exact = std::optional<Rational>;
Exact add(const Rational& a, const Rational& b);
Exact subtract(const Rational& a, const Rational& b);
Exact multiply(const Rational& a, const Rational& b);
Exact divide(const Rational& a, const Rational& b);
/// Integer exponents of at most 64 in size.
Exact power(const Rational& a, const Rational& b);
/// Whether a < b; nothing when it cannot be told in 128 bits.
std::optional<bool> less(const Rational& a, const Rational& b);
/// Whether |a - b| <= bound; false when it cannot be told.
bool within(const Rational& a, const Rational& b, const Rational& bound);

}  // namespace genkai::limits::reasoning::steps
