#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "serve/http.h"
#include "serve/http_connection.h"
#include "serve/http_text.h"

namespace genkai::serve {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Code;
using boost::system::error_code;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kSweep{250};        // how exact the timeouts are
constexpr std::chrono::milliseconds kAcceptPause{100};  // when there are no file descriptors left

/// One thread with its io_context and the connections that live there.
struct Lane {
  asio::io_context context{1};
  asio::steady_timer sweep{context};
  base::Rng rng{0};
  std::list<std::shared_ptr<HttpConnection>> connections;
  std::thread thread;
};

std::vector<std::unique_ptr<Lane>> make_lanes(std::size_t count) {
  if (count == 0) count = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<Lane>> lanes;
  std::random_device device;
  for (std::size_t i = 0; i < count; ++i) {
    lanes.push_back(std::make_unique<Lane>());
    lanes.back()->rng = base::Rng((std::uint64_t{device()} << 32) | device());
  }
  return lanes;
}

class AsioServer final : public HttpServer {
 public:
  AsioServer(const HttpServerOptions& options, Handler& handler)
      : service_{.options = options, .handler = handler}, lanes_(make_lanes(options.threads)) {}
  // What may throw here is the mutex: a broken invariant.
  ~AsioServer() override { stop(std::chrono::milliseconds(0)); }  // NOLINT(bugprone-exception-escape)

  base::Status listen() {
    const HttpServerOptions& options = service_.options;
    error_code error;
    const auto address =
        asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
    if (error)
      return base::fail(Code::invalid_argument, "\"" + options.address + "\" is no IP address",
                        "use 127.0.0.1, or 0.0.0.0 for all interfaces");
    const tcp::endpoint endpoint(address, options.port);
    const auto failed = [&](const std::string& what) {
      return base::fail(
          Code::unavailable,
          what + " on " + options.address + " port " + std::to_string(options.port) + ": " + error.message(),
          error == asio::error::address_in_use ? "another program listens there: choose another port" : "");
    };
    acceptor_.open(endpoint.protocol(), error);
    if (error) return failed("cannot open a socket");
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
    if (error) return failed("cannot listen");
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return failed("cannot listen");
    port_ = acceptor_.local_endpoint(error).port();
    return {};
  }

  void run() {
    asio::co_spawn(lanes_[0]->context, accept(), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);  // a broken invariant
    });
    for (auto& lane : lanes_) {
      sweep(*lane);
      lane->thread = std::thread([&context = lane->context] { context.run(); });
    }
  }

  std::uint16_t port() const override { return port_; }
  bool draining() const override { return service_.draining; }
  HttpServerCounters counters() const override {
    return {service_.connections_open, service_.connections_total, service_.requests_total,
            service_.requests_active, service_.refused};
  }

  void stop(std::chrono::milliseconds drain) override {
    const std::lock_guard lock(stopping_);
    if (stopped_) return;
    service_.draining = true;
    asio::post(lanes_[0]->context, [this] {
      error_code ignored;
      acceptor_.close(ignored);
    });
    on_each([](HttpConnection& connection) { connection.drain(); });
    const auto until = std::chrono::steady_clock::now() + drain;
    const auto rest = [] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
    while (service_.connections_open > 0 && std::chrono::steady_clock::now() < until) rest();
    for (int i = 0; service_.connections_open > 0; ++i) {
      // Again and again: a connection that was just being accepted was not in the list the first time.
      if (i % 50 == 0) on_each([](HttpConnection& connection) { connection.cut(); });
      rest();
    }
    for (auto& lane : lanes_) asio::post(lane->context, [&lane = *lane] { lane.context.stop(); });
    for (auto& lane : lanes_)
      if (lane->thread.joinable()) lane->thread.join();
    stopped_ = true;
  }

 private:
  template <class Action>
  void on_each(Action action) {
    for (auto& lane : lanes_)
      asio::post(lane->context, [&lane = *lane, action] {
        for (const auto& connection : lane.connections) action(*connection);
      });
  }

  base::Task<void> accept() {
    asio::steady_timer pause(lanes_[0]->context);
    for (std::size_t next = 0; !service_.draining; next = (next + 1) % lanes_.size()) {
      Lane& lane = *lanes_[next];
      auto [error, socket] =
          co_await acceptor_.async_accept(asio::any_io_executor(lane.context.get_executor()), kToken);
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
      if (error) {
        base::log::warning("cannot accept a connection: " + error.message());
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(kToken);
        continue;
      }
      ++service_.connections_total;
      if (service_.connections_open >= service_.options.connections) {
        refuse(socket);
        continue;
      }
      ++service_.connections_open;
      asio::post(lane.context,
                 [this, &lane, taken = std::move(socket)]() mutable { begin(lane, std::move(taken)); });
    }
  }

  void begin(Lane& lane, tcp::socket socket) {
    auto connection = std::make_shared<HttpConnection>(std::move(socket), service_, lane.rng);
    const auto place = lane.connections.insert(lane.connections.end(), connection);
    asio::co_spawn(lane.context, HttpConnection::serve(connection),
                   [this, &lane, place](const std::exception_ptr& thrown) {
                     try {
                       if (thrown) std::rethrow_exception(thrown);
                     } catch (const std::exception& error) {
                       base::log::error(std::string("connection: ") + error.what());
                     }
                     lane.connections.erase(place);
                     --service_.connections_open;
                   });
  }

  /// Beyond the limit: a short answer, if the socket takes it at once.
  void refuse(tcp::socket& socket) {
    ++service_.refused;
    ApiError error;
    error.status = 503, error.type = "api_error", error.message = "The server has too many connections.";
    const HttpResponse response = to_response(error);
    const std::string text =
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\n"
        "connection: close\r\ncontent-length: " +
        std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    socket.shutdown(tcp::socket::shutdown_both, ignored);
  }

  void sweep(Lane& lane) {
    lane.sweep.expires_after(kSweep);
    lane.sweep.async_wait([this, &lane](error_code error) {
      if (error) return;
      const auto now = HttpConnection::Clock::now();
      for (const auto& connection : lane.connections) connection->check_time(now);
      sweep(lane);
    });
  }

  HttpService service_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  tcp::acceptor acceptor_{lanes_[0]->context};
  std::uint16_t port_ = 0;
  std::mutex stopping_;
  bool stopped_ = false;
};

}  // namespace

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options,
                                                            Handler& handler) {
  auto server = std::make_unique<AsioServer>(options, handler);
  GENKAI_RETURN_IF_ERROR(server->listen());
  server->run();
  return server;
}

}  // namespace genkai::serve
