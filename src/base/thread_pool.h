#pragma once
// A fixed set of worker threads.
//
//   ThreadPool pool(4);
//   pool.parallel_for(items.size(), [&](std::size_t i) { work(items[i]); });

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace genkai::base {

class ThreadPool {
 public:
  /// `threads` 0 means one for each core.
  explicit ThreadPool(std::size_t threads = 0);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  /// Finishes what was submitted, then joins.
  ~ThreadPool();

  std::size_t size() const { return workers_.size(); }
  /// Runs `task` on a worker some time. Tasks must not throw. Thread-safe.
  void submit(std::function<void()> task);
  /// Calls body(0) ... body(n-1), each once, on the workers and on the calling thread; returns when all are
  /// done.
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body);

 private:
  void work();
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace genkai::base
