#pragma once
// Runs a program that is not trusted with much: no shell, no input, a clean environment, limits on CPU,
// memory, output and time, and no writing of files larger than nothing. Its whole process group dies with the
// deadline.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace genkai::base {

struct SubprocessLimits {
  std::chrono::milliseconds wall{60'000};
  int cpu_seconds = 60;
  std::size_t memory_bytes = std::size_t{2} << 30;
  std::size_t output_bytes = std::size_t{256} << 20;
};

/// Runs `arguments[0]` (looked up in PATH) and returns its standard output. Errors: not_found when the
/// program is not installed, resource_exhausted when a limit was hit, unavailable when it ended with another
/// status (the message carries the first line of its standard error). Thread-safe.
Result<std::string> run_limited(const std::vector<std::string>& arguments,
                                const SubprocessLimits& limits = {});

}  // namespace genkai::base
