#include "logic/expression/rational.h"

#include <algorithm>
#include <string>
#include <utility>

namespace genkai::logic::expression {
namespace {

constexpr std::size_t kUnbounded = std::size_t{1} << 24;  // bits: of what the caller has bounded already
constexpr int kMostPlaces = 40;
constexpr int kSignificant = 12;

Integer must(IntegerOp op, const Integer& a, const Integer& b) {
  Integer out;
  compute(op, a, b, kUnbounded, out);
  return out;
}

Integer ten_to(int digits) {
  return must(IntegerOp::power, Integer(10), Integer(digits));
}

RationalFault reduced(Integer numerator, Integer denominator, std::size_t max_bits, Rational& out) {
  if (denominator.is_zero()) return RationalFault::zero_division;
  out = fraction(std::move(numerator), std::move(denominator));
  return std::max(out.numerator.bits(), out.denominator.bits()) > max_bits ? RationalFault::too_big
                                                                           : RationalFault::none;
}

RationalFault raised(const Rational& base, const Rational& exponent, std::size_t max_bits, Rational& out) {
  if (!exponent.is_whole()) return RationalFault::not_exact;
  const bool turned = exponent.sign() < 0;
  if (turned && base.is_zero()) return RationalFault::zero_division;
  const Integer times = turned ? negated(exponent.numerator) : exponent.numerator;
  Integer numerator, denominator;
  for (const auto& [from, to] :
       {std::pair(&base.numerator, &numerator), std::pair(&base.denominator, &denominator)})
    if (compute(IntegerOp::power, *from, times, max_bits, *to) != IntegerFault::none)
      return RationalFault::too_big;
  if (turned) std::swap(numerator, denominator);
  return reduced(std::move(numerator), std::move(denominator), max_bits, out);
}

// Largest integer whose square is not more than `value`, by Newton's method from above.
Integer whole_root(const Integer& value) {
  if (value.is_zero()) return value;
  Integer guess =
      must(IntegerOp::shift_left, Integer(1), Integer(static_cast<std::int64_t>(value.bits() / 2 + 1)));
  for (;;) {
    const Integer next =
        must(IntegerOp::shift_right, must(IntegerOp::add, guess, must(IntegerOp::floor_divide, value, guess)),
             Integer(1));
    if (compare(next, guess) >= 0) return guess;
    guess = next;
  }
}

Integer rounded_whole(const Rational& value, Rounding how) {
  Integer whole = must(IntegerOp::floor_divide, value.numerator, value.denominator);
  if (value.is_whole()) return whole;
  const Integer rest = must(IntegerOp::modulo, value.numerator, value.denominator);
  const int half = compare(must(IntegerOp::add, rest, rest), value.denominator);
  bool up = false;
  switch (how) {
    case Rounding::down:
      break;
    case Rounding::up:
      up = true;
      break;
    case Rounding::to_zero:
      up = value.sign() < 0;
      break;
    case Rounding::half_away:
      up = half > 0 || (half == 0 && value.sign() > 0);
      break;
    case Rounding::half_even:
      up = half > 0 || (half == 0 && !must(IntegerOp::modulo, whole, Integer(2)).is_zero());
      break;
  }
  return up ? must(IntegerOp::add, whole, Integer(1)) : whole;
}

std::string with_point(const Integer& scaled, int places) {
  std::string text = scaled.text();
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  if (places > 0) {
    const auto count = static_cast<std::size_t>(places);
    if (text.size() <= count) text.insert(0, count + 1 - text.size(), '0');
    text.insert(text.size() - count, 1, '.');
  }
  return (negative ? "-" : "") + text;
}

}  // namespace

std::string Rational::text() const {
  return is_whole() ? numerator.text() : numerator.text() + "/" + denominator.text();
}

Rational fraction(Integer numerator, Integer denominator) {
  Rational out;
  if (denominator.sign() < 0) {
    numerator = negated(numerator);
    denominator = negated(denominator);
  }
  const Integer divisor = greatest_common_divisor(numerator, denominator);
  const bool one = divisor.fits() && divisor.small == 1;
  out.numerator = one ? std::move(numerator) : must(IntegerOp::floor_divide, numerator, divisor);
  out.denominator = one ? std::move(denominator) : must(IntegerOp::floor_divide, denominator, divisor);
  return out;
}

Rational fraction(std::int64_t numerator, std::int64_t denominator) {
  return fraction(Integer(numerator), Integer(denominator));
}

int compare(const Rational& a, const Rational& b) {
  if (a.denominator == b.denominator) return compare(a.numerator, b.numerator);
  return compare(must(IntegerOp::multiply, a.numerator, b.denominator),
                 must(IntegerOp::multiply, b.numerator, a.denominator));
}

Rational negated(const Rational& value) {
  Rational out = value;
  out.numerator = logic::negated(value.numerator);
  return out;
}

RationalFault compute(RationalOp op, const Rational& a, const Rational& b, std::size_t max_bits,
                      Rational& out) {
  const auto times = [](const Integer& x, const Integer& y) { return must(IntegerOp::multiply, x, y); };
  switch (op) {
    case RationalOp::add:
    case RationalOp::subtract: {
      const IntegerOp own = op == RationalOp::add ? IntegerOp::add : IntegerOp::subtract;
      if (a.is_whole() && b.is_whole())
        return reduced(must(own, a.numerator, b.numerator), Integer(1), max_bits, out);
      return reduced(must(own, times(a.numerator, b.denominator), times(b.numerator, a.denominator)),
                     times(a.denominator, b.denominator), max_bits, out);
    }
    case RationalOp::multiply:
      return reduced(times(a.numerator, b.numerator), times(a.denominator, b.denominator), max_bits, out);
    case RationalOp::divide:
      return reduced(times(a.numerator, b.denominator), times(a.denominator, b.numerator), max_bits, out);
    case RationalOp::floor_divide:
    case RationalOp::modulo: {
      Rational quotient;
      if (const auto fault = compute(RationalOp::divide, a, b, max_bits, quotient);
          fault != RationalFault::none)
        return fault;
      Rational whole(rounded_whole(quotient, Rounding::down));
      if (op == RationalOp::floor_divide) {
        out = std::move(whole);
        return RationalFault::none;
      }
      Rational taken;
      if (const auto fault = compute(RationalOp::multiply, whole, b, max_bits, taken);
          fault != RationalFault::none)
        return fault;
      return compute(RationalOp::subtract, a, taken, max_bits, out);
    }
    case RationalOp::power:
      return raised(a, b, max_bits, out);
  }
  return RationalFault::not_exact;
}

RationalFault rounded(const Rational& value, Rounding how, int digits, std::size_t max_bits, Rational& out) {
  if (digits < -1'000 || digits > 1'000) return RationalFault::too_big;
  const Rational scale = digits >= 0 ? Rational(ten_to(digits)) : fraction(Integer(1), ten_to(-digits));
  Rational scaled;
  compute(RationalOp::multiply, value, scale, kUnbounded, scaled);
  return compute(RationalOp::divide, Rational(rounded_whole(scaled, how)), scale, max_bits, out);
}

RationalFault square_root(const Rational& value, std::size_t max_bits, Rational& out) {
  if (value.sign() < 0) return RationalFault::not_exact;
  const Integer top = whole_root(value.numerator), bottom = whole_root(value.denominator);
  if (must(IntegerOp::multiply, top, top) != value.numerator ||
      must(IntegerOp::multiply, bottom, bottom) != value.denominator)
    return RationalFault::not_exact;
  return reduced(top, bottom, max_bits, out);
}

Decimal to_decimal(const Rational& value) {
  if (value.is_whole()) return {value.numerator.text(), true};
  const auto scaled_by = [&](int places) {
    return fraction(must(IntegerOp::multiply, value.numerator, ten_to(places)), value.denominator);
  };
  const Rational most = scaled_by(kMostPlaces);
  if (most.is_whole()) {
    std::string text = with_point(most.numerator, kMostPlaces);
    text.erase(text.find_last_not_of('0') + 1);
    return {std::move(text), true};
  }
  // Digits before the point; of less than 1 the noughts after it, negative.
  const Rational size = value.sign() < 0 ? negated(value) : value;
  const bool small = compare(size, Rational(1)) < 0;
  const Integer whole = small ? must(IntegerOp::floor_divide, size.denominator, size.numerator)
                              : must(IntegerOp::floor_divide, size.numerator, size.denominator);
  const int digits = static_cast<int>(std::min<std::size_t>(whole.text().size(), 1'000));
  const int before = small ? 1 - digits : digits;
  const int places = std::max(2, kSignificant - before);
  return {with_point(rounded_whole(scaled_by(places), Rounding::half_away), places), false};
}

}  // namespace genkai::logic::expression
