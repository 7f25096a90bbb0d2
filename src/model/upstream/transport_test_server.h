#pragma once
// A server for tests that says on a real socket exactly what the test wants, right or wrong.
//
//   TestServer server([](TestConnection& client) -> base::Task<void> {
//     while (!(co_await client.read_request()).empty())
//       co_await client.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
//   });
//   request.url = server.url("/path");

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/async.h"
#include "model/upstream/transport.h"

namespace genkai::model {

/// One accepted connection; closed when its handler returns.
class TestConnection {
 public:
  TestConnection(base::asio::ip::tcp::socket socket, std::atomic<int>& requests)
      : socket_(std::move(socket)), requests_(requests) {
    socket_.set_option(base::asio::ip::tcp::no_delay(true));
  }

  /// Head and body (by Content-Length) of the next request; empty when the client has gone.
  base::Task<std::string> read_request() {
    const auto [error, size] = co_await base::asio::async_read_until(
        socket_, base::asio::dynamic_buffer(buffer_), "\r\n\r\n", kToken);
    if (error) co_return std::string();
    std::size_t whole = size;
    const auto length = buffer_.find("Content-Length: ");
    if (length < size) whole += std::stoul(buffer_.substr(length + 16));
    while (buffer_.size() < whole) {
      char block[4096];
      const auto [failed, count] = co_await socket_.async_read_some(base::asio::buffer(block), kToken);
      if (failed) co_return std::string();
      buffer_.append(block, count);
    }
    std::string request = buffer_.substr(0, whole);
    buffer_.erase(0, whole);
    ++requests_;
    co_return request;
  }

  /// False when the client has gone.
  base::Task<bool> write(std::string bytes) {
    const auto [error, size] = co_await base::asio::async_write(socket_, base::asio::buffer(bytes), kToken);
    co_return !error;
  }

  /// Until the client closes; what it sends is dropped.
  base::Task<void> wait_for_close() {
    while (true) {
      char block[4096];
      const auto [error, count] = co_await socket_.async_read_some(base::asio::buffer(block), kToken);
      if (error) co_return;
    }
  }

  /// Closes with a TCP reset instead of an end.
  void reset() {
    socket_.set_option(base::asio::socket_base::linger(true, 0));
    socket_.close();
  }
  base::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  static constexpr base::asio::as_tuple_t<base::asio::use_awaitable_t<>> kToken{base::asio::use_awaitable};
  base::asio::ip::tcp::socket socket_;
  std::atomic<int>& requests_;
  std::string buffer_;
};

/// Listens on a free port of 127.0.0.1 with a thread of its own. The handler outlives its coroutines, so it
/// may capture.
class TestServer {
 public:
  using Handler = std::function<base::Task<void>(TestConnection&)>;

  explicit TestServer(Handler handler)
      : handler_(std::move(handler)),
        acceptor_(context_, {base::asio::ip::address_v4::loopback(), 0}),
        thread_([this] {
          base::asio::co_spawn(context_, accept(), base::asio::detached);
          context_.run();
        }) {}
  ~TestServer() {
    context_.stop();
    thread_.join();
  }
  TestServer(const TestServer&) = delete;

  unsigned short port() const { return acceptor_.local_endpoint().port(); }
  std::string where() const { return "127.0.0.1:" + std::to_string(port()); }
  std::string url(std::string_view path = "/") const { return "http://" + where() + std::string(path); }
  int connections() const { return connections_; }
  int requests() const { return requests_; }

 private:
  base::Task<void> accept() {
    while (true) {
      auto socket = co_await acceptor_.async_accept(base::asio::use_awaitable);
      ++connections_;
      base::asio::co_spawn(context_, serve(std::move(socket)), base::asio::detached);
    }
  }
  base::Task<void> serve(base::asio::ip::tcp::socket socket) {
    TestConnection connection(std::move(socket), requests_);
    co_await handler_(connection);
  }

  Handler handler_;
  std::atomic<int> connections_{0}, requests_{0};
  base::asio::io_context context_{1};
  base::asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

/// A port of 127.0.0.1 on which nobody listens.
inline unsigned short closed_port() {
  base::asio::io_context context;
  return base::asio::ip::tcp::acceptor(context, {base::asio::ip::address_v4::loopback(), 0})
      .local_endpoint()
      .port();
}

/// What a client saw of an exchange.
struct Answer {
  int status = 0;
  HttpHeaders headers;
  std::string body;
  std::optional<base::Error> cut;  // how the body failed
};

/// Sends and reads to the end.
inline base::Task<base::Result<Answer>> fetch_task(Transport& transport, HttpRequest request) {
  GENKAI_CO_ASSIGN_OR_RETURN(const auto exchange, co_await transport.send(std::move(request)));
  Answer answer;
  answer.status = exchange->status();
  answer.headers = exchange->headers();
  while (true) {
    const auto piece = co_await exchange->read();
    if (!piece) answer.cut = piece.error();
    if (!piece || piece->empty()) co_return answer;
    answer.body += *piece;
  }
}

inline base::Result<Answer> fetch(Transport& transport, HttpRequest request) {
  return base::run_blocking(fetch_task(transport, std::move(request)));
}

inline HttpRequest get(std::string url) {
  HttpRequest request;
  request.method = "GET";
  request.url = std::move(url);
  return request;
}

inline HttpRequest post(std::string url, std::string body) {
  HttpRequest request;
  request.url = std::move(url);
  request.body = std::move(body);
  return request;
}

/// An answer with Content-Length.
inline std::string whole(std::string_view body, std::string_view status = "200 OK") {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

/// Answers every request with its own body.
inline base::Task<void> echo(TestConnection& client) {
  while (true) {
    const std::string request = co_await client.read_request();
    if (request.empty()) co_return;
    co_await client.write(whole(request.substr(request.find("\r\n\r\n") + 4)));
  }
}

}  // namespace genkai::model
