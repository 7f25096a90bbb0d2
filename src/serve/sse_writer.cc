#include "serve/sse_writer.h"

#include <boost/asio/as_tuple.hpp>
#include <utility>

namespace genkai::serve {

namespace asio = boost::asio;
using base::Task;
using Clock = std::chrono::steady_clock;

struct SseWriter::Shared {
  explicit Shared(const asio::any_io_executor& executor) : wake(executor), idle(executor) {}
  std::string pending;
  asio::steady_timer wake;  // of the ticker
  asio::steady_timer idle;  // of whoever waits until nobody writes
  Clock::time_point last = Clock::now();
  bool writing = false, gone = false, ticking = false, over = false;
};

std::string sse_event(std::string_view data, std::string_view name) {
  std::string event;
  event.reserve(data.size() + name.size() + 16);
  if (!name.empty()) event.append("event: ").append(name).append("\n");
  for (std::size_t line = data.find('\n'); line != std::string_view::npos; line = data.find('\n')) {
    event.append("data: ").append(data.substr(0, line + 1));
    data.remove_prefix(line + 1);
  }
  event.append("data: ").append(data).append("\n\n");
  return event;
}

namespace {

// Errors of a timer are its cancellation: either it was woken, or the next co_await throws.
Task<void> wait(asio::steady_timer& timer) {
  const auto result = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  static_cast<void>(result);
}

}  // namespace

SseWriter::SseWriter(ResponseWriter& out, std::chrono::milliseconds keep_alive,
                     asio::any_io_executor executor)
    : out_(out), keep_alive_(keep_alive), shared_(std::make_shared<Shared>(executor)) {}

// Sends what is pending once nobody else writes.
Task<bool> SseWriter::flush() {
  Shared& shared = *shared_;
  while (shared.writing) {
    shared.idle.expires_at(Clock::time_point::max());
    co_await wait(shared.idle);
  }
  if (shared.gone || shared.pending.empty()) co_return !shared.gone;
  struct Writing {
    Shared& shared;
    explicit Writing(Shared& of) : shared(of) { shared.writing = true; }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() {
      shared.writing = false;
      shared.idle.cancel();
    }
  };
  const Writing writing(shared);
  if (!out_.started()) {
    Headers headers{{"cache-control", "no-cache"}, {"x-accel-buffering", "no"}};
    std::string type = "text/event-stream";
    const bool begun = co_await out_.start(200, std::move(type), std::move(headers));
    shared.gone = !begun;
  }
  while (!shared.gone && !shared.pending.empty()) {
    std::string bytes = std::exchange(shared.pending, {});
    const bool taken = co_await out_.write(std::move(bytes));
    shared.gone = !taken;
  }
  shared.last = Clock::now();
  co_return !shared.gone;
}

Task<bool> SseWriter::write(std::string bytes) {
  if (shared_->pending.empty())
    shared_->pending = std::move(bytes);
  else
    shared_->pending += bytes;
  co_return co_await flush();
}

Task<bool> SseWriter::finish() {
  const bool sent = co_await flush();
  if (!sent) co_return false;
  co_return co_await out_.finish();
}

std::function<void(std::string)> SseWriter::post_from_anywhere() {
  return [shared = shared_](std::string bytes) {
    asio::post(shared->wake.get_executor(), [shared, bytes = std::move(bytes)] {
      shared->pending += bytes;
      if (shared->ticking) shared->wake.cancel();
    });
  };
}

Task<void> SseWriter::tick(Clock::time_point deadline, Ended& ended) {
  Shared& shared = *shared_;
  while (true) {
    const auto due = shared.last + keep_alive_;
    if (shared.pending.empty() || shared.writing || shared.over) {
      shared.wake.expires_at(shared.over ? deadline : std::min(due, deadline));
      shared.ticking = true;
      co_await wait(shared.wake);
      shared.ticking = false;
    }
    const auto now = Clock::now();
    if (now >= deadline) {
      ended = Ended::deadline;
      co_return;
    }
    if (shared.over) continue;
    if (shared.writing) {
      shared.last = now;  // the client is slow, not without news
      continue;
    }
    if (shared.pending.empty() && now < shared.last + keep_alive_) continue;
    if (shared.pending.empty()) shared.pending = ": keep-alive\n\n";
    const bool alive = co_await flush();
    if (!alive) {
      ended = Ended::client_gone;
      co_return;
    }
  }
}

Task<SseWriter::Ended> SseWriter::run(Task<void> work, Clock::time_point deadline) {
  const auto executor = co_await asio::this_coro::executor;
  Ended ended = Ended::done;
  // A comment that is on its way is not cut off when the work ends.
  const auto until_quiet = [](Task<void> inner, std::shared_ptr<Shared> shared) -> Task<void> {
    co_await std::move(inner);
    shared->over = true;
    while (shared->writing) {
      shared->idle.expires_at(Clock::time_point::max());
      co_await wait(shared->idle);
    }
  };
  shared_->last = Clock::now();
  shared_->over = false;
  auto working = asio::co_spawn(executor, until_quiet(std::move(work), shared_), asio::deferred);
  auto ticking = asio::co_spawn(executor, tick(deadline, ended), asio::deferred);
  auto [order, work_error, tick_error] =
      co_await asio::experimental::make_parallel_group(std::move(working), std::move(ticking))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] == 0) {
    if (work_error) std::rethrow_exception(work_error);
    co_return Ended::done;
  }
  if (tick_error) std::rethrow_exception(tick_error);
  // The work was cancelled, unless it came to its end in the same moment.
  if (!work_error) co_return Ended::done;
  co_return ended;
}

}  // namespace genkai::serve
