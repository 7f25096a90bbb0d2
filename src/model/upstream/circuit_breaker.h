#pragma once
// Stops asking an endpoint that keeps failing. Closed: all may try. Open, after so many failures in a row:
// nobody, for a pause. Half open, after the pause: one probe; it closes the circuit or opens it anew.
//
//   CircuitBreaker breaker(5, 10s);
//   auto attempt = breaker.begin(now);     // nullopt: not now
//   if (attempt) ... attempt->succeed(); or attempt->fail(now);
//
// An attempt that says neither (it was cancelled) counts for nothing and frees the place of the probe.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace genkai::model {

enum class CircuitState { closed, open, half_open };

/// Thread-safe. Outlives its attempts.
class CircuitBreaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  class Attempt {
   public:
    Attempt() = default;
    Attempt(Attempt&& other) noexcept { *this = std::move(other); }
    Attempt& operator=(Attempt&& other) noexcept;
    ~Attempt() { abandon(); }
    /// The first of these counts, later ones do nothing. `fail` is true when it opened the circuit.
    void succeed();
    bool fail(Time now);
    void abandon();
    bool is_probe() const { return breaker_ && probe_; }

   private:
    friend class CircuitBreaker;
    CircuitBreaker* breaker_ = nullptr;
    std::uint64_t period_ = 0;
    bool probe_ = false;
  };

  /// REQUIRES: failures > 0.
  CircuitBreaker(std::size_t failures, std::chrono::milliseconds pause) : limit_(failures), pause_(pause) {}
  std::optional<Attempt> begin(Time now);
  CircuitState state(Time now) const;

 private:
  const std::size_t limit_;
  const std::chrono::milliseconds pause_;
  mutable std::mutex mutex_;
  bool open_ = false, probing_ = false;
  std::size_t failures_ = 0;  // in a row
  std::uint64_t period_ = 0;  // grows with each change of open_: what began before a change does not count
  Time opened_{};
};

}  // namespace genkai::model
