#include "logic/expression/calendar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace genkai::logic::expression {
namespace {

bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

struct Era {
  std::string_view name;
  std::int64_t before;
};
constexpr std::array<Era, 5> kEras{
    {{"明治", 1867}, {"大正", 1911}, {"昭和", 1925}, {"平成", 1988}, {"令和", 2018}}};

}  // namespace

int days_in_month(std::int64_t year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

bool exists(const Day& day) {
  return day.year >= 1 && day.year <= 9999 && day.month >= 1 && day.month <= 12 && day.day >= 1 &&
         day.day <= days_in_month(day.year, day.month);
}

std::int64_t days_of(const Day& day) {
  const std::int64_t year = day.year - (day.month <= 2 ? 1 : 0);
  const std::int64_t era = year / 400, of_era = year - era * 400;
  const std::int64_t of_year = (153 * (day.month + (day.month > 2 ? -3 : 9)) + 2) / 5 + day.day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

Day day_of(std::int64_t days) {
  const std::int64_t shifted = days + 719'468, era = shifted / 146'097, of_era = shifted - era * 146'097;
  const std::int64_t year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t part = (5 * of_year + 2) / 153;
  const int month = static_cast<int>(part < 10 ? part + 3 : part - 9);
  return {year + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(of_year - (153 * part + 2) / 5 + 1)};
}

bool in_calendar(std::int64_t days) {
  static const std::int64_t first = days_of({1, 1, 1}), last = days_of({9999, 12, 31});
  return days >= first && days <= last;
}

int weekday_of(std::int64_t days) {
  return static_cast<int>(((days + 3) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
}

std::string iso_date(std::int64_t days) {
  const Day day = day_of(days);
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%04lld-%02d-%02d",
                                   static_cast<long long>(day.year), day.month, day.day);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<std::int64_t> add_months(std::int64_t days, std::int64_t months) {
  constexpr std::int64_t kMost = 12 * 10'000;
  if (months < -kMost || months > kMost) return {};
  const Day day = day_of(days);
  const std::int64_t month = day.year * 12 + day.month - 1 + months;
  if (month < 12 || month >= 12 * 10'000) return {};
  const std::int64_t year = month / 12;
  const int of_year = static_cast<int>(month % 12) + 1;
  return days_of({year, of_year, std::min(day.day, days_in_month(year, of_year))});
}

std::int64_t months_between(std::int64_t from, std::int64_t to) {
  if (to < from) return -months_between(to, from);
  const Day first = day_of(from), second = day_of(to);
  std::int64_t months = (second.year - first.year) * 12 + second.month - first.month;
  if (const auto reached = add_months(from, months); !reached || *reached > to) --months;
  return months;
}

int month_of(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (lower == kMonths[i] || (lower.size() == 3 && kMonths[i].starts_with(lower)) ||
        (i == 8 && lower == "sept"))
      return static_cast<int>(i) + 1;
  return 0;
}

std::optional<std::int64_t> era_start(std::string_view name) {
  for (const Era& era : kEras)
    if (era.name == name) return era.before;
  return {};
}

}  // namespace genkai::logic::expression
