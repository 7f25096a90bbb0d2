#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "model/upstream/curl_multi.h"
#include "model/upstream/curl_request.h"
#include "model/upstream/transport.h"

namespace genkai::model {

namespace asio = base::asio;
using base::Error;
using base::Result;
using base::Status;
using base::Task;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kHighWater = 256 << 10;  // bytes that may wait for a reader

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// `time` after now, without overflow.
Clock::time_point after(std::chrono::milliseconds time) {
  const auto now = Clock::now();
  return time > std::chrono::hours(24 * 365) ? Clock::time_point::max() : now + time;
}

/// One request and its answer. Curl's callbacks fill it and cancel its timer; the one coroutine that waits
/// for it wakes and looks.
class Transfer final : public HttpExchange, private CurlJob {
 public:
  Transfer(CurlMulti& multi, HttpRequest request)
      : multi_(multi), request_(std::move(request)), timer_(std::in_place, multi.context()) {}
  ~Transfer() override { stop(); }
  Transfer(const Transfer&) = delete;

  Status start(const TransportOptions& options);
  /// Until the final status and its headers are there.
  Task<Status> headers_arrived();

  int status() const override { return status_; }
  std::string_view header(std::string_view name) const override { return find_header(headers_, name); }
  const HttpHeaders& headers() const override { return headers_; }
  Task<Result<std::string>> read() override;

 private:
  CURL* easy() override { return request_.easy(); }
  void ended(CURLcode code) override;
  void context_gone() override;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_connected(void* self, char*, char*, int, int);
  bool take_header(std::string_view line);
  Task<void> wait_until(Clock::time_point time);
  void wake();
  void stop();
  Status fail_with(Error error);
  /// Fails when the time of the phase or of the request is over.
  Status check_time(Clock::time_point phase_end);
  const HttpRequest& asked() const { return request_.request(); }

  CurlMulti& multi_;
  CurlRequest request_;
  std::optional<IoTimer> timer_;  // empty once the io_context goes
  Phase phase_ = Phase::connecting;
  Clock::time_point phase_end_;
  int status_ = 0;
  HttpHeaders headers_;
  std::size_t header_bytes_ = 0, body_bytes_ = 0;
  std::string waiting_;  // received, not yet read
  std::optional<Error> error_;
  bool running_ = false, paused_ = false, waits_ = false, complete_ = false;
};

Status Transfer::start(const TransportOptions& options) {
  GENKAI_RETURN_IF_ERROR(request_.prepare(options));
  CURL* handle = easy();
  curl_easy_setopt(handle, CURLOPT_PRIVATE, static_cast<CurlJob*>(this));
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, this);
  phase_end_ = after(asked().connect_timeout);
  running_ = true;
  multi_.add(*this);
  return {};
}

Task<Status> Transfer::headers_arrived() {
  while (phase_ != Phase::receiving && !error_) {
    const Status in_time = check_time(phase_end_);
    if (!in_time) break;
    co_await wait_until(std::min(phase_end_, asked().deadline));
  }
  if (error_ && phase_ != Phase::receiving) co_return base::fail(*error_);
  co_return Status();
}

Task<Result<std::string>> Transfer::read() {
  const auto idle_end = after(asked().idle_timeout);
  while (waiting_.empty() && !complete_ && !error_) {
    const Status in_time = check_time(idle_end);
    if (!in_time) break;
    co_await wait_until(std::min(idle_end, asked().deadline));
  }
  // A sender that never pauses does not outrun the deadline.
  if (running_ && Clock::now() >= asked().deadline)
    (void)fail_with(request_.explain_timeout(Phase::receiving, true));
  if (waiting_.empty() && error_) co_return base::fail(*error_);
  std::string piece = std::exchange(waiting_, {});
  if (std::exchange(paused_, false)) multi_.resume(*this);
  co_return piece;
}

void Transfer::ended(CURLcode code) {
  running_ = false;
  if (code == CURLE_OK && phase_ == Phase::receiving)
    complete_ = true;
  else if (!error_)
    error_ = request_.explain(code == CURLE_OK ? CURLE_GOT_NOTHING : code, phase_);
  wake();
}

void Transfer::context_gone() {
  running_ = false;
  timer_.reset();
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  const std::size_t bytes = size * count;
  return static_cast<Transfer*>(self)->take_header({data, bytes}) ? bytes : 0;
}

bool Transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > asked().header_limit) {
    error_ = request_.explain_limit("headers", asked().header_limit);
    return false;
  }
  if (phase_ == Phase::receiving) return true;  // a trailer
  if (line.starts_with("HTTP/")) {
    status_ = 0;
    headers_.clear();
    const std::string_view code = trim(line.substr(std::min(line.find(' '), line.size()))).substr(0, 3);
    std::from_chars(code.data(), code.data() + code.size(), status_);
  } else if (trim(line).empty()) {
    if (status_ < 200) return true;  // an interim answer; the real one follows
    phase_ = Phase::receiving;
    wake();
  } else if (line.front() == ' ' || line.front() == '\t') {
    if (!headers_.empty()) headers_.back().second.append(" ").append(trim(line));
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    headers_.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return true;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  if (transfer.waiting_.size() >= kHighWater) {
    transfer.paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer.body_bytes_ += bytes;
  if (transfer.body_bytes_ > transfer.asked().body_limit) {
    transfer.error_ = transfer.request_.explain_limit("body", transfer.asked().body_limit);
    return 0;
  }
  transfer.waiting_.append(data, bytes);
  transfer.wake();
  return bytes;
}

int Transfer::on_connected(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  // The waiting coroutine finds the later time when the connection's is over.
  transfer.phase_ = Phase::waiting;
  transfer.phase_end_ = after(transfer.asked().headers_timeout);
  if (transfer.asked().headers_timeout < transfer.asked().connect_timeout) transfer.wake();
  return CURL_PREREQFUNC_OK;
}

Task<void> Transfer::wait_until(Clock::time_point time) {
  timer_->expires_at(time);
  waits_ = true;
  (void)co_await timer_->async_wait(asio::as_tuple(asio::use_awaitable));
  waits_ = false;
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

void Transfer::wake() {
  if (waits_ && timer_) timer_->cancel();
}

void Transfer::stop() {
  if (std::exchange(running_, false)) multi_.remove(*this);
}

Status Transfer::fail_with(Error error) {
  stop();
  waiting_.clear();
  error_ = std::move(error);
  return base::fail(*error_);
}

Status Transfer::check_time(Clock::time_point phase_end) {
  const auto now = Clock::now();
  if (now >= asked().deadline) return fail_with(request_.explain_timeout(phase_, true));
  if (now >= phase_end) return fail_with(request_.explain_timeout(phase_, false));
  return {};
}

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(TransportOptions options) : options_(std::move(options)) {}

  Task<Result<std::unique_ptr<HttpExchange>>> send(HttpRequest request) override {
    auto transfer =
        std::make_unique<Transfer>(CurlMulti::of(co_await asio::this_coro::executor), std::move(request));
    GENKAI_CO_RETURN_IF_ERROR(transfer->start(options_));
    const Status arrived = co_await transfer->headers_arrived();
    GENKAI_CO_RETURN_IF_ERROR(arrived);
    co_return std::unique_ptr<HttpExchange>(std::move(transfer));
  }

 private:
  const TransportOptions options_;
};

}  // namespace

std::shared_ptr<Transport> curl_transport(const TransportOptions& options) {
  return std::make_shared<CurlTransport>(options);
}

}  // namespace genkai::model
