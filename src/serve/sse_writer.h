#pragma once
// A stream of server-sent events to a client, kept alive by comments while there is nothing to say.
//
//   SseWriter sse(out, 5s);
//   switch (co_await sse.run(work(sse), deadline)) ...      // work: co_await sse.write(sse_event(data))
//   co_await sse.finish();

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/async.h"
#include "serve/http.h"

namespace genkai::serve {

/// "event: name\ndata: ...\n\n"; no event line without a name, one data line for each line of it.
std::string sse_event(std::string_view data, std::string_view name = {});
inline constexpr std::string_view kSseDone = "data: [DONE]\n\n";

class SseWriter {
 public:
  enum class Ended { done, deadline, client_gone };

  /// REQUIRES: runs on the executor of one thread; `out` outlives it.
  SseWriter(ResponseWriter& out, std::chrono::milliseconds keep_alive, boost::asio::any_io_executor executor);

  /// Awaits `work`. Meanwhile a comment goes out whenever nothing else did for the keep-alive interval, which
  /// starts the response if need be. At `deadline` `work` is cancelled and has ended when this returns. What
  /// `work` throws, and being cancelled, comes through.
  base::Task<Ended> run(base::Task<void> work, std::chrono::steady_clock::time_point deadline);

  /// Sends bytes; starts the response with the first ones. False: the client is gone. For one at a time,
  /// beside the comments.
  base::Task<bool> write(std::string bytes);
  base::Task<bool> finish();

  /// A function that hands bytes over to be sent during run(), from any thread and without waiting; in order.
  /// Bytes that nobody has sent when `work` ends go with the next write.
  std::function<void(std::string bytes)> post_from_anywhere();

 private:
  struct Shared;
  base::Task<void> tick(std::chrono::steady_clock::time_point deadline, Ended& ended);
  base::Task<bool> flush();

  ResponseWriter& out_;
  const std::chrono::milliseconds keep_alive_;
  std::shared_ptr<Shared> shared_;  // outlives this in what was posted
};

}  // namespace genkai::serve
