#include "base/async.h"

#include <boost/asio/steady_timer.hpp>

namespace genkai::base {

asio::io_context& blocking_context() {
  thread_local asio::io_context context(1);
  return context;
}

Task<void> sleep_for(std::chrono::steady_clock::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace genkai::base
