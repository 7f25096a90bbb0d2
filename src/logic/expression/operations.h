#pragma once
// What the signs of an expression do, with units and dates; and the bounds that all of it keeps.
//
//   Context context(budget, failure);
//   Value out;
//   if (!add(context, a, b, 1, out)) ...          // failure says why; the caller adds the place

#include <string>

#include "logic/expression/expression.h"

namespace genkai::logic::expression {

/// One evaluation: its budget and what went wrong first.
class Context {
 public:
  Context(const Budget& budget, Failure& failure) : budget_(budget), failure_(failure) {}
  /// Always false.
  bool fail(Fault fault, std::string english, std::string japanese);
  /// False when the steps are used up.
  bool charge(std::uint64_t steps = 1);
  bool compute(RationalOp op, const Rational& a, const Rational& b, Rational& out);
  bool check(RationalFault fault);
  std::uint64_t steps() const { return steps_; }
  std::size_t max_bits() const { return budget_.integer_bits; }

 private:
  const Budget& budget_;
  Failure& failure_;
  std::uint64_t steps_ = 0;
};

/// a + sign * b. Also a date or time of day and a duration, and the time between two of them.
bool add(Context& context, const Value& a, const Value& b, int sign, Value& out);
bool multiply(Context& context, const Value& a, const Value& b, Value& out);
bool divide(Context& context, const Value& a, const Value& b, Value& out);
/// floor_divide or modulo of amounts of the same kind: how many times b goes into a, and what is left.
bool divide_whole(Context& context, const Value& a, const Value& b, RationalOp op, Value& out);
bool raise(Context& context, const Value& base, const Value& exponent, Value& out);
bool negate(Context& context, const Value& value, Value& out);
/// -1, 0 or 1; texts only as equal (0) or not (1).
bool order(Context& context, const Value& a, const Value& b, int& out);
/// The same amount, written in other units.
bool convert(Context& context, const Value& value, const Display& target, Value& out);
/// A value of this kind; the failure names what was wanted.
bool want(Context& context, const Value& value, Kind kind);
bool want_plain(Context& context, const Value& value);
/// A plain whole number of at most `most` in size.
bool want_whole(Context& context, const Value& value, std::int64_t most, std::int64_t& out);
bool add_months(Context& context, const Value& day, std::int64_t months, Value& out);

}  // namespace genkai::logic::expression
