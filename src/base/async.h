#pragma once
// Coroutines on Boost.Asio. A Task starts when it is awaited, runs on its awaiter's executor and is destroyed
// with it.
//
//   Task<Result<int>> count(ThreadPool& pool) {
//     auto rows = co_await on_pool(pool, [] { return slow_scan(); });   // CPU work leaves the I/O thread
//     std::vector<Task<Result<int>>> parts = ...;
//     for (auto& part : co_await side_by_side(std::move(parts))) ...
//   }
//   Result<int> n = run_blocking(count(pool));                         // from code that is not a coroutine
//
// Cancellation unwinds a Task by boost::system::system_error(operation_aborted), which only the one who
// spawned it catches; it is not an error that a Result reports. A lambda that is a coroutine must outlive its
// Task: pass what it needs as parameters, not as captures.

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"

namespace genkai::base {

namespace asio = boost::asio;

template <class T>
using Task = asio::awaitable<T>;

/// The io_context that run_blocking uses on this thread; kept, so that what lives in it (connections) is
/// reused.
asio::io_context& blocking_context();

/// Runs `task` to its end on this thread. What the task throws comes through. Not from within a coroutine.
template <class T>
T run_blocking(Task<T> task) {
  std::exception_ptr thrown;
  std::optional<T> value;
  bool done = false;
  asio::io_context& context = blocking_context();
  asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& error, T result) {
    thrown = error;
    if (!error) value.emplace(std::move(result));
    done = true;
  });
  context.restart();
  while (!done && context.run_one() > 0) {
  }
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*value);
}

/// Waits; cancelled early with its Task.
Task<void> sleep_for(std::chrono::steady_clock::duration time);

/// Waits for what another thread hands over, and returns it on the awaiter's executor. `start(done)` is
/// called at once; `done(thrown, value)` is to be called once, on any thread: with an exception, or a null
/// pointer and an optional that holds the value (so that Value needs no default constructor). The Task waits
/// for it even when it is cancelled, so `start` may refer to what the awaiter owns; `cancel`, the awaiter's
/// too, is called then on its executor, to make it come soon.
template <class Value, class Start>
Task<Value> from_thread(Start start, const std::function<void()>* cancel = nullptr) {
  // Tracked: the context must not run out of work while the other thread has it.
  const asio::any_io_executor executor =
      asio::prefer(co_await asio::this_coro::executor, asio::execution::outstanding_work.tracked);
  auto initiate = [executor, &start, cancel](auto handler) {
    const auto slot = asio::get_associated_cancellation_slot(handler);
    if (cancel != nullptr && slot.is_connected())
      asio::cancellation_slot(slot).assign([cancel](asio::cancellation_type) { (*cancel)(); });
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    start([to = asio::any_io_executor(executor), shared](std::exception_ptr thrown,
                                                         std::optional<Value> value) mutable {
      // The awaiter may destroy its context as soon as it has the value, so it waits these few instructions
      // until this thread has let go of it.
      auto let_go = std::make_shared<std::atomic<bool>>(false);
      {
        const asio::any_io_executor awaiter = std::move(to);
        asio::post(awaiter, [shared = std::move(shared), let_go, thrown, value = std::move(value)]() mutable {
          while (!let_go->load(std::memory_order_acquire)) std::this_thread::yield();
          asio::get_associated_cancellation_slot(*shared).clear();
          std::move (*shared)(thrown, std::move(value));
        });
      }
      let_go->store(true, std::memory_order_release);
    });
  };
  auto value = co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                             void(std::exception_ptr, std::optional<Value>)>(
      initiate, asio::use_awaitable);
  co_return std::move(*value);
}

/// Runs `work` on a thread of `pool` and returns its value on the awaiter's executor. Work that has begun
/// runs to its end even when the Task is cancelled, and the Task waits for it, so it may refer to what the
/// awaiter owns.
template <class Work>
Task<std::invoke_result_t<Work&>> on_pool(ThreadPool& pool, Work work) {
  using Value = std::invoke_result_t<Work&>;
  auto start = [&pool, &work](auto done) {
    pool.submit([done = std::move(done), &work]() mutable {
      std::optional<Value> value;
      std::exception_ptr thrown;
      try {
        value.emplace(work());
      } catch (...) {
        thrown = std::current_exception();
      }
      done(thrown, std::move(value));
    });
  };
  auto value = co_await from_thread<Value>(std::move(start));
  co_return value;
}

/// Runs tasks side by side on the awaiter's executor; their values in order. Cancelled together; the first
/// exception comes through after all have ended.
template <class T>
Task<std::vector<T>> side_by_side(std::vector<Task<T>> tasks) {
  std::vector<T> values;
  if (tasks.empty()) co_return values;
  const auto executor = co_await asio::this_coro::executor;
  auto results = std::make_shared<std::vector<std::optional<T>>>(tasks.size());
  // Values are kept aside: parallel_group would need T to be default constructible.
  using Operation = decltype(asio::co_spawn(executor, std::declval<Task<void>>(), asio::deferred));
  std::vector<Operation> operations;
  operations.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i)
    operations.push_back(asio::co_spawn(
        executor,
        [](Task<T> task, std::shared_ptr<std::vector<std::optional<T>>> out, std::size_t at) -> Task<void> {
          (*out)[at].emplace(co_await std::move(task));
        }(std::move(tasks[i]), results, i),
        asio::deferred));
  auto [order, errors] = co_await asio::experimental::make_parallel_group(std::move(operations))
                             .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  for (const auto& error : errors)
    if (error) std::rethrow_exception(error);
  values.reserve(results->size());
  for (auto& result : *results) values.push_back(std::move(*result));
  co_return values;
}

}  // namespace genkai::base
