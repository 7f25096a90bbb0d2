#pragma once
// HTTP as a server.
//
//   struct Hello : Handler {
//     base::Task<void> handle(const HttpRequest& request, ResponseWriter& out) override {
//       co_await out.send({.status = 200, .body = "hello"});
//     }
//   };
//   auto server = HttpServer::start({.port = 8080}, handler);
//   (*server)->stop(10s);                                  // drains

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/result.h"

namespace genkai::serve {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method, path, query;  // path percent-decoded, without the query; query as written
  Headers headers;
  std::string body;
  std::string peer;  // address of the client
  std::string id;    // of this request, sent back as x-request-id
  /// The value of a header, names in any case; empty when it is missing.
  std::string_view header(std::string_view name) const;
  /// A decoded parameter of the query; empty when it is missing.
  std::string parameter(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Headers headers;
};

/// The answer to one request: either send(), or start(), write()s and finish(); what start() says goes out
/// with the first write(). Each waits until the socket has taken its bytes, so that a slow client holds the
/// handler back and nothing piles up. False: the client is gone.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;
  virtual base::Task<bool> send(HttpResponse response) = 0;
  virtual base::Task<bool> start(int status, std::string content_type, Headers headers = {}) = 0;
  virtual base::Task<bool> write(std::string bytes) = 0;
  virtual base::Task<bool> finish() = 0;
  virtual bool started() const = 0;
};

/// Serves many requests at once, each on the I/O thread of its connection: what takes longer than a
/// millisecond of CPU goes to a pool (base::on_pool). A handler is cancelled when its client disconnects.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual base::Task<void> handle(const HttpRequest& request, ResponseWriter& out) = 0;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one
  std::size_t threads = 0;    // one io_context each; 0 is one a core
  std::size_t connections = 10'000;
  std::size_t header_limit = 32 << 10, body_limit = 8 << 20;
  std::chrono::milliseconds header_timeout{10'000}, body_timeout{30'000}, idle_timeout{75'000},
      write_timeout{30'000};
};

struct HttpServerCounters {
  std::uint64_t connections_open = 0, connections_total = 0, requests_total = 0, requests_active = 0,
                refused = 0;  // connections beyond the limit
};

class HttpServer {
 public:
  /// Listens and serves at once. unavailable when the address is taken. `handler` outlives the server.
  static base::Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options, Handler& handler);
  /// As stop(0).
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  virtual HttpServerCounters counters() const = 0;
  /// True from the moment stop() is called: /readyz says so, and answers close their connections.
  virtual bool draining() const = 0;
  /// Takes no new connections, lets requests in flight end within `drain`, cancels the rest, joins the
  /// threads.
  virtual void stop(std::chrono::milliseconds drain) = 0;
};

}  // namespace genkai::serve
