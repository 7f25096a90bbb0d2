#pragma once
// One connection of a client: reads requests, has them handled, writes the answers. Lives on one I/O thread.
//
//   auto connection = std::make_shared<HttpConnection>(std::move(socket), context);
//   asio::co_spawn(executor, HttpConnection::serve(connection), ...);

#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/rng.h"
#include "serve/http.h"
#include "serve/http_parser.h"

namespace genkai::serve {

/// What the connections of a server share.
struct HttpService {
  HttpServerOptions options;
  Handler& handler;
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> connections_open{0}, connections_total{0}, requests_total{0}, requests_active{0},
      refused{0};
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Clock = std::chrono::steady_clock;

  /// REQUIRES: `service` outlives this; `rng` belongs to the same thread.
  HttpConnection(boost::asio::ip::tcp::socket socket, HttpService& service, base::Rng& rng);
  /// Runs until one side closes.
  static base::Task<void> serve(std::shared_ptr<HttpConnection> self);

  // From the thread of the connection:
  /// Ends what has waited too long. Called a few times a second, which costs less than a timer for each wait.
  void check_time(Clock::time_point now);
  /// Between two requests: closes. In the middle of one: lets it end.
  void drain();
  /// Cancels the request in hand and closes.
  void cut();

 private:
  class Writer;
  enum class Read { request, closed, timed_out, refused };

  base::Task<Read> read_request(HttpParser& parser);
  base::Task<bool> handle(HttpParser& parser);
  base::Task<void> refuse(ApiError error);
  base::Task<bool> write(std::string head, std::string body);
  void watch();
  void expire_in(std::chrono::milliseconds time) { deadline_ = Clock::now() + time; }
  void never_expire() { deadline_ = Clock::time_point::max(); }
  std::string new_id();

  boost::asio::ip::tcp::socket socket_;
  HttpService& service_;
  base::Rng& rng_;
  std::string buffer_;  // came, and was not used yet
  std::string peer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  boost::asio::cancellation_signal cancel_;
  bool idle_ = false, handling_ = false, watching_ = false, expired_ = false, gone_ = false, cut_ = false;
};

}  // namespace genkai::serve
