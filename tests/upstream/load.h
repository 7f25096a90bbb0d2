#pragma once
// Load on one port, and what came of it. Everything runs on the executor of the awaiter: one thread.
//
//   LoadResult result = run_blocking(at_rate(port, request, 1000, 5s));    // open loop
//   StreamResult streams = run_blocking(many_streams(port, "local", 1000, 50, 30s));

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"

namespace genkai::test {

struct LoadResult {
  std::vector<double> microseconds;  // of each request that got a whole 200, sorted
  std::size_t failed = 0;
  double seconds = 0;
  std::string problem;  // of the first that failed
  /// Of 0 <= q <= 1; 0 when nothing succeeded.
  double quantile(double q) const;
  double per_second() const;
  /// Adds what another run of the same load measured.
  void add(const LoadResult& other);
};

/// A chat request with one user message; `more` are further members, ",\"stream\":true".
std::string chat_request(std::string_view model, std::string_view text, std::string_view more = {});

/// Open loop: a request begins every 1/rate seconds, whether or not the ones before have ended, and its time
/// counts from the moment it was due. `request` is request_text(...). Connections are kept.
base::Task<LoadResult> at_rate(std::uint16_t port, std::string request, double rate,
                               std::chrono::milliseconds duration);
/// Closed loop: each connection sends as soon as it has its answer.
base::Task<LoadResult> as_fast_as_possible(std::uint16_t port, std::string request, std::size_t connections,
                                           std::chrono::milliseconds duration);

struct StreamResult {
  std::size_t streams = 0, whole = 0, events = 0;
  std::string problem;  // of the first that was not whole
  double seconds = 0;
};

/// `streams` at once, each asking for the numbers 1 to `events`: whole when each number came in an event of
/// its own, in order, with finish_reason and [DONE] at the end. A stream still open after `limit` is not.
base::Task<StreamResult> many_streams(std::uint16_t port, std::string model, std::size_t streams,
                                      std::size_t events, std::chrono::milliseconds limit);

}  // namespace genkai::test
