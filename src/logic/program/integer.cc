#include "logic/program/integer.h"

#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

namespace genkai::logic {
namespace {

using boost::multiprecision::cpp_int;

std::uint64_t magnitude(std::int64_t value) {
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

cpp_int wide(const Integer& value) {
  if (value.fits()) return cpp_int(value.small);
  cpp_int out;
  boost::multiprecision::import_bits(out, value.limbs.begin(), value.limbs.end(), 64, false);
  if (value.negative) out = -out;
  return out;
}

Integer narrow(const cpp_int& value) {
  static const cpp_int least = std::numeric_limits<std::int64_t>::min();
  static const cpp_int most = std::numeric_limits<std::int64_t>::max();
  if (value >= least && value <= most) return Integer(static_cast<std::int64_t>(value));
  Integer out;
  out.negative = value < 0;
  const cpp_int positive = abs(value);
  boost::multiprecision::export_bits(positive, std::back_inserter(out.limbs), 64, false);
  return out;
}

/// Quotient rounded down and the remainder that has the divisor's sign.
std::pair<cpp_int, cpp_int> divide_down(const cpp_int& a, const cpp_int& b) {
  cpp_int quotient, remainder;
  divide_qr(a, b, quotient, remainder);
  if (remainder != 0 && (remainder < 0) != (b < 0)) {
    --quotient;
    remainder += b;
  }
  return {std::move(quotient), std::move(remainder)};
}

IntegerFault power(const Integer& a, const Integer& b, std::size_t max_bits, cpp_int& out) {
  if (b.sign() < 0) return IntegerFault::negative_power;
  if (a.fits() && (a.small == 0 || a.small == 1 || a.small == -1)) {
    const bool odd = b.fits() ? (b.small & 1) != 0 : (b.limbs.front() & 1) != 0;
    if (b.is_zero())
      out = 1;
    else
      out = a.small == -1 && !odd ? 1 : a.small;
    return IntegerFault::none;
  }
  // |a| >= 2: the result has more than (bits - 1) * b bits.
  if (!b.fits() || static_cast<std::uint64_t>(b.small) > max_bits ||
      (a.bits() - 1) * static_cast<std::uint64_t>(b.small) > max_bits)
    return IntegerFault::too_big;
  out = pow(wide(a), static_cast<unsigned>(b.small));
  return IntegerFault::none;
}

IntegerFault shift(IntegerOp op, const Integer& a, const Integer& b, std::size_t max_bits, cpp_int& out) {
  if (b.sign() < 0) return IntegerFault::negative_shift;
  if (op == IntegerOp::shift_left) {
    if (a.is_zero()) return IntegerFault::none;
    if (!b.fits() || static_cast<std::uint64_t>(b.small) > max_bits) return IntegerFault::too_big;
    out = wide(a) * (cpp_int(1) << static_cast<unsigned>(b.small));
  } else if (!b.fits() || static_cast<std::uint64_t>(b.small) >= a.bits()) {
    out = a.sign() < 0 ? -1 : 0;
  } else {
    out = divide_down(wide(a), cpp_int(1) << static_cast<unsigned>(b.small)).first;
  }
  return IntegerFault::none;
}

/// The bit operators on two's complement: ~x is -x - 1, so that only magnitudes meet.
cpp_int bitwise(IntegerOp op, const cpp_int& a, const cpp_int& b) {
  const auto inverted = [](const cpp_int& x) { return cpp_int(-x - 1); };
  const bool na = a < 0, nb = b < 0;
  const cpp_int x = na ? inverted(a) : a, y = nb ? inverted(b) : b;
  const auto without = [](const cpp_int& from, const cpp_int& bits) { return cpp_int(from ^ (from & bits)); };
  if (op == IntegerOp::bit_xor) return na != nb ? inverted(x ^ y) : cpp_int(x ^ y);
  if (op == IntegerOp::bit_and) {
    if (na && nb) return inverted(x | y);
    return na ? without(y, x) : nb ? without(x, y) : cpp_int(x & y);
  }
  if (na && nb) return inverted(x & y);
  return na ? inverted(without(x, y)) : nb ? inverted(without(y, x)) : cpp_int(x | y);
}

}  // namespace

int Integer::sign() const {
  if (!limbs.empty()) return negative ? -1 : 1;
  return small < 0 ? -1 : small > 0 ? 1 : 0;
}

std::size_t Integer::bits() const {
  if (limbs.empty()) return static_cast<std::size_t>(std::bit_width(magnitude(small)));
  return 64 * (limbs.size() - 1) + static_cast<std::size_t>(std::bit_width(limbs.back()));
}

std::string Integer::text() const {
  return fits() ? std::to_string(small) : wide(*this).str();
}

int compare(const Integer& a, const Integer& b) {
  if (a.fits() && b.fits()) return a.small < b.small ? -1 : a.small > b.small ? 1 : 0;
  if (a.sign() != b.sign()) return a.sign() < b.sign() ? -1 : 1;
  if (a.bits() != b.bits()) return (a.bits() < b.bits()) == (a.sign() > 0) ? -1 : 1;
  // Equal bits: both have limbs, but for the least 64-bit number, whose magnitude 2^63 has the bits of
  // others.
  return wide(a).compare(wide(b)) < 0 ? -1 : wide(a) == wide(b) ? 0 : 1;
}

IntegerFault compute(IntegerOp op, const Integer& a, const Integer& b, std::size_t max_bits, Integer& out) {
  cpp_int result;
  IntegerFault fault = IntegerFault::none;
  switch (op) {
    case IntegerOp::add: {
      std::int64_t sum = 0;
      if (a.fits() && b.fits() && !__builtin_add_overflow(a.small, b.small, &sum)) {
        out = Integer(sum);
        return fault;
      }
      result = wide(a) + wide(b);
      break;
    }
    case IntegerOp::subtract: {
      std::int64_t difference = 0;
      if (a.fits() && b.fits() && !__builtin_sub_overflow(a.small, b.small, &difference)) {
        out = Integer(difference);
        return fault;
      }
      result = wide(a) - wide(b);
      break;
    }
    case IntegerOp::multiply: {
      std::int64_t product = 0;
      if (a.fits() && b.fits() && !__builtin_mul_overflow(a.small, b.small, &product)) {
        out = Integer(product);
        return fault;
      }
      if (a.bits() + b.bits() > max_bits + 1) return IntegerFault::too_big;
      result = wide(a) * wide(b);
      break;
    }
    case IntegerOp::floor_divide:
    case IntegerOp::modulo: {
      if (b.is_zero()) return IntegerFault::zero_division;
      auto [quotient, remainder] = divide_down(wide(a), wide(b));
      result = op == IntegerOp::modulo ? std::move(remainder) : std::move(quotient);
      break;
    }
    case IntegerOp::power:
      fault = power(a, b, max_bits, result);
      break;
    case IntegerOp::shift_left:
    case IntegerOp::shift_right:
      fault = shift(op, a, b, max_bits, result);
      break;
    default:
      result = bitwise(op, wide(a), wide(b));
  }
  if (fault != IntegerFault::none) return fault;
  out = narrow(result);
  return out.bits() > max_bits ? IntegerFault::too_big : IntegerFault::none;
}

Integer negated(const Integer& value) {
  return narrow(-wide(value));
}

Integer greatest_common_divisor(const Integer& a, const Integer& b) {
  if (a.fits() && b.fits()) {
    const std::uint64_t divisor = std::gcd(magnitude(a.small), magnitude(b.small));
    if (divisor <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return Integer(static_cast<std::int64_t>(divisor));
  }
  return narrow(gcd(wide(a), wide(b)));
}

bool parse_digits(std::string_view digits, unsigned base, std::size_t max_bits, Integer& out) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  if (digits.size() > max_bits) return false;  // each digit but the first has at least one bit
  const auto value_of = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  };
  cpp_int value = 0;
  std::size_t at = 0;
  while (at < digits.size()) {  // 15 digits at a time: 16^15 fits into 64 bits
    std::uint64_t part = 0, scale = 1;
    for (int i = 0; i < 15 && at < digits.size(); ++i, ++at) {
      part = part * base + value_of(digits[at]);
      scale *= base;
    }
    value = value * scale + part;
  }
  out = narrow(value);
  return out.bits() <= max_bits;
}

}  // namespace genkai::logic
