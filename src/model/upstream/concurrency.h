#pragma once
// So many at once; the others wait in line, first come, first served, whatever thread they run on.
//
//   ConcurrencyLimit limit(32);
//   auto permit = co_await limit.acquire(deadline);
//   if (!permit) co_return fail(permit.error());   // deadline_exceeded
//   ...                                            // the permit's end lets the next one in

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "base/async.h"
#include "base/result.h"

namespace genkai::model {

/// Thread-safe. Outlives its permits and those who wait. REQUIRES: each io_context that waits is run by one
/// thread.
class ConcurrencyLimit {
 public:
  class Permit {
   public:
    Permit() = default;
    Permit(Permit&& other) noexcept : limit_(std::exchange(other.limit_, nullptr)) {}
    Permit& operator=(Permit&& other) noexcept;
    ~Permit() { release(); }
    void release();

   private:
    friend class ConcurrencyLimit;
    explicit Permit(ConcurrencyLimit* limit) : limit_(limit) {}
    ConcurrencyLimit* limit_ = nullptr;
  };

  /// REQUIRES: limit > 0.
  explicit ConcurrencyLimit(std::size_t limit) : free_(limit) {}
  /// Whoever is cancelled or runs out of time leaves the line.
  base::Task<base::Result<Permit>> acquire(std::chrono::steady_clock::time_point deadline);
  std::size_t waiting() const;

 private:
  struct Waiter;
  class InLine;
  void release();

  mutable std::mutex mutex_;
  std::size_t free_;
  std::deque<std::shared_ptr<Waiter>> line_;
};

}  // namespace genkai::model
