#pragma once
// The clock stands behind an interface, so that tests choose the date; stopwatches use the monotonic clock
// directly.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace genkai::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t unix_seconds() const = 0;
};

/// The machine's clock. Thread-safe; never destroyed.
const Clock& system_clock();

class FixedClock : public Clock {
 public:
  explicit FixedClock(std::int64_t unix_seconds) : seconds_(unix_seconds) {}
  std::int64_t unix_seconds() const override { return seconds_; }

 private:
  std::int64_t seconds_;
};

/// YYYY-MM-DD of a moment, in UTC.
std::string iso_date(std::int64_t unix_seconds);

/// Milliseconds since construction, on the monotonic clock.
class Stopwatch {
 public:
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace genkai::base
