#pragma once
// When to try again, and after how long.
//
//   if (worth_retrying(status)) {
//     const auto asked = retry_after(reply.header("retry-after"), reply.header("date"), unix_now);
//     wait = asked.value_or(0ms) + backoff.next(retry);
//   }

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/rng.h"

namespace genkai::model {

/// 408, 409, 429 and 5xx: another try may end otherwise.
bool worth_retrying(int status);

/// Seconds since 1970 of a date in one of the three formats of RFC 9110, section 5.6.7.
std::optional<std::int64_t> parse_http_date(std::string_view text);

/// The wait that a retry-after header asks for, in seconds or until a date; a date in the past is 0. A date
/// is held against the `date` header of the same response when there is one, because only the server's clock
/// knows what it means; else against `unix_now`. nullopt when the header is missing or neither.
std::optional<std::chrono::milliseconds> retry_after(std::string_view header, std::string_view date,
                                                     std::int64_t unix_now);

/// Exponential backoff with full jitter: before retry k (from 0) uniform in [0, min(longest, first * 2^k)].
/// Thread-safe.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest, std::uint64_t seed)
      : first_(first), longest_(longest), rng_(seed) {}
  std::chrono::microseconds next(std::size_t retry);

 private:
  const std::chrono::milliseconds first_, longest_;
  std::mutex mutex_;
  base::Rng rng_;
};

}  // namespace genkai::model
