#pragma once
// An HTTP client made for measuring: one connection, no retries, nothing hidden. It tells a body that is
// whole from one that was cut.
//
//   Client client;
//   if (co_await client.connect(port)) {
//     co_await client.send("POST", "/v1/chat/completions", body);
//     auto head = co_await client.head();
//     while (auto piece = co_await client.piece(); piece && !piece->empty()) ...
//   }

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.h"

namespace genkai::test {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct ResponseHead {
  int status = 0;
  Fields headers;  // names in lower case
  std::string_view header(std::string_view name) const;
};

/// A response that has ended, one way or another.
struct Exchange {
  int status = 0;  // 0: no answer
  Fields headers;
  std::string body;
  bool whole = false;  // the body came to its declared end
  std::string_view header(std::string_view name) const;
};

/// The request as it goes over the wire.
std::string request_text(std::string_view method, std::string_view path, std::string_view body,
                         const Fields& headers = {});

class Client {
 public:
  explicit Client(boost::asio::any_io_executor executor) : socket_(std::move(executor)) {}
  base::Task<bool> connect(std::uint16_t port);
  base::Task<bool> send(std::string_view bytes);
  base::Task<std::optional<ResponseHead>> head();
  /// The next piece of the body; empty at its end; nullopt when the connection ends before.
  base::Task<std::optional<std::string>> piece();
  /// True when the next request can use the connection.
  bool reusable() const { return ended_ && !close_ && socket_.is_open(); }
  bool is_open() const { return socket_.is_open(); }
  void close();

 private:
  base::Task<bool> read_more();
  boost::asio::ip::tcp::socket socket_;
  std::string buffer_;
  bool chunked_ = false, ended_ = true, close_ = false, until_close_ = false;
  std::size_t left_ = 0;
};

/// One request on a connection of its own, to its end.
base::Task<Exchange> fetch(std::uint16_t port, std::string method, std::string path, std::string body,
                           Fields headers = {});

/// The data of the events in a body; comments are left out.
std::vector<std::string> events_of(std::string_view body);

}  // namespace genkai::test
