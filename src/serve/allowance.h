#pragma once
// What one caller may use: so many requests a minute, so much a day. Thread-safe.
//
//   allowance.set(60, {.tokens = 1'000'000});
//   if (auto wait = allowance.take(steady_clock::now()); wait > 0s) ...   // 429, retry-after
//   auto reserved = allowance.budget(unix_seconds / 86'400).reserve(expected);

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "model/upstream/budget.h"

namespace genkai::serve {

class Allowance {
 public:
  using Clock = std::chrono::steady_clock;

  /// 0 is without limit. What was spent today stays spent when the limits change.
  void set(double requests_per_minute, model::BudgetLimits per_day);
  /// Lets one request in and gives 0, or gives the time until the next one is let in. A caller who rested for
  /// a minute may send a minute's requests at once (a token bucket).
  std::chrono::duration<double> take(Clock::time_point now);
  /// The budget of a day (days since 1970, UTC). It stays valid until the day after the next.
  model::Budget& budget(std::int64_t day);

 private:
  void replace_budget(bool keep_spent);
  std::mutex mutex_;
  double per_minute_ = 0, tokens_ = 0;
  Clock::time_point filled_{};
  model::BudgetLimits limits_{};
  std::int64_t day_ = -1;
  // Replies of the day before, and of the limits before, may still settle with their budget.
  std::unique_ptr<model::Budget> budget_ = std::make_unique<model::Budget>();
  std::vector<std::pair<std::int64_t, std::unique_ptr<model::Budget>>> earlier_;
};

}  // namespace genkai::serve
