#include "knowledge/document/dates.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "knowledge/document/blocks.h"

namespace genkai::knowledge::reading {
namespace {

constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};

struct Era {
  std::string_view name;
  int before_first_year;
};
constexpr Era kEras[] = {{"令和", 2018}, {"平成", 1988}, {"昭和", 1925}, {"大正", 1911}, {"明治", 1867}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

std::string iso(int year, int month = 0, int day = 0) {
  if (year < 1000 || year > 2999) return {};
  char buffer[48];
  if (month < 1 || month > 12)
    std::snprintf(buffer, sizeof buffer, "%04d", year);
  else if (day < 1 || day > 31)
    std::snprintf(buffer, sizeof buffer, "%04d-%02d", year, month);
  else
    std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", year, month, day);
  return buffer;
}

// Reads the text from a position; every take advances only when it matches.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  // A number of `least` to `most` digits that no further digit follows, or -1. Only its first nine digits
  // count.
  int number(std::size_t least, std::size_t most) {
    std::size_t end = at_;
    int value = 0;
    for (; end < text_.size() && is_digit(text_[end]) && end - at_ <= most; ++end)
      if (end - at_ < 9) value = value * 10 + (text_[end] - '0');
    if (end - at_ < least || end - at_ > most) return -1;
    at_ = end;
    return value;
  }
  int digits(std::size_t count) {  // exactly so many, whatever follows
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (at_ + i >= text_.size() || !is_digit(text_[at_ + i])) return -1;
      value = value * 10 + (text_[at_ + i] - '0');
    }
    at_ += count;
    return value;
  }
  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  char take_any(std::string_view of) {
    if (at_ >= text_.size() || of.find(text_[at_]) == std::string_view::npos) return 0;
    return text_[at_++];
  }
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == ',' || text_[at_] == '.')) ++at_;
  }
  // An English month name or its abbreviation of at least three letters: 1 to 12, or 0.
  int month() {
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    if (end - at_ < 3 || end - at_ > 9) return 0;
    const std::string word = lower_ascii(text_.substr(at_, end - at_));
    for (int i = 0; i < 12; ++i)
      if (kMonths[i].starts_with(word) || (i == 8 && word == "sept")) {
        at_ = end;
        return i + 1;
      }
    return 0;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

// After a year in Japanese: 年3月5日.
std::string japanese(Scanner scan, int year) {
  if (!scan.take("年")) return {};
  scan.skip_spaces();
  const int month = scan.number(1, 2);
  if (month < 0 || !scan.take("月")) return iso(year);
  scan.skip_spaces();
  const int day = scan.number(1, 2);
  return iso(year, month, scan.take("日") ? day : 0);
}

std::string from_digits(std::string_view text, std::size_t at) {
  Scanner scan(text, at);
  if (Scanner day_first = scan; true) {  // 5 March 2024
    const int day = day_first.number(1, 2);
    if (day > 0) {
      for (const std::string_view suffix : {"st", "nd", "rd", "th"})
        if (day_first.take(suffix)) break;
      if (!day_first.take_any("-")) day_first.skip_spaces();
      if (const int month = day_first.month(); month > 0) {
        if (!day_first.take_any("-")) day_first.skip_spaces();
        if (const int year = day_first.number(4, 4); year > 0) return iso(year, month, day);
      }
    }
  }
  if (Scanner packed = scan; packed.number(8, 14) >= 0) {  // 20240305, 20240305123000 of a PDF
    packed = scan;
    const int year = packed.digits(4), month = packed.digits(2), day = packed.digits(2);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? iso(year, month, day) : std::string();
  }
  const int year = scan.number(4, 4);
  if (year < 0) return {};
  if (auto date = japanese(scan, year); !date.empty()) return date;
  Scanner rest = scan;
  const char separator = rest.take_any("-/.");
  const int month = separator ? rest.number(1, 2) : -1;
  if (month < 1 || month > 12) return iso(year);
  Scanner after_month = rest;
  const int day = after_month.take_any(std::string_view(&separator, 1)) ? after_month.digits(2) : -1;
  if (day > 0) return iso(year, month, day);
  const int short_day = rest.take_any(std::string_view(&separator, 1)) ? rest.number(1, 2) : -1;
  return separator == '.' && short_day < 0 ? iso(year) : iso(year, month, std::max(short_day, 0));
}

std::string from_letters(std::string_view text, std::size_t at) {
  Scanner scan(text, at);
  const int month = scan.month();
  if (month == 0) return {};
  scan.skip_spaces();
  Scanner with_day = scan;
  if (const int day = with_day.number(1, 2); day > 0) {
    for (const std::string_view suffix : {"st", "nd", "rd", "th"})
      if (with_day.take(suffix)) break;
    with_day.skip_spaces();
    if (const int year = with_day.number(4, 4); year > 0) return iso(year, month, day);
  }
  const int year = scan.number(4, 4);
  return year > 0 ? iso(year, month) : std::string();
}

std::string from_era(std::string_view text, std::size_t at) {
  for (const Era& era : kEras) {
    Scanner scan(text, at);
    if (!scan.take(era.name)) continue;
    int year = scan.take("元") ? 1 : scan.number(1, 2);
    if (year > 0) return japanese(scan, era.before_first_year + year);
  }
  return {};
}

// Full-width digits to ASCII ones.
std::string narrow_digits(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = static_cast<unsigned char>(text[i]) == 0xEF ? first_code_point(text.substr(i)) : U'\0';
    if (c >= 0xFF10 && c <= 0xFF19) {
      out += static_cast<char>('0' + (c - 0xFF10));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string find_date(std::string_view raw) {
  const std::string text = narrow_digits(raw.substr(0, 400));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string date;
    const bool word_start = i == 0 || !(is_letter(text[i - 1]) || is_digit(text[i - 1]));
    if (is_digit(text[i]) && word_start)
      date = from_digits(text, i);
    else if (is_letter(text[i]) && word_start)
      date = from_letters(text, i);
    else if (static_cast<unsigned char>(text[i]) >= 0xE0)
      date = from_era(text, i);
    if (!date.empty()) return date;
    if (is_digit(text[i]))
      while (i + 1 < text.size() && is_digit(text[i + 1])) ++i;
  }
  return {};
}

std::string stated_date(const ParsedDocument& document) {
  static constexpr std::string_view kLabels[] = {
      "last updated", "last update", "last modified", "last revised", "last reviewed", "updated",
      "modified",     "revised",     "revision date", "effective",    "published",     "date",
      "as of",        "issued",      "最終更新",      "更新日",       "更新",          "改訂日",
      "改訂",         "改定日",      "改定",          "作成日",       "発行日",        "公開日",
      "施行日",       "日付",        "制定日",        "最終改訂"};
  std::size_t seen = 0;
  for (const Block& block : document.blocks) {
    if (++seen > 12) break;
    if (block.text.size() > 160 || block.kind == Block::Kind::code) continue;
    std::string_view text = trim(block.text);
    while (!text.empty() && std::string_view("*_([<").find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    for (const std::string_view full_width : {"（", "【", "［"})
      if (text.starts_with(full_width)) text.remove_prefix(full_width.size());
    for (const std::string_view label : kLabels)
      if (starts_with_ignoring_case(text, label) &&
          (label.front() < 0 || label.size() == text.size() || !is_letter(text[label.size()])))
        if (auto date = find_date(text.substr(label.size(), 80)); !date.empty()) return date;
  }
  return {};
}

}  // namespace genkai::knowledge::reading
