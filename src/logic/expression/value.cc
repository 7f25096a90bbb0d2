#include "logic/expression/value.h"

#include <array>
#include <cstdio>
#include <utility>

#include "logic/expression/calendar.h"

namespace genkai::logic::expression {
namespace {

constexpr std::size_t kBits = std::size_t{1} << 20;  // of what the caller has bounded already

Rational must(RationalOp op, const Rational& a, const Rational& b) {
  Rational out;
  compute(op, a, b, kBits, out);
  return out;
}

std::string clock_text(const Rational& seconds) {
  const std::int64_t all = seconds.numerator.small;  // whole and below a day
  std::array<char, 16> text{};
  if (all % 60 == 0)
    std::snprintf(text.data(), text.size(), "%02d:%02d", static_cast<int>(all / 3600),
                  static_cast<int>(all / 60 % 60));
  else
    std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(all / 3600),
                  static_cast<int>(all / 60 % 60), static_cast<int>(all % 60));
  return text.data();
}

std::string with_unit(std::string number, const Value& value, text::Language language) {
  if (value.display.empty()) return number;
  const Unit& first = *value.display.front().first;
  if (value.display.size() == 1 && value.display.front().second == 1) {
    if (language == text::Language::japanese && !first.japanese.empty())
      return number + std::string(first.japanese);
    if (first.percent()) return number + std::string(first.symbol);
    if (!first.plural.empty() && number != "1") return number + " " + std::string(first.plural);
  }
  return number + " " + symbol_of(value.display);
}

std::string written(const Value& value, text::Language language, bool exactly, bool& rounded) {
  switch (value.kind) {
    case Kind::truth:
      return value.truth ? "true" : "false";
    case Kind::text:
      return value.text;
    case Kind::clock:
      return clock_text(value.number);
    case Kind::date: {
      const std::int64_t days = value.number.numerator.small;
      if (language != text::Language::japanese) return iso_date(days);
      const Day day = day_of(days);
      return std::to_string(day.year) + "年" + std::to_string(day.month) + "月" + std::to_string(day.day) +
             "日";
    }
    case Kind::list: {
      std::string out = "[";
      for (const Value& item : value.items)
        out += (out.size() > 1 ? ", " : "") + written(item, language, exactly, rounded);
      return out + "]";
    }
    case Kind::number:
      break;
  }
  const Rational count = count_of(value);
  Decimal decimal = to_decimal(count);
  if (exactly && !decimal.exact) return with_unit(count.text(), value, language);
  rounded |= !decimal.exact;
  return with_unit(std::move(decimal.text), value, language);
}

}  // namespace

Value plain(Rational number) {
  Value value;
  value.number = std::move(number);
  return value;
}

Value truth(bool given) {
  Value value;
  value.kind = Kind::truth;
  value.truth = given;
  return value;
}

Value words(std::string text) {
  Value value;
  value.kind = Kind::text;
  value.text = std::move(text);
  return value;
}

Value date(std::int64_t days) {
  Value value;
  value.kind = Kind::date;
  value.number = Rational(days);
  return value;
}

Value amount(const Rational& count, const Unit& unit) {
  Value value;
  value.number =
      must(RationalOp::multiply, unit.point ? must(RationalOp::add, count, unit.offset) : count, unit.factor);
  value.dimension = unit.dimension;
  value.point = unit.point;
  if (!unit.dimension.none() || unit.percent()) value.display = {{&unit, 1}};
  return value;
}

Rational count_of(const Value& value) {
  if (value.display.empty()) return value.number;
  const Rational count = must(RationalOp::divide, value.number, factor_of(value.display));
  return value.point ? must(RationalOp::subtract, count, value.display.front().first->offset) : count;
}

std::string type_of(const Value& value) {
  switch (value.kind) {
    case Kind::truth:
      return "truth value";
    case Kind::text:
      return "text";
    case Kind::date:
      return "date";
    case Kind::clock:
      return "time of day";
    case Kind::list:
      return "list";
    case Kind::number:
      break;
  }
  if (value.point) return "temperature";
  if (value.dimension.none() && !value.display.empty()) return "percentage";
  return name_of(value.dimension);
}

std::string exact_text(const Value& value) {
  bool unused = false;
  return written(value, text::Language::english, true, unused);
}

std::string decimal_text(const Value& value, text::Language language, bool& rounded) {
  return written(value, language, false, rounded);
}

}  // namespace genkai::logic::expression
