#include "model/upstream/budget.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace genkai::model {
namespace {

std::uint64_t capped_sum(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max()
                                                           : a + b;
}

std::uint64_t tokens(const Usage& usage) {
  return capped_sum(usage.prompt_tokens, usage.completion_tokens);
}

}  // namespace

Budget::Reservation& Budget::Reservation::operator=(Reservation&& other) noexcept {
  if (this == &other) return *this;
  if (budget_) budget_->release(reserved_, {});
  budget_ = std::exchange(other.budget_, nullptr);
  reserved_ = other.reserved_;
  return *this;
}

Budget::Reservation::~Reservation() {
  if (budget_) budget_->release(reserved_, {});
}

void Budget::Reservation::settle(const Usage& used) {
  if (budget_) std::exchange(budget_, nullptr)->release(reserved_, used);
}

base::Result<Budget::Reservation> Budget::reserve(const Usage& expected) {
  std::lock_guard lock(mutex_);
  const std::uint64_t taken = capped_sum(tokens(spent_), tokens(reserved_));
  const double paid = spent_.money + reserved_.money;
  // A request that expects nothing is refused too once everything is spent.
  if (limits_.tokens != 0 &&
      (taken >= limits_.tokens || capped_sum(taken, tokens(expected)) > limits_.tokens))
    return base::fail(base::Code::resource_exhausted,
                      "the budget of " + std::to_string(limits_.tokens) + " tokens does not cover " +
                          std::to_string(tokens(expected)) + " more: " + std::to_string(taken) +
                          " are spent or reserved",
                      "raise the budget of this model or ask for fewer tokens");
  if (limits_.money > 0 && (paid >= limits_.money || paid + expected.money > limits_.money))
    return base::fail(base::Code::resource_exhausted, "the budget of money does not cover this request",
                      "raise the budget of this model or ask for fewer tokens");
  reserved_ += expected;
  Reservation reservation;
  reservation.budget_ = this;
  reservation.reserved_ = expected;
  return reservation;
}

Usage Budget::spent() const {
  std::lock_guard lock(mutex_);
  return spent_;
}

Usage Budget::reserved() const {
  std::lock_guard lock(mutex_);
  return reserved_;
}

void Budget::release(const Usage& reserved, const Usage& used) {
  std::lock_guard lock(mutex_);
  reserved_.prompt_tokens -= reserved.prompt_tokens;
  reserved_.completion_tokens -= reserved.completion_tokens;
  // Sums of doubles do not come back to zero by themselves.
  reserved_.money = reserved_.prompt_tokens + reserved_.completion_tokens == 0
                        ? 0
                        : std::max(0.0, reserved_.money - reserved.money);
  spent_ += used;
}

}  // namespace genkai::model
