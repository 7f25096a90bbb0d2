#include "limits/reasoning/steps/rational.h"

#include <algorithm>
#include <utility>

namespace genkai::limits::reasoning::steps {
namespace {

constexpr std::size_t kMostDecimals = 12;
constexpr std::int64_t kMostExponent = 64;

Wide gcd(Wide a, Wide b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a < 0 ? -a : a;
}
bool times(Wide a, Wide b, Wide& out) {
  return !__builtin_mul_overflow(a, b, &out);
}

std::string digits(Wide value) {
  std::string out;
  do out += static_cast<char>('0' + static_cast<int>(value % 10));
  while ((value /= 10) != 0);
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

Exact Rational::of(Wide numerator, Wide denominator) {
  constexpr Wide kLeast = static_cast<Wide>(static_cast<unsigned __int128>(1) << 127);
  if (denominator == 0 || numerator == kLeast || denominator == kLeast) return std::nullopt;
  const Wide common = gcd(numerator, denominator);
  Rational out;
  out.numerator_ = numerator / common;
  out.denominator_ = denominator / common;
  if (out.denominator_ < 0) out.numerator_ = -out.numerator_, out.denominator_ = -out.denominator_;
  return out;
}

std::optional<std::size_t> Rational::decimals() const {
  Wide scale = 1;
  for (std::size_t count = 0; count <= kMostDecimals; ++count, scale *= 10)
    if (scale % denominator_ == 0) return count;
  return std::nullopt;
}

std::string Rational::text() const {
  const std::string sign = numerator_ < 0 ? "-" : "";
  const Wide size = numerator_ < 0 ? -numerator_ : numerator_;
  const auto places = decimals();
  Wide scale = 1, scaled = 0;
  for (std::size_t i = 0; places && i < *places; ++i) scale *= 10;
  if (!places || !times(size, scale / denominator_, scaled))
    return sign + digits(size) + "/" + digits(denominator_);
  const std::string whole = digits(scaled / scale);
  if (*places == 0) return sign + whole;
  std::string rest = digits(scaled % scale);
  return sign + whole + "." + std::string(*places - rest.size(), '0') + rest;
}

Exact add(const Rational& a, const Rational& b) {
  Wide left = 0, right = 0, sum = 0, below = 0;
  const Wide common = gcd(a.denominator(), b.denominator());
  if (!times(a.numerator(), b.denominator() / common, left) ||
      !times(b.numerator(), a.denominator() / common, right) || __builtin_add_overflow(left, right, &sum) ||
      !times(a.denominator(), b.denominator() / common, below))
    return std::nullopt;
  return Rational::of(sum, below);
}

Exact subtract(const Rational& a, const Rational& b) {
  const auto negative = Rational::of(-b.numerator(), b.denominator());
  return negative ? add(a, *negative) : std::nullopt;
}

Exact multiply(const Rational& a, const Rational& b) {
  const auto first = Rational::of(a.numerator(), b.denominator());
  const auto second = Rational::of(b.numerator(), a.denominator());
  Wide above = 0, below = 0;
  if (!first || !second || !times(first->numerator(), second->numerator(), above) ||
      !times(first->denominator(), second->denominator(), below))
    return std::nullopt;
  return Rational::of(above, below);
}

Exact divide(const Rational& a, const Rational& b) {
  const auto inverse = Rational::of(b.denominator(), b.numerator());
  return inverse ? multiply(a, *inverse) : std::nullopt;
}

Exact power(const Rational& a, const Rational& b) {
  if (!b.is_integer() || b.numerator() > kMostExponent || b.numerator() < -kMostExponent) return std::nullopt;
  Exact out = Rational(1);
  const Wide count = b.is_negative() ? -b.numerator() : b.numerator();
  for (Wide i = 0; out && i < count; ++i) out = multiply(*out, a);
  return out && b.is_negative() ? divide(Rational(1), *out) : out;
}

std::optional<bool> less(const Rational& a, const Rational& b) {
  const auto difference = subtract(a, b);
  if (!difference) return std::nullopt;
  return difference->is_negative();
}

bool within(const Rational& a, const Rational& b, const Rational& bound) {
  const auto difference = subtract(a, b);
  if (!difference) return false;
  const auto size = difference->is_negative() ? subtract(Rational(0), *difference) : difference;
  const auto more = size ? less(bound, *size) : std::nullopt;
  return more && !*more;
}

}  // namespace genkai::limits::reasoning::steps
