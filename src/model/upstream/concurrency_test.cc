#include "model/upstream/concurrency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <thread>

namespace genkai::model {
namespace {

using namespace std::chrono_literals;
using base::Task;
namespace asio = base::asio;

using Permit = ConcurrencyLimit::Permit;
const auto kNever = std::chrono::steady_clock::time_point::max();

Task<base::Result<Permit>> take(ConcurrencyLimit& limit, std::chrono::steady_clock::time_point deadline) {
  co_return co_await limit.acquire(deadline);
}

Task<bool> take_and_note(ConcurrencyLimit& limit, std::vector<int>& order, int id) {
  const auto permit = co_await limit.acquire(kNever);
  if (permit) order.push_back(id);
  co_return permit.has_value();
}

TEST(Concurrency, FirstComeFirstServed) {
  ConcurrencyLimit limit(1);
  std::vector<int> order;
  auto run = [](ConcurrencyLimit& gate, std::vector<int>& out) -> Task<bool> {
    auto held = co_await gate.acquire(kNever);
    std::vector<Task<bool>> tasks;
    for (int i = 0; i < 10; ++i) tasks.push_back(take_and_note(gate, out, i));
    auto release = [](ConcurrencyLimit& line, Permit permit) -> Task<bool> {
      while (line.waiting() < 10) co_await base::sleep_for(1ms);
      permit.release();
      co_return true;
    };
    tasks.push_back(release(gate, std::move(*held)));
    const auto all = co_await base::side_by_side(std::move(tasks));
    co_return std::find(all.begin(), all.end(), false) == all.end();
  };
  EXPECT_TRUE(base::run_blocking(run(limit, order)));
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Concurrency, TheTimeToWaitIsLimited) {
  ConcurrencyLimit limit(1);
  auto run = [](ConcurrencyLimit& gate) -> Task<base::Code> {
    const auto held = co_await gate.acquire(kNever);
    const auto late = co_await gate.acquire(std::chrono::steady_clock::now() + 2ms);
    co_return late ? base::Code::internal : late.error().code;
  };
  EXPECT_EQ(base::run_blocking(run(limit)), base::Code::deadline_exceeded);
  EXPECT_EQ(limit.waiting(), 0U);
}

TEST(Concurrency, TheCancelledLeaveTheLine) {
  using namespace asio::experimental::awaitable_operators;
  ConcurrencyLimit limit(1);
  auto wait = [](ConcurrencyLimit& gate) -> Task<bool> {
    const auto permit = co_await gate.acquire(kNever);
    co_return permit.has_value();
  };
  auto soon = []() -> Task<bool> {
    co_await base::sleep_for(2ms);
    co_return true;
  };
  auto run = [&](ConcurrencyLimit& gate) -> Task<bool> {
    auto held = co_await gate.acquire(kNever);
    auto either = co_await (wait(gate) || soon());
    const bool left = either.index() == 1 && gate.waiting() == 0;
    held->release();
    const bool free = co_await wait(gate);
    co_return left&& free;
  };
  EXPECT_TRUE(base::run_blocking(run(limit)));
}

// Threads with an io_context each, waiting, giving up and being cancelled: never too many, none lost.
TEST(Concurrency, AcrossThreads) {
  constexpr std::size_t kLimit = 3;
  ConcurrencyLimit limit(kLimit);
  std::atomic<int> inside{0}, most{0}, served{0}, late{0};
  auto work = [](ConcurrencyLimit& gate, std::atomic<int>& in, std::atomic<int>& high, std::atomic<int>& done,
                 std::atomic<int>& gave_up, int i) -> Task<bool> {
    const auto deadline = i % 5 == 0 ? std::chrono::steady_clock::now() + 100us : kNever;
    const auto permit = co_await gate.acquire(deadline);
    if (!permit) {
      ++gave_up;
      co_return false;
    }
    const int now = ++in;
    int seen = high.load();
    while (now > seen && !high.compare_exchange_weak(seen, now)) {
    }
    co_await asio::post(asio::use_awaitable);
    --in;
    ++done;
    co_return true;
  };
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      auto all = [&]() -> Task<std::vector<bool>> {
        std::vector<Task<bool>> tasks;
        for (int i = 0; i < 200; ++i) tasks.push_back(work(limit, inside, most, served, late, i));
        co_return co_await base::side_by_side(std::move(tasks));
      };
      base::run_blocking(all());
    });
  threads.clear();
  EXPECT_EQ(served + late, 800);
  EXPECT_GE(served, 640);
  EXPECT_LE(most, static_cast<int>(kLimit));
  EXPECT_EQ(limit.waiting(), 0U);
  std::vector<base::Result<Permit>> all_places;
  for (std::size_t i = 0; i < kLimit; ++i) {
    all_places.push_back(base::run_blocking(take(limit, std::chrono::steady_clock::now() + 1h)));
    EXPECT_TRUE(all_places.back());
  }
}

TEST(Concurrency, AnIoContextMayEndWithSomeoneInLine) {
  ConcurrencyLimit limit(1);
  auto held = base::run_blocking(take(limit, kNever));
  {
    asio::io_context context;
    asio::co_spawn(context, take(limit, kNever),
                   [](const std::exception_ptr&, const base::Result<Permit>&) {});
    context.poll();
    EXPECT_EQ(limit.waiting(), 1U);
  }
  EXPECT_EQ(limit.waiting(), 0U);
  held->release();
  EXPECT_TRUE(base::run_blocking(take(limit, kNever)));
}

}  // namespace
}  // namespace genkai::model
