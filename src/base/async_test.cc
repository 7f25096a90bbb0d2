#include "base/async.h"

#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <thread>

namespace genkai::base {
namespace {

using namespace std::chrono_literals;

Task<Result<std::string>> later(std::string text, std::chrono::milliseconds time) {
  co_await sleep_for(time);
  co_return text;
}

TEST(Async, RunsATaskToItsEnd) {
  EXPECT_EQ(*run_blocking(later("a", 1ms)), "a");
}

TEST(Async, SideBySideKeepsOrderAndTakesAsLongAsTheSlowest) {
  auto run = []() -> Task<std::vector<Result<std::string>>> {
    std::vector<Task<Result<std::string>>> tasks;
    for (int i = 0; i < 20; ++i) tasks.push_back(later(std::to_string(i), std::chrono::milliseconds(40 - i)));
    co_return co_await side_by_side(std::move(tasks));
  };
  const auto values = run_blocking(run());
  ASSERT_EQ(values.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(*values[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(Async, WorkLeavesTheThread) {
  ThreadPool pool(2);
  auto run = [](ThreadPool& workers) -> Task<std::thread::id> {
    const auto id = co_await on_pool(workers, [] { return std::this_thread::get_id(); });
    co_return id;
  };
  EXPECT_NE(run_blocking(run(pool)), std::this_thread::get_id());
}

TEST(Async, ExceptionsComeThrough) {
  ThreadPool pool(1);
  auto run = [](ThreadPool& workers) -> Task<int> {
    const int value = co_await on_pool(workers, []() -> int { throw std::runtime_error("broken"); });
    co_return value;
  };
  EXPECT_THROW(run_blocking(run(pool)), std::runtime_error);
}

TEST(Async, CancellationEndsAllSideBySide) {
  using namespace asio::experimental::awaitable_operators;
  auto all = []() -> Task<bool> {
    std::vector<Task<Result<std::string>>> tasks;
    for (int i = 0; i < 4; ++i) tasks.push_back(later("never", 1h));
    co_await side_by_side(std::move(tasks));
    co_return true;
  };
  auto run = [&]() -> Task<bool> {
    auto either = co_await (all() || later("soon", 5ms));
    co_return either.index() == 1;
  };
  EXPECT_TRUE(run_blocking(run()));
}

}  // namespace
}  // namespace genkai::base
