#pragma once
// Timing in rounds: the benchmarks print the median over them.

#include <algorithm>
#include <chrono>
#include <vector>

namespace genkai::bench {

/// Seconds on the monotonic clock.
inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The upper one of an even number. REQUIRES: at least one value.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace genkai::bench
