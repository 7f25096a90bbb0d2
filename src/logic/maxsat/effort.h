#pragma once
// What is left of a budget.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

#include "logic/maxsat/maxsat.h"

namespace genkai::logic {

class Effort {
 public:
  explicit Effort(const MaxSatBudget& budget)
      : conflicts_(budget.conflicts),
        stop_(budget.stop),
        end_(std::chrono::steady_clock::now() +
             std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                 std::chrono::duration<double>(budget.seconds > 0 ? std::min(budget.seconds, 1e9) : 0))) {}

  std::uint64_t conflicts() const { return conflicts_; }
  void use(std::uint64_t conflicts) { conflicts_ -= std::min(conflicts, conflicts_); }
  /// Once true, always true.
  bool spent() {
    spent_ = spent_ || conflicts_ == 0 || std::chrono::steady_clock::now() >= end_ || (stop_ && stop_());
    return spent_;
  }

 private:
  std::uint64_t conflicts_;
  std::function<bool()> stop_;
  std::chrono::steady_clock::time_point end_;
  bool spent_ = false;
};

}  // namespace genkai::logic
