#include "model/upstream/retry.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <string>

namespace genkai::model {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kLongestSeconds = 10LL * 365 * 86'400;  // more is cut: nobody waits for it

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// 1 to 12, or 0.
int month_number(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? 0 : static_cast<int>(found - kNames.begin()) + 1;
}

}  // namespace

bool worth_retrying(int status) {
  return status == 408 || status == 409 || status == 429 || (status >= 500 && status <= 599);
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  const std::string date(trimmed(text.substr(0, 64)));
  int day = 0, year = 0, hour = 0, minute = 0, second = 0;
  char month[4] = {};
  const bool fixed = std::sscanf(date.c_str(), "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT", &day, month,
                                 &year, &hour, &minute, &second) == 6;
  if (!fixed) {
    if (std::sscanf(date.c_str(), "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT", &day, month, &year,
                    &hour, &minute, &second) == 6)
      year += year < 70 ? 2000 : 1900;
    else if (std::sscanf(date.c_str(), "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d", month, &day, &hour,
                         &minute, &second, &year) != 6)
      return std::nullopt;
  }
  const std::chrono::year_month_day when{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month_number(month))),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!when.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  const auto days = std::chrono::sys_days(when).time_since_epoch().count();
  return static_cast<std::int64_t>(days) * 86'400 + hour * 3'600 + minute * 60 + second;
}

std::optional<milliseconds> retry_after(std::string_view header, std::string_view date,
                                        std::int64_t unix_now) {
  const std::string_view text = trimmed(header);
  if (text.empty()) return std::nullopt;
  if (std::isdigit(static_cast<unsigned char>(text.front()))) {
    std::int64_t seconds = 0;
    std::size_t i = 0;
    for (; i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])); ++i)
      seconds = std::min(seconds * 10 + (text[i] - '0'), kLongestSeconds);
    if (i == text.size()) return milliseconds(seconds * 1'000);
    // Some servers send fractions, which the standard does not know; the rest of a second is rounded up.
    if (text[i] == '.' && text.find_first_not_of("0123456789", i + 1) == std::string_view::npos)
      return milliseconds((seconds + 1) * 1'000);
    return std::nullopt;
  }
  const auto until = parse_http_date(text);
  if (!until) return std::nullopt;
  const std::int64_t now = parse_http_date(date).value_or(unix_now);
  return milliseconds(std::clamp<std::int64_t>(*until - now, 0, kLongestSeconds) * 1'000);
}

std::chrono::microseconds Backoff::next(std::size_t retry) {
  const auto longest = std::chrono::microseconds(longest_).count();
  auto bound = std::chrono::microseconds(first_).count();
  for (std::size_t i = 0; i < retry && bound < longest; ++i) bound *= 2;
  bound = std::min(bound, longest);
  std::lock_guard lock(mutex_);
  return std::chrono::microseconds(
      rng_.below(static_cast<std::uint64_t>(std::max<std::int64_t>(bound, 0)) + 1));
}

}  // namespace genkai::model
