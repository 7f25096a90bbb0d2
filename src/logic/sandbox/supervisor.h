#pragma once
// Watches a started bubblewrap and what runs in it, and ends them when a limit is met.
//
//   Supervisor supervisor(bwrap, limits, cancelled);
//   auto ended = supervisor.watch({output, errors, report, status});   // returns when all of them are gone

#include <poll.h>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancellation.h"
#include "base/result.h"
#include "logic/sandbox/descriptor.h"
#include "logic/sandbox/process.h"

namespace genkai::logic {

/// The inner process that all others die with.
class Inner {
 public:
  /// `status` is what bwrap said of itself: {"child-pid": 123}. A process of that number counts only while it
  /// is the child of `bwrap`, which has no other; so a number that was used again names nobody.
  void learn(std::string_view status, pid_t bwrap);
  bool known() const { return static_cast<bool>(handle_); }
  bool kill() const;
  bool alive() const;
  /// Its /tmp, to be counted from outside.
  Descriptor scratch() const;

 private:
  Descriptor handle_;
  pid_t pid_ = 0;
};

/// For one run, in one thread.
class Supervisor {
 public:
  /// REQUIRES: `bwrap` is a child of this process that nobody else waits for; `limits` and `cancelled`
  /// outlive this.
  Supervisor(pid_t bwrap, const SandboxLimits& limits, const base::Cancellation& cancelled);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Reads what is written to the run's descriptors 1, 2 and 4 and what bwrap says of it. Errors: unavailable
  /// when its files cannot be watched.
  base::Result<Ended> watch(const std::array<int, 4>& descriptors);

 private:
  using Time = std::chrono::steady_clock::time_point;
  bool open() const;
  Time stop_at() const;
  void read(std::size_t i);
  void look();
  void stop(Stopped why);
  void finish();

  pid_t bwrap_;
  const SandboxLimits& limits_;
  const base::Cancellation& cancelled_;
  Time deadline_;
  std::optional<Time> killed_;
  std::array<pollfd, 4> polled_{};
  Inner inner_;
  Descriptor scratch_;
  std::string status_, unwatched_;
  Ended ended_;
};

}  // namespace genkai::logic
