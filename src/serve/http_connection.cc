#include "serve/http_connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <ctime>
#include <exception>
#include <utility>

#include "base/log.h"
#include "serve/http_text.h"

namespace genkai::serve {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kBlock = 16 << 10;      // read at once
constexpr std::size_t kPipelined = 64 << 10;  // taken in ahead while a request is in hand
constexpr std::size_t kLingering = 32 << 20;  // read and dropped behind a refusal, so that it gets through
constexpr std::chrono::milliseconds kLinger{2'000};

struct Active {
  explicit Active(std::atomic<std::uint64_t>& count) : count_(count) { ++count_; }
  ~Active() { --count_; }
  std::atomic<std::uint64_t>& count_;
};

std::string now_as_date() {
  thread_local std::time_t last = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == last) return text;
  std::tm parts{};
  gmtime_r(&now, &parts);
  char buffer[64];
  const std::size_t size = std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  last = now;
  return text = std::string(buffer, size);
}

void add_header(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  for (const char c : value)
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') head += c;  // no line ends: no second header
  head += "\r\n";
}

/// An id that a proxy gave is kept, when it can stand in a log as it is.
bool usable_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

}  // namespace

/// The answer to one request.
class HttpConnection::Writer : public ResponseWriter {
 public:
  Writer(HttpConnection& connection, const HttpRequest& request, bool http_1_0, bool keep_alive)
      : connection_(connection), request_(request), http_1_0_(http_1_0), keep_alive_(keep_alive) {}

  base::Task<bool> send(HttpResponse response) override {
    const bool bare = response.status == 204 || response.status == 304;
    std::string head = begin(response.status, response.content_type, response.headers);
    if (!bare) add_header(head, "content-length", std::to_string(response.body.size()));
    head += "\r\n";
    ended_ = true;
    std::string body;
    if (!bare && request_.method != "HEAD") body = std::move(response.body);
    co_return co_await connection_.write(std::move(head), std::move(body));
  }

  base::Task<bool> start(int status, std::string content_type, Headers headers) override {
    if (http_1_0_) keep_alive_ = false;  // only the end of the connection ends such a body
    head_ = begin(status, content_type, headers);
    if (!http_1_0_) add_header(head_, "transfer-encoding", "chunked");
    head_ += "\r\n";
    co_return !connection_.gone_;
  }

  base::Task<bool> write(std::string bytes) override {
    if (bytes.empty() || request_.method == "HEAD") co_return !connection_.gone_;
    std::string head = std::exchange(head_, {});
    if (!http_1_0_) {
      char size[24];
      std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
      head += size;
      bytes += "\r\n";
    }
    co_return co_await connection_.write(std::move(head), std::move(bytes));
  }

  base::Task<bool> finish() override {
    ended_ = true;
    std::string head = std::exchange(head_, {}), end;
    if (!http_1_0_ && request_.method != "HEAD") end = "0\r\n\r\n";
    co_return co_await connection_.write(std::move(head), std::move(end));
  }

  bool started() const override { return started_; }
  /// The whole answer has been written and the connection can carry another.
  bool reusable() const { return ended_ && keep_alive_ && !connection_.gone_; }

 private:
  std::string begin(int status, const std::string& content_type, const Headers& headers) {
    started_ = true;
    if (connection_.service_.draining) keep_alive_ = false;
    std::string head = "HTTP/1.1 " + std::to_string(status) + ' ';
    head += reason_phrase(status);
    head += "\r\n";
    if (!content_type.empty() && status != 204 && status != 304)
      add_header(head, "content-type", content_type);
    for (const auto& [name, value] : headers) add_header(head, name, value);
    add_header(head, "x-request-id", request_.id);
    add_header(head, "date", now_as_date());
    if (!keep_alive_)
      add_header(head, "connection", "close");
    else if (http_1_0_)
      add_header(head, "connection", "keep-alive");
    return head;
  }

  HttpConnection& connection_;
  const HttpRequest& request_;
  const bool http_1_0_;
  bool keep_alive_, started_ = false, ended_ = false;
  std::string head_;  // of a stream, to go out with its first bytes
};

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, HttpService& service, base::Rng& rng)
    : socket_(std::move(socket)), service_(service), rng_(rng) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  peer_ = peer.address().to_string();
}

base::Task<void> HttpConnection::serve(std::shared_ptr<HttpConnection> self) {
  const HttpServerOptions& options = self->service_.options;
  for (bool open = true; open && !self->cut_;) {
    HttpParser parser({.header_limit = options.header_limit, .body_limit = options.body_limit});
    const Read read = co_await self->read_request(parser);
    if (read == Read::request) {
      open = co_await self->handle(parser);
      continue;
    }
    open = false;
    if (read == Read::refused) co_await self->refuse(*parser.error());
    if (read == Read::timed_out) {
      ApiError late = invalid_request("The request did not arrive in time.", {}, "request_timeout");
      late.status = 408;
      co_await self->refuse(std::move(late));
    }
  }
  error_code ignored;
  self->socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  self->socket_.close(ignored);
}

base::Task<HttpConnection::Read> HttpConnection::read_request(HttpParser& parser) {
  const HttpServerOptions& options = service_.options;
  bool begun = false, head_done = false;
  for (;;) {
    buffer_.erase(0, parser.feed(buffer_));
    if (parser.error()) co_return Read::refused;
    if (parser.done()) break;
    if (!head_done && parser.head_done()) {
      head_done = true;
      expire_in(options.body_timeout);
      if (parser.expects_continue() && !co_await write("HTTP/1.1 100 Continue\r\n\r\n", {}))
        co_return Read::closed;
      expire_in(options.body_timeout);
    } else if (!head_done && !buffer_.empty() && !begun) {
      begun = true;
      expire_in(options.header_timeout);
    } else if (!head_done && !begun) {
      if (service_.draining) co_return Read::closed;
      expire_in(options.idle_timeout);
    }
    idle_ = !begun && !head_done;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kBlock);
    const auto [error, count] =
        co_await socket_.async_read_some(asio::buffer(buffer_.data() + before, kBlock), kToken);
    buffer_.resize(before + (error ? 0 : count));
    idle_ = false;
    if (error) co_return expired_ && (begun || head_done) && !cut_ ? Read::timed_out : Read::closed;
  }
  never_expire();
  co_return Read::request;
}

base::Task<bool> HttpConnection::handle(HttpParser& parser) {
  const bool http_1_0 = parser.http_1_0(), keep_alive = parser.keep_alive();
  HttpRequest request = parser.take();
  request.peer = peer_;
  const std::string_view given = request.header("x-request-id");
  request.id = usable_id(given) ? std::string(given) : new_id();
  Writer writer(*this, request, http_1_0, keep_alive);
  Active active(service_.requests_active);
  ++service_.requests_total;
  if (buffer_.empty()) buffer_.shrink_to_fit();  // a stream may last long
  handling_ = true;
  watch();
  base::Task<void> work = service_.handler.handle(request, writer);
  const auto executor = co_await asio::this_coro::executor;
  auto [thrown] = co_await asio::co_spawn(
      executor, std::move(work),
      asio::bind_cancellation_slot(cancel_.slot(), asio::as_tuple(asio::use_awaitable)));
  handling_ = false;
  const bool failed = thrown != nullptr && !gone_;
  if (failed) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      base::log::error("request " + request.id + ": " + error.what());
    }
  }
  if (!gone_ && !cut_ && !writer.started()) {
    ApiError error;
    error.message =
        "The server failed in the middle of this request; its log says more under " + request.id + ".";
    error.type = "api_error";
    HttpResponse response = to_response(error);
    co_await writer.send(std::move(response));
  }
  co_return writer.reusable() && !failed && !cut_;
}

base::Task<bool> HttpConnection::write(std::string head, std::string body) {
  if (gone_) co_return false;
  if (head.empty() && body.empty()) co_return true;
  expire_in(service_.options.write_timeout);
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
  const auto [error, count] = co_await asio::async_write(socket_, parts, kToken);
  never_expire();
  if (error) gone_ = true;
  co_return !error;
}

base::Task<void> HttpConnection::refuse(ApiError error) {
  expired_ = false;
  HttpRequest unread;
  unread.id = new_id();
  Writer writer(*this, unread, false, false);
  HttpResponse response = to_response(error);
  if (!co_await writer.send(std::move(response))) co_return;
  // Closing at once while the client still sends would reset the connection and lose the answer.
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  expire_in(kLinger);
  buffer_.resize(kBlock);
  for (std::size_t dropped = 0; dropped < kLingering && !cut_;) {
    const auto [failed, count] = co_await socket_.async_read_some(asio::buffer(buffer_), kToken);
    if (failed) break;
    dropped += count;
  }
}

void HttpConnection::watch() {
  if (watching_) return;
  watching_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](error_code failed) {
    self->watching_ = false;
    if (!self->handling_ || failed == asio::error::operation_aborted) return;
    // What the client sends meanwhile is its next request; its end means that nobody waits any more.
    std::string& buffer = self->buffer_;
    const std::size_t before = buffer.size();
    buffer.resize(before + kBlock);
    const std::size_t count = self->socket_.read_some(asio::buffer(buffer.data() + before, kBlock), failed);
    buffer.resize(before + (failed ? 0 : count));
    if (failed && failed != asio::error::would_block) {
      self->gone_ = true;
      self->cancel_.emit(asio::cancellation_type::terminal);
    } else if (buffer.size() < kPipelined) {
      self->watch();
    }
  });
}

void HttpConnection::check_time(Clock::time_point now) {
  if (now < deadline_) return;
  never_expire();
  expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void HttpConnection::drain() {
  error_code ignored;
  if (idle_) socket_.cancel(ignored);
}

void HttpConnection::cut() {
  cut_ = gone_ = true;
  if (handling_) cancel_.emit(asio::cancellation_type::terminal);
  error_code ignored;
  socket_.cancel(ignored);
}

std::string HttpConnection::new_id() {
  char text[40];
  std::snprintf(text, sizeof text, "req_%016llx%08llx", static_cast<unsigned long long>(rng_()),
                static_cast<unsigned long long>(rng_() >> 32));
  return text;
}

}  // namespace genkai::serve
