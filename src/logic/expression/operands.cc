#include "logic/expression/operands.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "logic/expression/calendar.h"

namespace genkai::logic::expression {
namespace {

using Type = Token::Type;

constexpr std::size_t kBits = 65'536;
constexpr std::array<std::string_view, 14> kReserved{"if", "then", "else", "and",  "or",    "not",  "in",
                                                     "to", "as",   "let",  "true", "false", "かつ", "または"};

std::int64_t multiplier(const Token& token) {
  if (token.type != Type::word) return 0;
  constexpr std::pair<std::string_view, std::int64_t> kWords[] = {{"thousand", 1'000},
                                                                  {"million", 1'000'000},
                                                                  {"billion", 1'000'000'000},
                                                                  {"trillion", 1'000'000'000'000},
                                                                  {"dozen", 12}};
  for (const auto& [word, times] : kWords)
    if (token.text == word) return times;
  return 0;
}

bool small_whole(const Rational& value, std::int64_t most) {
  return value.is_whole() && value.numerator.fits() && value.numerator.small >= 0 &&
         value.numerator.small <= most;
}

std::string clock_value(const Rational& seconds) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "T%02d:%02d", static_cast<int>(seconds.numerator.small / 3600),
                static_cast<int>(seconds.numerator.small / 60 % 60));
  return text.data();
}

}  // namespace

bool is_reserved(std::string_view word) {
  return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

bool Operands::fail_at(std::size_t begin, std::size_t end, Fault fault, std::string english,
                       std::string japanese) {
  failure_.fault = fault;
  failure_.begin = begin;
  failure_.end = end;
  failure_.english = std::move(english);
  failure_.japanese = std::move(japanese);
  return false;
}

bool Operands::fail(Fault fault, std::string english, std::string japanese) {
  return fail_at(now().begin, now().end, fault, std::move(english), std::move(japanese));
}

bool Operands::unexpected() {
  if (now().type == Type::end || now().type == Type::separator)
    return fail_at(now().begin, now().begin, Fault::syntax, "it ends too early", "式が途中で終わっています");
  if (now().type == Type::word)
    return fail(Fault::unknown_name, "this is neither a unit nor an operator; a product is written with *",
                "単位でも演算子でもありません。積は * で書きます");
  return fail(Fault::syntax, "this was not expected here", "ここには書けません");
}

bool Operands::expect(std::string_view sign) {
  if (!now().is(sign)) return unexpected();
  next();
  return true;
}

void Operands::note(std::size_t begin, std::string value) {
  literals_.push_back({std::string(source_.substr(begin, last_end() - begin)), std::move(value), begin});
}

bool Operands::constant(Value& out) {
  const Token& token = now();
  const std::size_t begin = token.begin;
  bool found = false;
  switch (token.type) {
    case Type::currency:
      return amount_of_money(out);
    case Type::date:
      next();
      note(begin, token.text);
      out = date(token.number.numerator.small);
      return true;
    case Type::clock:
      next();
      note(begin, clock_value(token.number));
      out.kind = Kind::clock;
      out.number = token.number;
      return true;
    case Type::text:
      next();
      out = words(token.text);
      return true;
    case Type::number:
      if (!english_date(out, found)) return false;
      if (found) return true;
      if (ahead().is_word("年") && ahead(2).type == Type::number && ahead(3).is_word("月"))
        return japanese_date(0, out);
      if (ahead().is_word("時") || ahead().is_word("時半")) return japanese_clock(0, out);
      return quantity(out);
    case Type::word:
      break;
    default:
      return unexpected();
  }
  if (token.text == "true" || token.text == "false") {
    next();
    out = truth(token.text == "true");
    return true;
  }
  if (token.text == "US" && ahead().type == Type::currency) {
    next();
    return amount_of_money(out);
  }
  if (!english_date(out, found)) return false;
  if (found) return true;
  if ((token.text == "午前" || token.text == "午後") && ahead().type == Type::number) {
    next();
    return japanese_clock(token.text == "午後" ? 12 : 0, out);
  }
  const std::string_view word = token.text;
  constexpr std::string_view kFirst = "元年";
  const bool first_year = word.ends_with(kFirst) && era_start(word.substr(0, word.size() - kFirst.size()));
  if (first_year || (era_start(word) && ahead().type == Type::number)) {
    if (first_year) return japanese_date(*era_start(word.substr(0, word.size() - kFirst.size())), out);
    return japanese_date(*era_start(word), out);
  }
  std::size_t length = 0;
  if (const Unit* unit = unit_here(length); unit && !unit->point && !unit->percent()) {
    for (; length > 0; --length) next();
    out = amount(Rational(1), *unit);
    return true;
  }
  return fail(Fault::unknown_name,
              "\"" + token.text + "\" is no variable, unit or function that is known here",
              "「" + token.text + "」という変数、単位、関数はありません");
}

Rational Operands::number_here() {
  Rational number = now().number;
  next();
  for (std::int64_t times = multiplier(now()); times > 0; times = multiplier(now())) {
    compute(RationalOp::multiply, number, Rational(times), kBits, number);
    next();
  }
  return number;
}

bool Operands::amount_of_money(Value& out) {
  const Unit* unit = find_currency(now().text);
  next();
  if (!unit || now().type != Type::number)
    return fail(Fault::syntax, "an amount of money is missing here", "ここには金額が必要です");
  const std::size_t begin = now().begin;
  const Rational number = number_here();
  note(begin, to_decimal(number).text);
  out = amount(number, *unit);
  return true;
}

const Unit* Operands::unit_here(std::size_t& length) const {
  length = 1;
  if (now().is("%")) return find_unit("%");
  if (now().type != Type::word || is_reserved(now().text)) return nullptr;
  if (ahead().type == Type::word && !is_reserved(ahead().text))
    if (const Unit* unit = find_unit(now().text + "_" + ahead().text)) {
      length = 2;
      return unit;
    }
  return find_unit(now().text);
}

bool Operands::unit_power(int& exponent) {
  exponent = 1;
  if (now().is("^2") || now().is("^3")) {
    exponent = now().is("^2") ? 2 : 3;
    next();
    return true;
  }
  if (!now().is("^")) return true;
  next();
  const bool minus = now().is("-");
  if (minus) next();
  if (now().type != Type::number || !small_whole(now().number, 9))
    return fail(Fault::syntax, "the power of a unit is a whole number up to 9",
                "単位のべきは9までの整数です");
  exponent = static_cast<int>(now().number.numerator.small) * (minus ? -1 : 1);
  next();
  return true;
}

bool Operands::quantity(Value& out) {
  const std::size_t begin = now().begin;
  const Rational number = number_here();
  note(begin, to_decimal(number).text);
  std::size_t length = 0;
  const Unit* unit = unit_here(length);
  if (!unit) {
    out = plain(number);
    if (now().type != Type::word || is_reserved(now().text)) return true;
    if (is_declared(now().text))
      return fail(Fault::syntax, "a product is written with *", "積は * で書きます");
    return fail(Fault::unknown_name,
                "\"" + now().text + "\" is no unit that is known here; what is counted is a plain number",
                "「" + now().text + "」という単位はありません。個数は数だけを書きます");
  }
  for (; length > 0; --length) next();
  if (unit->symbol == "%" && (now().type == Type::number || now().is("(") || now().type == Type::currency))
    return fail(Fault::syntax, "a remainder is written mod(a, b)", "余りは mod(a, b) と書きます");
  int exponent = 1;
  if (!unit->point && !unit_power(exponent)) return false;
  out = amount(number, *unit);
  if (exponent == 1) return more_of_it(*unit, out);
  Rational factor;
  out.dimension = {};
  for (int i = 0; i < std::abs(exponent); ++i)
    combine(out.dimension, unit->dimension, exponent > 0 ? 1 : -1, out.dimension);
  compute(RationalOp::power, unit->factor, Rational(exponent), kBits, factor);
  compute(RationalOp::multiply, number, factor, kBits, out.number);
  if (unit->dimension.none()) return true;
  out.display = exponent == 0 ? Display{} : Display{{unit, exponent}};
  return true;
}

// 2 hours 30 minutes, 1年2か月: smaller units of the same follow.
bool Operands::more_of_it(const Unit& unit, Value& out) {
  const Unit* before = &unit;
  while (now().type == Type::number && !unit.point && !unit.dimension.none()) {
    const std::size_t start = at_, begin = now().begin, noted = literals_.size();
    const Rational number = number_here();
    std::size_t length = 0;
    const Unit* own = unit_here(length);
    if (!own || !(own->dimension == unit.dimension) || compare(own->factor, before->factor) >= 0) {
      at_ = start;
      literals_.resize(noted);
      return unexpected();
    }
    note(begin, to_decimal(number).text);
    for (; length > 0; --length) next();
    Rational more;
    compute(RationalOp::multiply, number, own->factor, kBits, more);
    compute(RationalOp::add, out.number, more, kBits, out.number);
    before = own;
  }
  return true;
}

bool Operands::unit_expression(Display& out) {
  int sign = 1;
  const bool bare_one = now().type == Type::number && now().number == Rational(1) && ahead().is("/");
  if (bare_one) next();
  for (bool first = !bare_one; first || now().is("*") || now().is("/"); first = false) {
    if (!first) {
      sign = now().is("/") ? -1 : 1;
      next();
    }
    const Unit* unit = now().type == Type::currency ? find_currency(now().text) : nullptr;
    std::size_t length = 1;
    if (!unit) unit = unit_here(length);
    if (!unit) return fail(Fault::unknown_name, "a unit is expected here", "ここには単位が必要です");
    for (; length > 0; --length) next();
    int exponent = 1;
    if (!unit_power(exponent)) return false;
    if (exponent != 0) out.emplace_back(unit, sign * exponent);
  }
  return true;
}

bool Operands::make_date(const Rational& year, const Rational& month, const Rational& day, std::size_t begin,
                         Value& out) {
  if (!small_whole(year, 9999) || !small_whole(month, 12) || !small_whole(day, 31) ||
      !exists({year.numerator.small, static_cast<int>(month.numerator.small),
               static_cast<int>(day.numerator.small)}))
    return fail_at(begin, last_end(), Fault::no_such_day, "there is no such day", "そのような日はありません");
  out = date(days_of({year.numerator.small, static_cast<int>(month.numerator.small),
                      static_cast<int>(day.numerator.small)}));
  note(begin, iso_date(out.number.numerator.small));
  return true;
}

// 3 May 1932, May 3, 1932.
bool Operands::english_date(Value& out, bool& found) {
  found = false;
  const bool day_first = now().type == Type::number;
  const Token& name = day_first ? ahead() : now();
  const int month = name.type == Type::word ? month_of(name.text) : 0;
  if (month == 0) return true;
  const std::size_t begin = now().begin, comma = !day_first && ahead(2).is(",") ? 1 : 0;
  const Token &day = day_first ? now() : ahead(), &year = ahead(2 + comma);
  if (day.type != Type::number || year.type != Type::number) return true;
  found = true;
  for (std::size_t i = 0; i < 3 + comma; ++i) next();
  return make_date(year.number, Rational(month), day.number, begin, out);
}

// 2024年3月3日 or 令和6年3月3日, at the era's name or the number; 令和6年 alone is a year.
bool Operands::japanese_date(std::int64_t before, Value& out) {
  const std::size_t begin = now().begin;
  Rational year(1);
  bool at_month = false;
  if (now().type == Type::word) {
    at_month = now().text.ends_with("元年");
    next();
  }
  if (!at_month) {
    year = now().number;
    next();
    if (!now().is_word("年")) return unexpected();
    next();
  }
  compute(RationalOp::add, year, Rational(before), kBits, year);
  if (now().type != Type::number || !ahead().is_word("月")) {
    note(begin, to_decimal(year).text);
    out = amount(year, *find_unit("year"));
    return true;
  }
  const Rational month = now().number;
  next();
  next();
  const Rational day = now().number;
  if (now().type != Type::number || !ahead().is_word("日"))
    return fail(Fault::syntax, "the day of the month is missing here", "ここには日が必要です");
  next();
  next();
  return make_date(year, month, day, begin, out);
}

bool Operands::make_clock(const Rational& hour, const Rational& minute, std::size_t begin, Value& out) {
  if (!small_whole(hour, 23) || !small_whole(minute, 59))
    return fail_at(begin, last_end(), Fault::no_such_day, "there is no such time of day",
                   "そのような時刻はありません");
  out.kind = Kind::clock;
  out.number = Rational(hour.numerator.small * 3600 + minute.numerator.small * 60);
  note(begin, clock_value(out.number));
  return true;
}

// 9時30分, 午後5時, 9時半; the number is here.
bool Operands::japanese_clock(int later, Value& out) {
  const std::size_t begin = now().begin;
  Rational hour = now().number, minute;
  if (!ahead().is_word("時") && !ahead().is_word("時半")) return unexpected();
  if (later > 0 && compare(hour, Rational(12)) < 0)
    compute(RationalOp::add, hour, Rational(later), kBits, hour);
  if (ahead().is_word("時半")) minute = Rational(30);
  next();
  next();
  if (now().type == Type::number && ahead().is_word("分") && minute.is_zero()) {
    minute = now().number;
    next();
    next();
  }
  return make_clock(hour, minute, begin, out);
}

}  // namespace genkai::logic::expression
