#pragma once
// HTTP as a client, behind an interface, so that the network can be recorded, replayed and made to fail.
//
//   HttpRequest request;  // a named one: g++ 12 destroys temporaries of a co_await expression twice
//   request.method = "GET", request.url = "http://127.0.0.1:8000/v1/models";
//   auto exchange = co_await transport.send(std::move(request));
//   while (true) {
//     GENKAI_CO_ASSIGN_OR_RETURN(const std::string bytes, co_await (*exchange)->read());
//     if (bytes.empty()) break;
//   }

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/result.h"

namespace genkai::model {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of that name, in any case; empty when it is missing.
std::string_view find_header(const HttpHeaders& headers, std::string_view name);

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  HttpHeaders headers;  // Authorization among them: never logged, never recorded
  std::string body;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds headers_timeout{120'000};  // from sending to the status line
  std::chrono::milliseconds idle_timeout{60'000};      // between two pieces of the body
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::size_t header_limit = 64 << 10;  // bytes of all headers together
  std::size_t body_limit = 64 << 20;    // bytes of the body after decompression
};

/// A response whose status and headers have arrived. Destroying it ends the transfer.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual int status() const = 0;
  /// The value of a header, names in any case; empty when it is missing.
  virtual std::string_view header(std::string_view name) const = 0;
  virtual const HttpHeaders& headers() const = 0;
  /// The next piece of the body, as soon as there is one; empty at its end. The sender is held back while
  /// nobody reads. Errors: unavailable (cut short of its declared end), deadline_exceeded, resource_exhausted
  /// (more than body_limit).
  virtual base::Task<base::Result<std::string>> read() = 0;
};

/// Thread-safe. Connections are kept and shared by the requests of one io_context.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Errors: unavailable (refused, reset, not resolved, TLS), deadline_exceeded, invalid_argument (URL),
  /// corrupt (not HTTP).
  virtual base::Task<base::Result<std::unique_ptr<HttpExchange>>> send(HttpRequest request) = 0;
};

struct TransportOptions {
  std::string proxy;    // URL; empty: from the environment (http_proxy, https_proxy, no_proxy)
  std::string ca_file;  // PEM; empty: the system's
  bool verify_tls = true;
};

/// libcurl's multi interface on Asio's sockets and timers: one multi handle for each io_context. HTTP/2 where
/// TLS offers it. REQUIRES: each io_context that sends is run by one thread.
std::shared_ptr<Transport> curl_transport(const TransportOptions& options = {});

/// Writes each exchange that passes through as a JSON line (docs/formats/exchanges.md), keys left out.
base::Result<std::shared_ptr<Transport>> recording_transport(std::shared_ptr<Transport> inner,
                                                             const std::string& path);
/// Answers from such a file without any network: by method, path and body, several of the same request in
/// order. A request that was not recorded is not_found.
base::Result<std::shared_ptr<Transport>> replay_transport(const std::string& path);

/// Reads a whole body.
base::Task<base::Result<std::string>> read_all(HttpExchange& exchange);

}  // namespace genkai::model
