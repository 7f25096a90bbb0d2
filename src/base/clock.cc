#include "base/clock.h"

#include <ctime>

namespace genkai::base {
namespace {
class SystemClock : public Clock {
 public:
  std::int64_t unix_seconds() const override { return static_cast<std::int64_t>(std::time(nullptr)); }
};
}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string iso_date(std::int64_t unix_seconds) {
  const std::time_t moment = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  gmtime_r(&moment, &parts);
  char buffer[32];
  const std::size_t n = std::strftime(buffer, sizeof buffer, "%Y-%m-%d", &parts);
  return std::string(buffer, n);
}

}  // namespace genkai::base
