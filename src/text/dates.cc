#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "text/numbers.h"
#include "text/span_finders.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

struct Era {
  std::string_view name;
  int before_first_year;  // Gregorian year of the era's year 1, less 1
};
constexpr std::array<Era, 5> kEras = {
    {{"明治", 1867}, {"大正", 1911}, {"昭和", 1925}, {"平成", 1988}, {"令和", 2018}}};

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

std::string iso(int year, int month = 0, int day = 0) {
  std::array<char, 48> buffer;
  const char* sign = year < 0 ? "-" : "";
  const int y = year < 0 ? -year : year;
  if (month == 0) {
    std::snprintf(buffer.data(), buffer.size(), "%s%04d", sign, y);
  } else if (day == 0) {
    std::snprintf(buffer.data(), buffer.size(), "%s%04d-%02d", sign, y, month);
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%s%04d-%02d-%02d", sign, y, month, day);
  }
  return buffer.data();
}
/// A day without a year, as ISO 8601 (2000) wrote it.
std::string iso_without_year(int month, int day) {
  std::array<char, 32> buffer;
  std::snprintf(buffer.data(), buffer.size(), day ? "--%02d-%02d" : "--%02d", month, day);
  return buffer.data();
}

class DateFinder {
 public:
  DateFinder(std::string_view text, std::vector<TypedSpan>& out) : text_(text), out_(out) {}

  void find() {
    for (std::size_t at = 0; at < text_.size();) {
      const CodePoint c = code_point_at(text_, at);
      const std::size_t before = at;
      if (is_ascii_upper(c.value) && !letter_before(at)) {
        at = std::max(at, month_first(at));
      } else if (digit_value(c.value) >= 0 || c.value == U'十' || c.value == U'百' || c.value == U'千') {
        if (!letter_before(at)) at = std::max(at, number_first(at));
      } else if (is_kanji(c.value)) {
        at = std::max(at, era(at));
      } else if (is_ascii_letter(c.value) && !letter_before(at)) {
        at = std::max(at, century_word(at));
      }
      if (at == before) at += c.length;
    }
  }

 private:
  bool letter_before(std::size_t at) const {
    if (at == 0) return false;
    const char32_t c = code_point_before(text_, at).value;
    return is_ascii_letter(c) || is_ascii_digit(c);
  }
  std::string_view rest(std::size_t at) const { return text_.substr(std::min(at, text_.size())); }
  bool has(std::size_t at, std::string_view what) const { return rest(at).starts_with(what); }
  bool word_ends(std::size_t at) const {
    return at >= text_.size() || !is_ascii_letter(static_cast<unsigned char>(text_[at]));
  }

  std::size_t add(std::size_t begin, std::size_t end, std::string value) {
    out_.push_back({{begin, end}, AnswerType::date, std::move(value)});
    return end;
  }

  /// A whole number of at most `digits` ASCII digits at `at`.
  struct Digits {
    int value = 0;
    std::size_t end = 0;
    std::size_t count = 0;
  };
  Digits digits(std::size_t at, std::size_t most) const {
    Digits out{0, at, 0};
    while (out.end < text_.size() && out.count <= most &&
           is_ascii_digit(static_cast<unsigned char>(text_[out.end]))) {
      out.value = out.value * 10 + (text_[out.end] - '0');
      ++out.end;
      ++out.count;
    }
    if (out.count > most) out = {0, at, 0};
    return out;
  }

  /// Month by name at `at`: number and end, or 0.
  std::pair<int, std::size_t> month(std::size_t at) const {
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
      const std::string_view name = kMonths[i];
      if (has(at, name) && word_ends(at + name.size())) return {static_cast<int>(i) + 1, at + name.size()};
      for (const std::size_t length : {std::size_t{4}, std::size_t{3}}) {
        const std::string_view part = name.substr(0, length);
        if ((length == 4 && part != "Sept") || !has(at, part) || !word_ends(at + length)) continue;
        const bool dot = has(at + length, ".");
        if (name != "May") return {static_cast<int>(i) + 1, at + length + dot};
      }
    }
    return {0, at};
  }

  std::size_t skip(std::size_t at, std::string_view what) const {
    return has(at, what) ? at + what.size() : at;
  }
  std::size_t skip_ordinal(std::size_t at) const {
    for (const std::string_view end : {"st", "nd", "rd", "th"})
      if (has(at, end) && word_ends(at + 2)) return at + 2;
    return at;
  }

  std::optional<Digits> year_at(std::size_t at) const {
    const Digits found = digits(at, 4);
    if (found.count < 3 || found.value < 100 || found.value > 2199) return std::nullopt;
    if (!word_ends(found.end) || has(found.end, ",0") || has(found.end, "%")) return std::nullopt;
    return found;
  }

  std::size_t month_first(std::size_t begin) {
    for (const std::string_view day : kDays)
      if (has(begin, day) && word_ends(begin + day.size()))
        return add(begin, begin + day.size(), std::string(day));
    if (has(begin, "AD ")) {
      const Digits year = digits(begin + 3, 4);
      if (year.count > 0) return add(begin, year.end, iso(year.value));
    }
    const auto [number, end] = month(begin);
    if (number == 0) return begin;
    const std::size_t gap = skip(end, " ");
    if (const Digits day = digits(gap, 2); gap > end && day.count > 0 && day.value >= 1 && day.value <= 31) {
      const std::size_t day_end = skip_ordinal(day.end);
      const std::size_t year_begin = skip(skip(day_end, ","), " ");
      if (const auto year = year_at(year_begin); year && year_begin > day_end) {
        add(begin, year->end, iso(year->value, number, day.value));
        add(begin, day_end, iso_without_year(number, day.value));
        return add(year_begin, year->end, iso(year->value));
      }
      return add(begin, day_end, iso_without_year(number, day.value));
    }
    const std::size_t year_begin = skip(skip(skip(end, ","), " "), "of ");
    if (const auto year = year_at(year_begin); year && year_begin > end) {
      add(begin, year->end, iso(year->value, number));
      add(begin, end, iso_without_year(number, 0));
      return add(year_begin, year->end, iso(year->value));
    }
    // March and May alone are words too.
    const bool sure = number != 5 && number != 3;
    const bool led =
        begin >= 3 && (text_.substr(begin - 3, 3) == "in " || text_.substr(begin - 3, 3) == "of ");
    if (sure || led) add(begin, end, iso_without_year(number, 0));
    return end;
  }

  std::size_t number_first(std::size_t begin) {
    if (const std::size_t end = japanese(begin); end > begin) return end;
    const Digits first = digits(begin, 4);
    if (first.count == 0) return begin;
    if (first.count == 4 && (has(first.end, "-") || has(first.end, "/"))) {
      const char mark = text_[first.end];
      const Digits m = digits(first.end + 1, 2);
      if (m.count == 2 && m.value >= 1 && m.value <= 12 && m.end < text_.size() && text_[m.end] == mark) {
        const Digits d = digits(m.end + 1, 2);
        if (d.count > 0 && d.value >= 1 && d.value <= 31)
          return add(begin, d.end, iso(first.value, m.value, d.value));
      }
    }
    const std::size_t ordinal = skip_ordinal(first.end);
    if (first.count <= 2 && first.value >= 1 && first.value <= 31) {
      std::size_t month_begin = skip(ordinal, " ");
      month_begin = skip(month_begin, "of ");
      const auto [number, end] = month(month_begin);
      if (number > 0 && month_begin > ordinal) {
        const std::size_t year_begin = skip(skip(end, ","), " ");
        if (const auto year = year_at(year_begin); year && year_begin > end) {
          add(begin, year->end, iso(year->value, number, first.value));
          return add(year_begin, year->end, iso(year->value));
        }
        return add(begin, end, iso_without_year(number, first.value));
      }
    }
    if (ordinal > first.end && first.value <= 30) {
      const std::size_t gap =
          ordinal < text_.size() && (text_[ordinal] == ' ' || text_[ordinal] == '-') ? ordinal + 1 : ordinal;
      if (has(gap, "century") || has(gap, "centuries")) {
        return add(begin, gap + (has(gap, "century") ? 7 : 9), std::to_string(first.value) + "c");
      }
    }
    if (const auto number = read_number(text_, begin); number && has(number->end, " years ago")) {
      return add(begin, number->end + 10, "-" + format_number(number->value) + "y");
    }
    for (const std::string_view mark : {" BCE", " BC", "BC", " CE", " AD", " B.C.", " A.D."}) {
      if (!has(first.end, mark) || !word_ends(first.end + mark.size())) continue;
      return add(begin, first.end + mark.size(),
                 iso(mark.find('B') != std::string_view::npos ? -first.value : first.value));
    }
    if (first.count == 4 && has(first.end, "s") && word_ends(first.end + 1) && first.value < 2200) {
      return add(begin, first.end + 1, std::to_string(first.value) + "s");
    }
    const bool part =
        begin > 0 && (text_[begin - 1] == '.' || text_[begin - 1] == ',' || text_[begin - 1] == '$');
    if (first.count == 4 && first.value >= 1000 && !part && year_at(begin)) {
      const bool fraction = has(first.end, ".") && digits(first.end + 1, 9).count > 0;
      if (!fraction) return add(begin, first.end, iso(first.value));
    }
    return begin;
  }

  std::optional<std::pair<int, std::size_t>> counted(std::size_t at, std::string_view counter) const {
    const std::optional<Number> number = at < text_.size() ? read_number(text_, at) : std::nullopt;
    if (!number || number->is_word || number->value > 9999 || !has(number->end, counter)) return std::nullopt;
    return std::pair{static_cast<int>(number->value), number->end + counter.size()};
  }

  /// 年, then 月 and 日 where they follow; `begin` is where the span starts, `at` where the number of years
  /// does.
  std::size_t japanese_year(std::size_t begin, std::size_t at, int offset, bool before_christ) {
    int year = 0;
    std::size_t end = at;
    if (has(at, "元年") && offset > 0) {
      year = 1, end = at + 6;
    } else if (const auto found = counted(at, "年")) {
      year = found->first, end = found->second;
    } else {
      return begin;
    }
    year = before_christ ? -year : year + offset;
    if (has(end, "代")) return add(begin, end + 3, std::to_string(year) + "s");
    if (has(end, "度")) add(begin, end + 3, iso(year));
    if (offset == 0 && !before_christ && (year < 100 || has(end, "間") || has(end, "以上"))) return begin;
    // 1990（平成2）年 and 平成2年（1990年） give both dates on their own.
    if (const auto m = counted(end, "月"); m && m->first >= 1 && m->first <= 12) {
      const auto d = counted(m->second, "日");
      if (d && d->first >= 1 && d->first <= 31) add(begin, d->second, iso(year, m->first, d->first));
      add(begin, m->second, iso(year, m->first));
      add(begin, end, iso(year));
      if (d) add(end, d->second, iso_without_year(m->first, d->first));
      return d ? d->second : m->second;
    }
    return add(begin, end, iso(year));
  }

  std::size_t japanese(std::size_t begin) {
    if (const std::size_t end = japanese_year(begin, begin, 0, false); end > begin) return end;
    if (const auto century = counted(begin, "世紀")) {
      std::size_t end = century->second;
      add(begin, end, std::to_string(century->first) + "c");
      for (const std::string_view part : {"前半", "後半", "初頭", "半ば", "中頃", "末期", "末", "頃"}) {
        if (!has(end, part)) continue;
        add(begin, end + part.size(), std::to_string(century->first) + "c");
        return end + part.size();
      }
      return end;
    }
    if (const auto m = counted(begin, "月"); m && m->first >= 1 && m->first <= 12) {
      const auto d = counted(m->second, "日");
      if (d && d->first <= 31) add(begin, d->second, iso_without_year(m->first, d->first));
      return add(begin, d && d->first <= 31 ? d->second : m->second,
                 iso_without_year(m->first, d ? d->first : 0));
    }
    if (const auto hour = counted(begin, "時"); hour && hour->first <= 24 && !has(hour->second, "間")) {
      const auto minute = counted(hour->second, "分");
      std::array<char, 32> clock;
      std::snprintf(clock.data(), clock.size(), "T%02d:%02d", hour->first, minute ? minute->first : 0);
      return add(begin, minute ? minute->second : hour->second, clock.data());
    }
    if (const auto d = counted(begin, "日"); d && d->first >= 1 && d->first <= 31 && !has(d->second, "間")) {
      return add(begin, d->second, (d->first < 10 ? "---0" : "---") + std::to_string(d->first));
    }
    return begin;
  }

  /// 令和6年3月3日, 紀元前44年, 天文21年: an era that is not in the table keeps its text as the value.
  std::size_t era(std::size_t begin) {
    for (const Era& known : kEras)
      if (has(begin, known.name)) {
        if (const std::size_t end = japanese_year(begin, begin + 6, known.before_first_year, false);
            end > begin)
          return end;
      }
    if (has(begin, "紀元前")) {
      if (const std::size_t end = japanese_year(begin, begin + 9, 0, true); end > begin) return end;
      if (const auto century = counted(begin + 9, "世紀")) {
        return add(begin, century->second, "-" + std::to_string(century->first) + "c");
      }
    }
    const CodePoint first = code_point_at(text_, begin);
    const std::size_t second_at = begin + first.length;
    if (second_at >= text_.size() || !is_kanji(first.value) || digit_value(first.value) >= 0) return begin;
    const CodePoint second = code_point_at(text_, second_at);
    if (!is_kanji(second.value) || digit_value(second.value) >= 0) return begin;
    const std::size_t at = second_at + second.length;
    const auto year = counted(at, "年");
    if (year && year->first <= 64 && !has(year->second, "間")) {
      return add(begin, year->second, normalise(text_.substr(begin, year->second - begin)));
    }
    return begin;
  }

  std::size_t century_word(std::size_t begin) {
    constexpr std::array<std::string_view, 21> kOrdinals = {
        "first",     "second",    "third",       "fourth",     "fifth",      "sixth",      "seventh",
        "eighth",    "ninth",     "tenth",       "eleventh",   "twelfth",    "thirteenth", "fourteenth",
        "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",  "twenty-first"};
    for (std::size_t i = kOrdinals.size(); i-- > 0;) {
      if (!has(begin, kOrdinals[i])) continue;
      const std::size_t end = begin + kOrdinals[i].size();
      if (has(end, " century")) return add(begin, end + 8, std::to_string(i + 1) + "c");
    }
    return begin;
  }

  std::string_view text_;
  std::vector<TypedSpan>& out_;
};

}  // namespace

void find_dates(std::string_view sentence, std::vector<TypedSpan>& out) {
  DateFinder(sentence, out).find();
}

}  // namespace genkai::text
