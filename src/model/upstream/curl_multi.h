#pragma once
// libcurl's multi interface on an io_context: curl says which sockets and which time it waits for, Asio
// waits. One CurlMulti lives in each io_context that sends; its connections are kept there.
//
//   CurlMulti& multi = CurlMulti::of(co_await asio::this_coro::executor);
//   multi.add(job);      // runs as far as it can at once; job.ended(...) follows
//   multi.remove(job);   // ends it early
//
// No callback of curl resumes a coroutine or runs a completion handler: they only take notes and cancel
// timers. So whoever owns a job may destroy it whenever its own code runs; that is never inside curl.

#include <curl/curl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/async.h"

namespace genkai::model {

/// A timer without type erasure.
using IoTimer = base::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                 base::asio::wait_traits<std::chrono::steady_clock>,
                                                 base::asio::io_context::executor_type>;

/// An easy handle that a CurlMulti runs. Both calls may come from within add and remove.
class CurlJob {
 public:
  virtual CURL* easy() = 0;
  /// The transfer is over and its handle free.
  virtual void ended(CURLcode code) = 0;
  /// The io_context is being destroyed: the handle is free, and every timer must go now.
  virtual void context_gone() = 0;

 protected:
  ~CurlJob() = default;
};

/// Not thread-safe: used from handlers of its io_context, which one thread runs.
class CurlMulti : public base::asio::execution_context::service {
 public:
  static base::asio::execution_context::id id;

  explicit CurlMulti(base::asio::execution_context& context);
  ~CurlMulti() override;
  /// That of the executor's io_context. REQUIRES: it is one, not another kind of context.
  static CurlMulti& of(const base::asio::any_io_executor& executor);

  base::asio::io_context& context() { return context_; }
  void add(CurlJob& job);
  /// Nothing when the job is not running.
  void remove(CurlJob& job);
  /// Lets a job that its write callback paused receive again; may call that callback.
  void resume(CurlJob& job);

 private:
  struct Watch;
  void shutdown() noexcept override;
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* watch);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  void watch(curl_socket_t fd, int wanted);
  void unwatch(curl_socket_t fd);
  void arm(const std::shared_ptr<Watch>& watch);
  void act(curl_socket_t fd, int events);
  void settle();

  base::asio::io_context& context_;
  CURLM* multi_;
  std::optional<IoTimer> timer_;
  long wait_milliseconds_ = -1;  // what curl asked for last; -1: nothing
  bool wait_changed_ = false, kick_posted_ = false;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::unordered_set<CurlJob*> jobs_;
};

}  // namespace genkai::model
