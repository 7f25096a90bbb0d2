#pragma once
// Exact integers of bounded size, with Python's meaning of // and % (rounded down) and of the bit operators
// (two's complement without end). Boost.Multiprecision computes behind integer.cc.
//
//   Integer out;
//   if (compute(IntegerOp::power, Integer(9), Integer(99), 65'536, out) == IntegerFault::none) out.text();

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::logic {

/// One value has one form: `limbs` only when it does not fit into 64 bits.
struct Integer {
  std::int64_t small = 0;
  bool negative = false;             // of limbs
  std::vector<std::uint64_t> limbs;  // magnitude, least significant first; empty: `small` is the value

  Integer() = default;
  explicit Integer(std::int64_t value) : small(value) {}
  bool fits() const { return limbs.empty(); }
  bool is_zero() const { return limbs.empty() && small == 0; }
  int sign() const;
  std::size_t bits() const;  // of the magnitude; 0 of zero
  std::string text() const;  // decimal; quadratic in bits
  bool operator==(const Integer&) const = default;
};

int compare(const Integer& a, const Integer& b);  // -1, 0, 1

enum class IntegerOp {
  add,
  subtract,
  multiply,
  floor_divide,
  modulo,
  power,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,
  shift_right
};
enum class IntegerFault { none, zero_division, negative_shift, negative_power, too_big };

/// a op b. too_big: the result has more than `max_bits` bits (found before it is computed when it is far
/// more). negative_power: the result is no integer.
IntegerFault compute(IntegerOp op, const Integer& a, const Integer& b, std::size_t max_bits, Integer& out);
Integer negated(const Integer& value);
/// Not negative; of two zeros 0.
Integer greatest_common_divisor(const Integer& a, const Integer& b);

/// Digits of `base` (2, 8, 10 or 16) without sign or prefix. REQUIRES: at least one digit, all of the base.
/// False when it has more than max_bits bits.
bool parse_digits(std::string_view digits, unsigned base, std::size_t max_bits, Integer& out);

}  // namespace genkai::logic
