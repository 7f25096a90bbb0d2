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
  using Clock = std::chrono::steady_clock;

  explicit Effort(const MaxSatBudget& budget)
      : conflicts_(budget.conflicts),
        stop_(budget.stop),
        end_(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                std::chrono::duration<double>(std::clamp(budget.seconds, 0.0, 1e9)))) {}

  /// One of `shares` equal parts of what is left; what it uses is to be taken from the whole by use().
  Effort share(std::uint64_t shares) const {
    Effort part = *this;
    part.conflicts_ = conflicts_ / shares + (conflicts_ % shares != 0);
    const auto now = Clock::now();
    part.end_ = now + (end_ - now) / static_cast<Clock::rep>(shares);
    return part;
  }
  /// This, with no more conflicts than so many.
  Effort at_most(std::uint64_t conflicts) const {
    Effort part = *this;
    part.conflicts_ = std::min(conflicts_, conflicts);
    return part;
  }
  std::uint64_t conflicts() const { return conflicts_; }
  void use(std::uint64_t conflicts) { conflicts_ -= std::min(conflicts, conflicts_); }
  /// Once true, always true.
  bool spent() {
    spent_ = spent_ || conflicts_ == 0 || Clock::now() >= end_ || (stop_ && stop_());
    return spent_;
  }

 private:
  std::uint64_t conflicts_;
  std::function<bool()> stop_;
  Clock::time_point end_;
  bool spent_ = false;
};

}  // namespace genkai::logic
