#pragma once
// The Gregorian calendar (also before 1582: proleptic), years 1 to 9999, as a count of days.
//
//   days_of({2024, 3, 3}) - days_of({2024, 2, 3})     // 29
//   weekday_of(days_of({2024, 3, 3}))                 // 6: Sunday

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace genkai::logic::expression {

struct Day {
  std::int64_t year = 1;
  int month = 1, day = 1;  // 1-based
};

int days_in_month(std::int64_t year, int month);
bool exists(const Day& day);
/// Days since 1970-01-01. Algorithm: H. Hinnant, chrono-compatible low-level date algorithms. REQUIRES: it
/// exists.
std::int64_t days_of(const Day& day);
Day day_of(std::int64_t days);
/// Whether the day lies within the years 1 to 9999.
bool in_calendar(std::int64_t days);
int weekday_of(std::int64_t days);  // 0 Monday to 6 Sunday
std::string iso_date(std::int64_t days);
/// The same day of another month, or that month's last; nothing outside the years 1 to 9999.
std::optional<std::int64_t> add_months(std::int64_t days, std::int64_t months);
/// Whole months from one day to another, negative when it lies before.
std::int64_t months_between(std::int64_t from, std::int64_t to);
/// 1 to 12 of an English month's name or its first three letters, in any case; 0 of anything else.
int month_of(std::string_view name);
/// The year before the first of a Japanese era (令和: 2018), from Meiji on; nothing of other words.
std::optional<std::int64_t> era_start(std::string_view name);

}  // namespace genkai::logic::expression
