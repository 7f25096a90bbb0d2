#include "model/upstream/concurrency.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>

namespace genkai::model {

namespace asio = base::asio;

// The timer is touched by its own io_context's thread only; the rest under the mutex.
struct ConcurrencyLimit::Waiter {
  Waiter(asio::any_io_executor on, std::chrono::steady_clock::time_point deadline)
      : executor(std::move(on)), timer(executor, deadline) {}
  asio::any_io_executor executor;
  asio::steady_timer timer;
  bool granted = false;
};

// A place in line that is given up, or passed on when it was granted meanwhile, unless it is taken.
class ConcurrencyLimit::InLine {
 public:
  InLine(ConcurrencyLimit& limit, std::shared_ptr<Waiter> waiter)
      : limit_(&limit), waiter_(std::move(waiter)) {}
  InLine(const InLine&) = delete;
  InLine& operator=(const InLine&) = delete;
  ~InLine() { take(); }
  /// The permit, if it was granted; leaves the line.
  Permit take() {
    if (!waiter_) return {};
    std::lock_guard lock(limit_->mutex_);
    const auto waiter = std::exchange(waiter_, nullptr);
    if (waiter->granted) return Permit(limit_);
    std::erase(limit_->line_, waiter);
    return {};
  }

 private:
  ConcurrencyLimit* limit_;
  std::shared_ptr<Waiter> waiter_;
};

ConcurrencyLimit::Permit& ConcurrencyLimit::Permit::operator=(Permit&& other) noexcept {
  if (this == &other) return *this;
  release();
  limit_ = std::exchange(other.limit_, nullptr);
  return *this;
}

void ConcurrencyLimit::Permit::release() {
  if (limit_) std::exchange(limit_, nullptr)->release();
}

base::Task<base::Result<ConcurrencyLimit::Permit>> ConcurrencyLimit::acquire(
    std::chrono::steady_clock::time_point deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(executor, deadline);
  {
    std::lock_guard lock(mutex_);
    if (free_ > 0) {
      --free_;
      co_return Permit(this);
    }
    line_.push_back(waiter);
  }
  InLine place(*this, waiter);
  co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
  Permit permit = place.take();
  if (!permit.limit_)
    co_return base::fail(base::Code::deadline_exceeded, "too many calls are in flight, and the time ran out");
  co_return permit;
}

std::size_t ConcurrencyLimit::waiting() const {
  std::lock_guard lock(mutex_);
  return line_.size();
}

void ConcurrencyLimit::release() {
  std::lock_guard lock(mutex_);
  if (line_.empty()) {
    ++free_;
    return;
  }
  const std::shared_ptr<Waiter> next = std::move(line_.front());
  line_.pop_front();
  next->granted = true;
  // Under the mutex: until it is free again the waiter, and with it its io_context, cannot go away.
  asio::post(next->executor,
             [next] { next->timer.expires_at(std::chrono::steady_clock::time_point::min()); });
}

}  // namespace genkai::model
