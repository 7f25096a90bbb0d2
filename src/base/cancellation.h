#pragma once
// Long work asks a Cancellation now and then whether to stop. Copies share one flag. Thread-safe.

#include <atomic>
#include <memory>

namespace genkai::base {

class Cancellation {
 public:
  Cancellation() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
  void cancel() const { flag_->store(true, std::memory_order_relaxed); }
  bool cancelled() const { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

/// The flag that SIGINT and SIGTERM raise; the first call installs the handlers. A second signal ends the
/// process.
Cancellation cancel_on_signals();

/// From now on a signal ends the process at once again: nothing is under way that must come to an end.
void end_on_signals();

}  // namespace genkai::base
