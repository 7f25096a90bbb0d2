#include "serve/allowance.h"

#include <algorithm>

namespace genkai::serve {

void Allowance::set(double requests_per_minute, model::BudgetLimits per_day) {
  const std::lock_guard lock(mutex_);
  if (requests_per_minute != per_minute_) {
    per_minute_ = requests_per_minute;
    filled_ = {};  // full again
  }
  if (per_day.tokens == limits_.tokens && per_day.money == limits_.money) return;
  limits_ = per_day;
  replace_budget(true);
}

std::chrono::duration<double> Allowance::take(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (per_minute_ <= 0) return {};
  const double most = std::max(1.0, per_minute_), per_second = per_minute_ / 60;
  if (filled_ == Clock::time_point())
    tokens_ = most;
  else
    tokens_ = std::min(most, tokens_ + std::chrono::duration<double>(now - filled_).count() * per_second);
  filled_ = now;
  if (tokens_ < 1) return std::chrono::duration<double>((1 - tokens_) / per_second);
  tokens_ -= 1;
  return {};
}

model::Budget& Allowance::budget(std::int64_t day) {
  const std::lock_guard lock(mutex_);
  if (day > day_) {
    replace_budget(false);
    day_ = day;
    std::erase_if(earlier_, [&](const auto& old) { return old.first < day - 1; });
  }
  return *budget_;
}

void Allowance::replace_budget(bool keep_spent) {
  auto next = std::make_unique<model::Budget>(limits_);
  // Settling goes beyond a limit where reserving would not: an overspent day stays overspent.
  if (keep_spent)
    if (auto reserved = next->reserve({})) reserved->settle(budget_->spent());
  earlier_.emplace_back(day_, std::move(budget_));
  budget_ = std::move(next);
}

}  // namespace genkai::serve
