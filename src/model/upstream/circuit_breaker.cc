#include "model/upstream/circuit_breaker.h"

namespace genkai::model {

CircuitBreaker::Attempt& CircuitBreaker::Attempt::operator=(Attempt&& other) noexcept {
  if (this == &other) return *this;
  abandon();
  breaker_ = std::exchange(other.breaker_, nullptr);
  period_ = other.period_;
  probe_ = other.probe_;
  return *this;
}

void CircuitBreaker::Attempt::succeed() {
  CircuitBreaker* breaker = std::exchange(breaker_, nullptr);
  if (!breaker) return;
  std::lock_guard lock(breaker->mutex_);
  if (breaker->period_ != period_) return;
  breaker->failures_ = 0;
  if (!probe_) return;
  breaker->open_ = breaker->probing_ = false;
  ++breaker->period_;
}

bool CircuitBreaker::Attempt::fail(Time now) {
  CircuitBreaker* breaker = std::exchange(breaker_, nullptr);
  if (!breaker) return false;
  std::lock_guard lock(breaker->mutex_);
  if (breaker->period_ != period_) return false;
  if (!probe_ && ++breaker->failures_ < breaker->limit_) return false;
  breaker->open_ = true;
  breaker->probing_ = false;
  breaker->opened_ = now;
  ++breaker->period_;
  return true;
}

void CircuitBreaker::Attempt::abandon() {
  CircuitBreaker* breaker = std::exchange(breaker_, nullptr);
  if (!breaker || !probe_) return;
  std::lock_guard lock(breaker->mutex_);
  if (breaker->period_ == period_) breaker->probing_ = false;
}

std::optional<CircuitBreaker::Attempt> CircuitBreaker::begin(Time now) {
  std::lock_guard lock(mutex_);
  if (open_ && (probing_ || now - opened_ < pause_)) return std::nullopt;
  Attempt attempt;
  attempt.breaker_ = this;
  attempt.period_ = period_;
  attempt.probe_ = probing_ = open_;
  return attempt;
}

CircuitState CircuitBreaker::state(Time now) const {
  std::lock_guard lock(mutex_);
  if (!open_) return CircuitState::closed;
  return now - opened_ < pause_ ? CircuitState::open : CircuitState::half_open;
}

}  // namespace genkai::model
