#include "logic/expression/operations.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "logic/expression/calendar.h"

namespace genkai::logic::expression {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

Dimension of(Base base) {
  Dimension dimension;
  dimension.exponents[base] = 1;
  return dimension;
}

bool is_money(const Dimension& dimension) {
  return name_of(dimension).starts_with("money");
}

bool cannot_add(Context& context, const Value& a, const Value& b, int sign) {
  const std::string first = type_of(a), second = type_of(b);
  std::string why, reason;
  if (a.kind == Kind::number && b.kind == Kind::number) {
    if (is_money(a.dimension) && is_money(b.dimension)) {
      why = ": there is no exchange rate";
      reason = "(為替レートはありません)";
    } else if ((a.dimension == of(kTime) && b.dimension == of(kCalendar)) ||
               (a.dimension == of(kCalendar) && b.dimension == of(kTime))) {
      why = ": a month has no fixed number of days";
      reason = "(月の日数は一定ではありません)";
    } else if (a.point && b.point) {
      why = "; a difference is written in K";
      reason = "。差は K で書きます";
    }
  }
  if (a.kind == Kind::date && b.plain()) {
    why = "; write 1 day, 1 month or 1 year";
    reason = "。1 day、1 month、1 year のように書きます";
  }
  if (first == second)
    return context.fail(Fault::wrong_type, "two values of the kind " + first + " cannot be added" + why,
                        japanese_name(first) + "どうしは足せません" + reason);
  return context.fail(Fault::wrong_type,
                      first + " and " + second + " cannot be " + (sign > 0 ? "added" : "subtracted") + why,
                      japanese_name(first) + "と" + japanese_name(second) +
                          (sign > 0 ? "は足せません" : "は引けません") + reason);
}

bool move_date(Context& context, const Value& day, const Value& by, int sign, Value& out) {
  Rational moved;
  if (by.dimension == of(kTime)) {
    if (!context.compute(RationalOp::divide, by.number, Rational(sign * kDaySeconds), moved)) return false;
    if (!moved.is_whole())
      return context.fail(Fault::not_exact, "a date moves by whole days", "日付に足せるのは整数の日数です");
    if (!context.compute(RationalOp::add, day.number, moved, moved)) return false;
    if (!moved.numerator.fits() || std::llabs(moved.numerator.small) > 10'000'000 ||
        !in_calendar(moved.numerator.small))
      return context.fail(Fault::no_such_day, "the day is outside the years 1 to 9999",
                          "1年から9999年の外の日です");
    out = date(moved.numerator.small);
    return true;
  }
  if (by.number.is_whole() && by.number.numerator.fits() &&
      std::llabs(by.number.numerator.small) <= 1'000'000)
    return add_months(context, day, sign * by.number.numerator.small, out);
  return context.fail(Fault::not_exact, "a date moves by whole months", "日付に足せるのは整数の月数です");
}

bool move_clock(Context& context, const Value& clock, const Value& by, int sign, Value& out) {
  if (!context.compute(sign > 0 ? RationalOp::add : RationalOp::subtract, clock.number, by.number,
                       out.number))
    return false;
  if (!out.number.is_whole())
    return context.fail(Fault::not_exact, "a time of day moves by whole seconds",
                        "時刻に足せるのは整数の秒数です");
  if (out.number.sign() < 0 || compare(out.number, Rational(kDaySeconds)) >= 0)
    return context.fail(Fault::no_such_day, "it is another day then", "その時刻は別の日になります");
  out.kind = Kind::clock;
  return true;
}

// Units of a and of b, each kind once; what cancels is gone.
Display merged(const Value& a, const Value& b, int sign, const Dimension& dimension) {
  if (dimension.none()) return {};
  Display display;
  for (const auto& [from, by] : {std::pair(&a.display, 1), std::pair(&b.display, sign)})
    for (const auto& [unit, exponent] : *from) {
      if (unit->dimension.none()) continue;
      const Unit* own = unit;
      const auto same = std::find_if(display.begin(), display.end(), [&](const auto& item) {
        return item.first->dimension == own->dimension;
      });
      if (same == display.end())
        display.emplace_back(unit, exponent * by);
      else
        same->second += exponent * by;
    }
  std::erase_if(display, [](const auto& item) { return item.second == 0; });
  std::stable_partition(display.begin(), display.end(), [](const auto& item) { return item.second > 0; });
  // Knots times hours are metres, square metres by metres too; litres by kilometres stay.
  const Display base = coherent(dimension);
  const bool all_above =
      std::all_of(display.begin(), display.end(), [](const auto& item) { return item.second > 0; });
  const bool simpler = base.size() == 1 && (all_above || base.front().second == 1);
  return display.size() > 1 && simpler ? base : display;
}

bool want_amounts(Context& context, const Value& a, const Value& b) {
  for (const Value* value : {&a, &b}) {
    if (!want(context, *value, Kind::number)) return false;
    if (value->point)
      return context.fail(Fault::wrong_type, "a temperature cannot be multiplied or divided",
                          "温度は掛けたり割ったりできません");
  }
  return true;
}

bool too_many_units(Context& context) {
  return context.fail(Fault::too_large, "the power of a unit is too large", "単位のべきが大きすぎます");
}

}  // namespace

bool Context::fail(Fault fault, std::string english, std::string japanese) {
  failure_.fault = fault;
  failure_.english = std::move(english);
  failure_.japanese = std::move(japanese);
  return false;
}

bool Context::charge(std::uint64_t steps) {
  steps_ += steps;
  return steps_ <= budget_.steps ||
         fail(Fault::too_large, "it takes too many steps", "計算の手順が多すぎます");
}

bool Context::check(RationalFault fault) {
  switch (fault) {
    case RationalFault::none:
      return true;
    case RationalFault::zero_division:
      return fail(Fault::zero_division, "this divides by zero", "0で割っています");
    case RationalFault::too_big:
      return fail(Fault::too_large, "the number becomes too large", "数が大きくなりすぎます");
    case RationalFault::not_exact:
      break;
  }
  return fail(Fault::not_exact, "the result is no fraction", "結果は分数で表せません");
}

bool Context::compute(RationalOp op, const Rational& a, const Rational& b, Rational& out) {
  if (!charge(1 + (a.bits() + b.bits()) / 64)) return false;
  Rational result;
  if (!check(expression::compute(op, a, b, budget_.integer_bits, result))) return false;
  out = std::move(result);
  return true;
}

bool want(Context& context, const Value& value, Kind kind) {
  if (value.kind == kind) return true;
  Value wanted;
  wanted.kind = kind;
  const std::string own = type_of(value), other = type_of(wanted);
  return context.fail(Fault::wrong_type, "a " + other + " is wanted here, not a " + own,
                      japanese_name(other) + "が必要な所に" + japanese_name(own) + "があります");
}

bool want_plain(Context& context, const Value& value) {
  if (value.plain()) return true;
  const std::string own = type_of(value);
  return context.fail(Fault::wrong_type, "a plain number is wanted here, not " + own,
                      "ただの数が必要な所に" + japanese_name(own) + "があります");
}

bool want_whole(Context& context, const Value& value, std::int64_t most, std::int64_t& out) {
  if (!want_plain(context, value)) return false;
  const Rational& number = value.number;
  if (!number.is_whole() || !number.numerator.fits() || number.numerator.small < -most ||
      number.numerator.small > most)
    return context.fail(Fault::wrong_type,
                        "a whole number of at most " + std::to_string(most) + " is wanted here",
                        std::to_string(most) + "以下の整数が必要です");
  out = number.numerator.small;
  return true;
}

bool add_months(Context& context, const Value& day, std::int64_t months, Value& out) {
  if (!want(context, day, Kind::date)) return false;
  const auto moved = add_months(day.number.numerator.small, months);
  if (!moved)
    return context.fail(Fault::no_such_day, "the day is outside the years 1 to 9999",
                        "1年から9999年の外の日です");
  out = date(*moved);
  return true;
}

bool add(Context& context, const Value& a, const Value& b, int sign, Value& out) {
  const RationalOp op = sign > 0 ? RationalOp::add : RationalOp::subtract;
  const bool moves = b.kind == Kind::number && (b.dimension == of(kTime) || b.dimension == of(kCalendar));
  if (a.kind == Kind::date && moves) return move_date(context, a, b, sign, out);
  if (a.kind == Kind::clock && b.kind == Kind::number && b.dimension == of(kTime))
    return move_clock(context, a, b, sign, out);
  if (sign < 0 && a.kind == b.kind && (a.kind == Kind::date || a.kind == Kind::clock)) {
    const bool days = a.kind == Kind::date;
    Rational between;
    if (!context.compute(op, a.number, b.number, between) ||
        !context.compute(RationalOp::divide, between, Rational(days ? 1 : 60), between))
      return false;
    out = amount(between, *find_unit(days ? "day" : "minute"));
    return true;
  }
  if (a.kind != Kind::number || b.kind != Kind::number || !(a.dimension == b.dimension))
    return cannot_add(context, a, b, sign);
  if ((a.point && b.point && sign > 0) || (!a.point && b.point)) return cannot_add(context, a, b, sign);
  Value sum;
  if (!context.compute(op, a.number, b.number, sum.number)) return false;
  sum.dimension = a.dimension;
  sum.point = a.point && !b.point;
  sum.display = a.point && b.point ? coherent(a.dimension) : a.display;
  out = std::move(sum);
  return true;
}

bool multiply(Context& context, const Value& a, const Value& b, Value& out) {
  if (!want_amounts(context, a, b)) return false;
  Value product;
  if (!combine(a.dimension, b.dimension, 1, product.dimension)) return too_many_units(context);
  if (!context.compute(RationalOp::multiply, a.number, b.number, product.number)) return false;
  product.display = merged(a, b, 1, product.dimension);
  out = std::move(product);
  return true;
}

bool divide(Context& context, const Value& a, const Value& b, Value& out) {
  if (!want_amounts(context, a, b)) return false;
  Value quotient;
  if (!combine(a.dimension, b.dimension, -1, quotient.dimension)) return too_many_units(context);
  if (!context.compute(RationalOp::divide, a.number, b.number, quotient.number)) return false;
  quotient.display = merged(a, b, -1, quotient.dimension);
  out = std::move(quotient);
  return true;
}

bool divide_whole(Context& context, const Value& a, const Value& b, RationalOp op, Value& out) {
  if (!want_amounts(context, a, b)) return false;
  if (!(a.dimension == b.dimension)) {
    const std::string first = type_of(a), second = type_of(b);
    return context.fail(Fault::wrong_type, first + " and " + second + " do not go together here",
                        japanese_name(first) + "と" + japanese_name(second) + "は組み合わせられません");
  }
  Value result;
  if (!context.compute(op, a.number, b.number, result.number)) return false;
  if (op == RationalOp::modulo) {
    result.dimension = a.dimension;
    result.display = a.display;
  }
  out = std::move(result);
  return true;
}

bool raise(Context& context, const Value& base, const Value& exponent, Value& out) {
  if (!want_amounts(context, base, exponent) || !want_plain(context, exponent)) return false;
  Value power;
  if (!base.dimension.none()) {
    std::int64_t times = 0;
    if (!want_whole(context, exponent, 60, times)) return false;
    for (std::int64_t i = 0; i < std::llabs(times); ++i)
      if (!combine(power.dimension, base.dimension, times > 0 ? 1 : -1, power.dimension))
        return too_many_units(context);
    if (times != 0)
      for (const auto& [unit, own] : base.display)
        power.display.emplace_back(unit, own * static_cast<int>(times));
  }
  if (!context.compute(RationalOp::power, base.number, exponent.number, power.number)) return false;
  out = std::move(power);
  return true;
}

bool negate(Context& context, const Value& value, Value& out) {
  if (!want(context, value, Kind::number)) return false;
  Value turned = value;
  if (value.point) {  // -5 °C: what is written is turned, not the kelvins
    const Unit& unit = *value.display.front().first;
    turned = amount(negated(count_of(value)), unit);
  } else {
    turned.number = negated(value.number);
  }
  out = std::move(turned);
  return true;
}

bool order(Context& context, const Value& a, const Value& b, int& out) {
  const bool same =
      a.kind == b.kind && a.dimension == b.dimension && a.point == b.point && a.kind != Kind::list;
  if (!same) {
    const std::string first = type_of(a), second = type_of(b);
    return context.fail(Fault::wrong_type, first + " and " + second + " cannot be compared",
                        japanese_name(first) + "と" + japanese_name(second) + "は比べられません");
  }
  if (!context.charge(1 + (a.number.bits() + b.number.bits()) / 32)) return false;
  if (a.kind == Kind::text)
    out = a.text == b.text ? 0 : 1;
  else if (a.kind == Kind::truth)
    out = static_cast<int>(a.truth) - static_cast<int>(b.truth);
  else
    out = compare(a.number, b.number);
  return true;
}

bool convert(Context& context, const Value& value, const Display& target, Value& out) {
  if (!want(context, value, Kind::number)) return false;
  Dimension wanted;
  for (const auto& [unit, exponent] : target)
    for (int i = 0; i < std::abs(exponent); ++i)
      if (!combine(wanted, unit->dimension, exponent > 0 ? 1 : -1, wanted)) return too_many_units(context);
  if (!(wanted == value.dimension)) {
    const std::string first = type_of(value), second = name_of(wanted);
    const bool money = is_money(value.dimension) && is_money(wanted);
    const bool calendar = (value.dimension == of(kTime) && wanted == of(kCalendar)) ||
                          (value.dimension == of(kCalendar) && wanted == of(kTime));
    return context.fail(
        Fault::wrong_type,
        first + " cannot be given as " + second +
            (money      ? ": there is no exchange rate"
             : calendar ? ": a month has no fixed number of days; see months_between and years_between"
                        : ""),
        japanese_name(first) + "を" + japanese_name(second) + "にはできません" +
            (money      ? "(為替レートはありません)"
             : calendar ? "(月の日数は一定ではありません)"
                        : ""));
  }
  Value converted = value;
  const bool scale = target.size() == 1 && target.front().second == 1 && target.front().first->point;
  const bool kelvin = value.point && !scale;
  if (scale && !value.point)
    return context.fail(Fault::wrong_type, "a temperature difference is no temperature",
                        "温度差は温度ではありません");
  converted.point = scale;
  converted.display = target;
  if (kelvin) converted.point = false;
  if (wanted.none() && !(factor_of(target) == Rational(1))) {
    converted.display = target;
  } else if (wanted.none()) {
    converted.display.clear();
  }
  if (!context.charge()) return false;
  out = std::move(converted);
  return true;
}

}  // namespace genkai::logic::expression
