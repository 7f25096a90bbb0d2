#pragma once
// One request out of the bytes of a connection. Beast stays behind http_parser.cc.
//
//   HttpParser parser({.header_limit = 32 << 10, .body_limit = 8 << 20});
//   buffer.erase(0, parser.feed(buffer));        // until it is done, or failed
//   HttpRequest request = parser.take();

#include <cstddef>
#include <memory>
#include <string_view>

#include "serve/api_error.h"
#include "serve/http.h"

namespace genkai::serve {

class HttpParser {
 public:
  struct Limits {
    std::size_t header_limit = 32 << 10, body_limit = 8 << 20;  // bytes
  };
  explicit HttpParser(const Limits& limits);
  ~HttpParser();
  HttpParser(HttpParser&&) noexcept;

  /// How many of `bytes` it used; the rest comes again with more behind it, or belongs to the next request.
  std::size_t feed(std::string_view bytes);
  bool head_done() const;
  bool done() const;
  /// What is wrong with the request: the connection is of no use after it. Besides broken syntax: two lengths
  /// (request smuggling), a transfer coding other than chunked, no host or several, a path that is not UTF-8.
  const ApiError* error() const;
  /// The client waits for "100 Continue" before it sends the body.
  bool expects_continue() const;
  bool keep_alive() const;  // REQUIRES: head_done()
  bool http_1_0() const;    // REQUIRES: head_done()
  /// Without peer and id. REQUIRES: done(), once.
  HttpRequest take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::serve
