#include "model/native/team.h"

#include <hwy/cache_control.h>

namespace genkai::model::native {
namespace {

/// About 20 microseconds of looking for a job before a helper sleeps.
constexpr int kSpins = 1000;
/// In place of a number of parts: helpers end.
constexpr std::uint32_t kStop = ~0U;

}  // namespace

Team::Team(std::size_t threads) {
  for (std::size_t i = 1; i < threads; ++i) helpers_.emplace_back([this] { help(); });
}

Team::~Team() {
  unclaimed_.store(kStop);
  unclaimed_.notify_all();
  for (auto& helper : helpers_) helper.join();
}

bool Team::work_on_one() {
  std::uint32_t left = unclaimed_.load(std::memory_order_acquire);
  do {
    if (left == 0 || left == kStop) return false;
  } while (!unclaimed_.compare_exchange_weak(left, left - 1, std::memory_order_acq_rel,
                                             std::memory_order_acquire));
  call_(body_, left - 1);
  unfinished_.fetch_sub(1, std::memory_order_acq_rel);
  return true;
}

void Team::start(std::size_t parts, const void* body, Call call) {
  body_ = body;
  call_ = call;
  unfinished_.store(static_cast<std::uint32_t>(parts), std::memory_order_relaxed);
  unclaimed_.store(static_cast<std::uint32_t>(parts), std::memory_order_release);
  unclaimed_.notify_all();
  while (work_on_one()) {
  }
  // Whoever holds the last part may have been set aside by the machine: after a while let others run.
  for (int spins = 0; unfinished_.load(std::memory_order_acquire) != 0; ++spins) {
    if (spins < kSpins) {
      hwy::Pause();
    } else {
      std::this_thread::yield();
    }
  }
}

void Team::help() {
  for (int spins = 0;;) {
    if (unclaimed_.load(std::memory_order_acquire) == kStop) return;
    if (work_on_one()) {
      spins = 0;
    } else if (++spins < kSpins) {
      hwy::Pause();
    } else {
      unclaimed_.wait(0, std::memory_order_acquire);
      spins = 0;
    }
  }
}

}  // namespace genkai::model::native
