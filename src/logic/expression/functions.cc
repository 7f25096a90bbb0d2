#include "logic/expression/functions.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <unordered_map>
#include <utility>

#include "logic/expression/calendar.h"

namespace genkai::logic::expression {
namespace {

using Values = std::vector<Value>;

// Lists among the values stand for what they hold.
Values flat(Values& values) {
  Values out;
  for (Value& value : values) {
    if (value.kind != Kind::list) {
      out.push_back(std::move(value));
      continue;
    }
    std::move(value.items.begin(), value.items.end(), std::back_inserter(out));
  }
  return out;
}

bool some(Context& context, Values& values) {
  values = flat(values);
  return context.charge(values.size()) &&
         (!values.empty() ||
          context.fail(Fault::wrong_count, "there is nothing to take it of", "対象の値がありません"));
}

bool sum(Context& context, Values& values, Value& out) {
  if (!some(context, values)) return false;
  Value total = values.front();
  if (!want(context, total, Kind::number)) return false;
  for (std::size_t i = 1; i < values.size(); ++i)
    if (!add(context, total, values[i], 1, total)) return false;
  out = std::move(total);
  return true;
}

// Of temperatures too: the first and the mean of what the others are above it.
bool mean(Context& context, Values& values, Value& out) {
  if (!some(context, values)) return false;
  const Value first = values.front();
  if (!want(context, first, Kind::number)) return false;
  Value above;
  if (!add(context, first, first, -1, above)) return false;
  for (std::size_t i = 1; i < values.size(); ++i) {
    Value difference;
    if (!add(context, values[i], first, -1, difference) || !add(context, above, difference, 1, above))
      return false;
  }
  Value share;
  return divide(context, above, plain(Rational(static_cast<std::int64_t>(values.size()))), share) &&
         add(context, first, share, 1, out);
}

bool extreme(Context& context, Values& values, int wanted, Value& out) {
  if (!some(context, values)) return false;
  std::size_t best = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    int found = 0;
    if (values[i].kind == Kind::text || values[i].kind == Kind::truth)
      return want(context, values[i], Kind::number);
    if (!order(context, values[i], values[best], found)) return false;
    if (found == wanted) best = i;
  }
  out = values[best];
  return true;
}
bool smallest(Context& context, Values& values, Value& out) {
  return extreme(context, values, -1, out);
}
bool largest(Context& context, Values& values, Value& out) {
  return extreme(context, values, 1, out);
}

bool median(Context& context, Values& values, Value& out) {
  if (!some(context, values)) return false;
  for (const Value& value : values) {
    int unused = 0;
    if (!want(context, value, Kind::number) || !order(context, values.front(), value, unused)) return false;
  }
  if (!context.charge(values.size() * 16)) return false;
  std::stable_sort(values.begin(), values.end(),
                   [](const Value& a, const Value& b) { return compare(a.number, b.number) < 0; });
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) {
    out = values[middle];
    return true;
  }
  Values pair{values[middle - 1], values[middle]};
  return mean(context, pair, out);
}

bool count(Context& context, Values& values, Value& out) {
  values = flat(values);
  out = plain(Rational(static_cast<std::int64_t>(values.size())));
  return context.charge(values.size());
}

// In the units that the value is written in.
bool rounded_by(Context& context, Values& values, Rounding how, Value& out) {
  std::int64_t digits = 0;
  if (!want(context, values[0], Kind::number) ||
      (values.size() > 1 && !want_whole(context, values[1], 100, digits)))
    return false;
  if (!context.charge(4 + values[0].number.bits() / 16)) return false;
  Rational count;
  if (!context.check(rounded(count_of(values[0]), how, static_cast<int>(digits), context.max_bits(), count)))
    return false;
  Value result = values[0];
  if (!result.display.empty() &&
      !context.compute(RationalOp::multiply, count, factor_of(result.display), result.number))
    return false;
  if (result.display.empty())
    result.number = std::move(count);
  else if (result.point)
    result = amount(count, *result.display.front().first);
  out = std::move(result);
  return true;
}
bool nearest(Context& context, Values& values, Value& out) {
  return rounded_by(context, values, Rounding::half_away, out);
}
bool nearest_even(Context& context, Values& values, Value& out) {
  return rounded_by(context, values, Rounding::half_even, out);
}
bool floor_of(Context& context, Values& values, Value& out) {
  return rounded_by(context, values, Rounding::down, out);
}
bool ceiling(Context& context, Values& values, Value& out) {
  return rounded_by(context, values, Rounding::up, out);
}
bool truncated(Context& context, Values& values, Value& out) {
  return rounded_by(context, values, Rounding::to_zero, out);
}

bool magnitude(Context& context, Values& values, Value& out) {
  if (!want(context, values[0], Kind::number)) return false;
  if (values[0].point || values[0].number.sign() >= 0) {
    out = values[0];
    return true;
  }
  return negate(context, values[0], out);
}

bool root(Context& context, Values& values, Value& out) {
  if (!want_plain(context, values[0]) || !context.charge(16 + values[0].number.bits() / 2)) return false;
  Rational result;
  if (!context.check(square_root(values[0].number, context.max_bits(), result))) return false;
  out = plain(std::move(result));
  return true;
}

bool remainder(Context& context, Values& values, Value& out) {
  return divide_whole(context, values[0], values[1], RationalOp::modulo, out);
}
bool whole_quotient(Context& context, Values& values, Value& out) {
  return divide_whole(context, values[0], values[1], RationalOp::floor_divide, out);
}

bool as_percent(Context& context, Value& value) {
  if (!want_plain(context, value)) return false;
  value.display = {{find_unit("%"), 1}};
  return true;
}

bool percent(Context& context, Values& values, Value& out) {
  return divide(context, values[0], values[1], out) && as_percent(context, out);
}

bool percent_change(Context& context, Values& values, Value& out) {
  Value difference;
  return add(context, values[1], values[0], -1, difference) && divide(context, difference, values[0], out) &&
         as_percent(context, out);
}

// x + sign * x * p
bool changed(Context& context, Values& values, int sign, Value& out) {
  Value part;
  return want_plain(context, values[1]) && multiply(context, values[0], values[1], part) &&
         add(context, values[0], part, sign, out);
}
bool increase(Context& context, Values& values, Value& out) {
  return changed(context, values, 1, out);
}
bool decrease(Context& context, Values& values, Value& out) {
  return changed(context, values, -1, out);
}

bool want_dates(Context& context, const Values& values) {
  return std::all_of(values.begin(), values.end(),
                     [&](const Value& value) { return want(context, value, Kind::date); });
}
std::int64_t days(const Value& value) {
  return value.number.numerator.small;
}

bool make_date(Context& context, Values& values, Value& out) {
  std::array<std::int64_t, 3> parts{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (i == 0 && values[0].kind == Kind::number && values[0].display.size() == 1 &&
        values[0].display.front().first == find_unit("year"))  // date(2024年, 3, 3)
      values[0] = plain(count_of(values[0]));
    if (!want_whole(context, values[i], 9'999, parts[i])) return false;
  }
  const Day day{parts[0], static_cast<int>(parts[1]), static_cast<int>(parts[2])};
  if (!exists(day))
    return context.fail(Fault::no_such_day, "there is no such day", "そのような日はありません");
  out = date(days_of(day));
  return true;
}

bool days_between(Context& context, Values& values, Value& out) {
  return want_dates(context, values) && add(context, values[1], values[0], -1, out);
}
bool calendar_between(Context& context, Values& values, std::int64_t unit, Value& out) {
  if (!want_dates(context, values) || !context.charge()) return false;
  const std::int64_t months = months_between(days(values[0]), days(values[1]));
  out = amount(Rational(months / unit), *find_unit(unit == 1 ? "month" : "year"));
  return true;
}
bool whole_months(Context& context, Values& values, Value& out) {
  return calendar_between(context, values, 1, out);
}
bool whole_years(Context& context, Values& values, Value& out) {
  return calendar_between(context, values, 12, out);
}

bool moved(Context& context, Values& values, std::int64_t months, Value& out) {
  std::int64_t times = 0;
  return want_whole(context, values[1], 100'000, times) &&
         add_months(context, values[0], times * months, out);
}
bool months_later(Context& context, Values& values, Value& out) {
  return moved(context, values, 1, out);
}
bool years_later(Context& context, Values& values, Value& out) {
  return moved(context, values, 12, out);
}
bool days_later(Context& context, Values& values, Value& out) {
  return want_dates(context, {values[0]}) && want_plain(context, values[1]) &&
         add(context, values[0], amount(values[1].number, *find_unit("day")), 1, out);
}

bool weekday(Context& context, Values& values, Value& out) {
  constexpr std::array<std::string_view, 7> kNames{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
  if (!want_dates(context, values)) return false;
  out = words(std::string(kNames[static_cast<std::size_t>(weekday_of(days(values[0])))]));
  return true;
}
bool japanese_weekday(Context& context, Values& values, Value& out) {
  constexpr std::array<std::string_view, 7> kNames{"月曜日", "火曜日", "水曜日", "木曜日",
                                                   "金曜日", "土曜日", "日曜日"};
  if (!want_dates(context, values)) return false;
  out = words(std::string(kNames[static_cast<std::size_t>(weekday_of(days(values[0])))]));
  return true;
}

bool part_of(Context& context, Values& values, std::int64_t (*part)(const Day&), Value& out) {
  if (!want_dates(context, values)) return false;
  out = plain(Rational(part(day_of(days(values[0])))));
  return true;
}
bool year_of(Context& context, Values& values, Value& out) {
  return part_of(
      context, values, [](const Day& day) { return day.year; }, out);
}
bool month_number(Context& context, Values& values, Value& out) {
  return part_of(
      context, values, [](const Day& day) { return std::int64_t{day.month}; }, out);
}
bool day_number(Context& context, Values& values, Value& out) {
  return part_of(
      context, values, [](const Day& day) { return std::int64_t{day.day}; }, out);
}

constexpr Function kFunctions[] = {{"sum total 合計", 1, kAny, sum},
                                   {"mean average avg 平均", 1, kAny, mean},
                                   {"min 最小", 1, kAny, smallest},
                                   {"max 最大", 1, kAny, largest},
                                   {"median 中央値", 1, kAny, median},
                                   {"count 個数", 0, kAny, count},
                                   {"round 四捨五入", 1, 2, nearest},
                                   {"round_even", 1, 2, nearest_even},
                                   {"floor 切り捨て", 1, 2, floor_of},
                                   {"ceil 切り上げ", 1, 2, ceiling},
                                   {"trunc", 1, 2, truncated},
                                   {"abs 絶対値", 1, 1, magnitude},
                                   {"sqrt", 1, 1, root},
                                   {"mod 余り", 2, 2, remainder},
                                   {"div 商", 2, 2, whole_quotient},
                                   {"percent 割合", 2, 2, percent},
                                   {"percent_change 増減率", 2, 2, percent_change},
                                   {"increase 増", 2, 2, increase},
                                   {"decrease 減 引", 2, 2, decrease},
                                   {"date 日付", 3, 3, make_date},
                                   {"days_between 日数", 2, 2, days_between},
                                   {"months_between 月数", 2, 2, whole_months},
                                   {"years_between 年数", 2, 2, whole_years},
                                   {"add_days", 2, 2, days_later},
                                   {"add_months", 2, 2, months_later},
                                   {"add_years", 2, 2, years_later},
                                   {"weekday", 1, 1, weekday},
                                   {"曜日", 1, 1, japanese_weekday},
                                   {"year", 1, 1, year_of},
                                   {"month", 1, 1, month_number},
                                   {"day", 1, 1, day_number}};

}  // namespace

const Function* find_function(std::string_view name) {
  static const auto names = [] {
    std::unordered_map<std::string_view, const Function*> built;
    for (const Function& function : kFunctions)
      for (std::string_view rest = function.names; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        built.emplace(rest.substr(0, end), &function);
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    return built;
  }();
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

}  // namespace genkai::logic::expression
