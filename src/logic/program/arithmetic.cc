// Unary and binary operators.

#include <algorithm>
#include <array>
#include <utility>

#include "logic/program/operations.h"

namespace genkai::logic {
namespace {

std::string_view symbol(BinaryOp op) {
  constexpr std::array<std::string_view, 11> symbols = {"+", "-", "*", "//", "%", "**",
                                                        "&", "|", "^", "<<", ">>"};
  return symbols[static_cast<std::size_t>(op)];
}

bool type_error(Context& context, BinaryOp op, Value a, Value b) {
  return context.raise("TypeError: unsupported operand type(s) for " + std::string(symbol(op)) + ": '" +
                       std::string(type_name(a)) + "' and '" + std::string(type_name(b)) + "'");
}

/// Work of an operation on integers of so many 64-bit limbs, in instructions.
std::uint64_t work_of(BinaryOp op, const Integer& a, const Integer& b) {
  const std::uint64_t m = a.bits() / 64 + 1, n = b.bits() / 64 + 1;
  switch (op) {
    case BinaryOp::multiply:
      return m * n / 8 + m + n;
    case BinaryOp::floor_divide:
    case BinaryOp::modulo:
      return m * n / 2 + m + n;
    default:
      return m + n;
  }
}

bool integers(Context& context, BinaryOp op, Value a, Value b, Value& out) {
  if (a.kind == Kind::boolean && b.kind == Kind::boolean) {
    if (op == BinaryOp::bit_and) out = Value::boolean((a.number & b.number) != 0);
    if (op == BinaryOp::bit_or) out = Value::boolean((a.number | b.number) != 0);
    if (op == BinaryOp::bit_xor) out = Value::boolean((a.number ^ b.number) != 0);
    if (op == BinaryOp::bit_and || op == BinaryOp::bit_or || op == BinaryOp::bit_xor) return true;
  }
  if (a.kind != Kind::big && b.kind != Kind::big) {  // the usual case, without the detour over Integer
    std::int64_t result = 0;
    if (op == BinaryOp::add && !__builtin_add_overflow(a.number, b.number, &result)) {
      out = Value::integer(result);
      return true;
    }
    if (op == BinaryOp::subtract && !__builtin_sub_overflow(a.number, b.number, &result)) {
      out = Value::integer(result);
      return true;
    }
    if ((op == BinaryOp::modulo || op == BinaryOp::floor_divide) && b.number > 0) {
      const std::int64_t remainder = a.number % b.number, adjust = remainder < 0;
      out = Value::integer(op == BinaryOp::modulo ? remainder + adjust * b.number
                                                  : a.number / b.number - adjust);
      return true;
    }
  }
  const Integer x = integer_of(a), y = integer_of(b);
  if (!context.charge(work_of(op, x, y))) return false;
  if (op == BinaryOp::power && y.sign() > 0 && y.fits() && x.bits() > 1) {
    const std::uint64_t bits =
        std::min<std::uint64_t>(context.budget.integer_bits,
                                static_cast<std::uint64_t>(y.small) > context.budget.integer_bits
                                    ? 0  // refused before it is computed
                                    : x.bits() * static_cast<std::uint64_t>(y.small));
    if (!context.charge((bits / 64) * (bits / 64) / 4)) return false;
  }
  Integer result;
  switch (compute(static_cast<IntegerOp>(op), x, y, context.budget.integer_bits, result)) {
    case IntegerFault::none:
      return context.make_integer(std::move(result), out);
    case IntegerFault::zero_division:
      return context.raise("ZeroDivisionError: integer division or modulo by zero");
    case IntegerFault::negative_shift:
      return context.raise("ValueError: negative shift count");
    case IntegerFault::negative_power:
      if (x.is_zero()) return context.raise("ZeroDivisionError: 0.0 cannot be raised to a negative power");
      return context.unsupported("a power with a negative exponent (a floating-point number)");
    case IntegerFault::too_big:
      return context.reached(Bound::integer_bits);
  }
  return false;
}

bool repeat(Context& context, Value sequence, Value times, bool in_place, Value& out) {
  if (times.kind == Kind::big) return context.unsupported("a repetition of more than 2^63 times");
  const std::uint64_t count = times.number > 0 ? static_cast<std::uint64_t>(times.number) : 0;
  const bool text = sequence.kind == Kind::string;
  const std::uint64_t length = text ? text_of(sequence).size() : items_of(sequence).size();
  std::uint64_t total = 0;
  const std::uint64_t width = text ? sizeof(char32_t) : sizeof(Value);
  if (__builtin_mul_overflow(length, count, &total) || total > context.budget.memory_bytes / width ||
      !context.heap.has_room(total * width))
    return context.reached(Bound::memory);
  if (!context.charge(total / 8)) return false;
  if (text) {
    std::u32string made;
    made.reserve(total);
    for (std::uint64_t i = 0; i < count && length > 0; ++i) made += text_of(sequence);
    return context.make_string(std::move(made), out);
  }
  std::vector<Value> made;
  made.reserve(total);
  const std::vector<Value>& items = items_of(sequence);
  for (std::uint64_t i = 0; i < count && length > 0; ++i) made.insert(made.end(), items.begin(), items.end());
  if (!in_place || sequence.kind != Kind::list)
    return context.make_sequence(sequence.kind, std::move(made), out);
  if (!context.heap.resize(*sequence.object, made.size())) return context.reached(Bound::memory);
  items_of(sequence) = std::move(made);
  out = sequence;
  return true;
}

bool join(Context& context, Value a, Value b, Value& out) {
  if (a.kind == Kind::string) {
    const std::size_t total = text_of(a).size() + text_of(b).size();
    if (!context.charge(total / 32)) return false;
    if (!context.heap.has_room(total * sizeof(char32_t))) return context.reached(Bound::memory);
    return context.make_string(text_of(a) + text_of(b), out);
  }
  std::vector<Value> made;
  const std::size_t total = items_of(a).size() + items_of(b).size();
  if (!context.charge(total / 8)) return false;
  if (!context.heap.has_room(total * sizeof(Value))) return context.reached(Bound::memory);
  made.reserve(total);
  made.insert(made.end(), items_of(a).begin(), items_of(a).end());
  made.insert(made.end(), items_of(b).begin(), items_of(b).end());
  return context.make_sequence(a.kind, std::move(made), out);
}

}  // namespace

bool apply_unary(Context& context, UnaryOp op, Value value, Value& out) {
  if (op == UnaryOp::not_) {
    out = Value::boolean(!truth(value));
    return true;
  }
  if (!value.is_integer())
    return context.raise("TypeError: bad operand type for unary operator: '" + std::string(type_name(value)) +
                         "'");
  const Integer operand = integer_of(value);
  if (!context.charge(operand.limbs.size())) return false;
  if (op == UnaryOp::plus) return context.make_integer(operand, out);
  if (op == UnaryOp::negate) return context.make_integer(negated(operand), out);
  Integer inverted;  // -x - 1
  if (compute(IntegerOp::subtract, negated(operand), Integer(1), context.budget.integer_bits, inverted) !=
      IntegerFault::none)
    return context.reached(Bound::integer_bits);
  return context.make_integer(std::move(inverted), out);
}

bool apply_binary(Context& context, BinaryOp op, Value a, Value b, bool in_place, Value& out) {
  if (a.is_integer() && b.is_integer()) return integers(context, op, a, b, out);
  const auto repeatable = [](Value value) { return value.is_sequence() || value.kind == Kind::string; };
  if (a.kind == Kind::builtin || b.kind == Kind::builtin)
    return context.unsupported("arithmetic with a type");
  if (op == BinaryOp::add && in_place && a.kind == Kind::list) {
    std::vector<Value> more;
    if (!items_in(context, b, more)) return false;
    std::vector<Value>& items = items_of(a);
    if (!context.heap.resize(*a.object, items.size() + more.size())) return context.reached(Bound::memory);
    items.insert(items.end(), more.begin(), more.end());
    out = a;
    return true;
  }
  if (op == BinaryOp::add && a.kind == b.kind && repeatable(a)) return join(context, a, b, out);
  if (op == BinaryOp::multiply && repeatable(a) && b.is_integer())
    return repeat(context, a, b, in_place, out);
  if (op == BinaryOp::multiply && repeatable(b) && a.is_integer()) return repeat(context, b, a, false, out);
  if (op == BinaryOp::modulo && a.kind == Kind::string) return context.unsupported("formatting with %");
  return type_error(context, op, a, b);
}

}  // namespace genkai::logic
