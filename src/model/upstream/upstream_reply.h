#pragma once
// What one try brought back: checks of answers and streams, and the Reply that hands them on.
//
//   GENKAI_CO_ASSIGN_OR_RETURN(auto reply, co_await UpstreamReply::read(std::move(exchange), rules));
//   reply->keep(std::move(holdings));

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "model/upstream/circuit_breaker.h"
#include "model/upstream/concurrency.h"
#include "model/upstream/sse.h"
#include "model/upstream/upstream.h"

namespace genkai::model {

/// Counts something while it lives.
class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(std::atomic<std::int64_t>& value) : value_(&value) { ++*value_; }
  Gauge(Gauge&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Gauge& operator=(Gauge&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Gauge() {
    if (value_) --*value_;
  }

 private:
  std::atomic<std::int64_t>* value_ = nullptr;
};

/// `text` of an endpoint as a message may hold it: without the key, without control characters, of bounded
/// length.
std::string safe_text(std::string_view text, std::string_view key);
/// What an endpoint says in the body of an error: error.message where there is one, else the body's
/// beginning.
std::string reported_error(std::string_view body, std::string_view key);
/// Bytes with each occurrence of the key replaced.
std::string without_key(std::string bytes, std::string_view key);

/// Tells the breaker, and operators when that opened the circuit.
void count_failure(CircuitBreaker::Attempt& attempt, const std::string& name);

/// What a call holds until its answer is over.
struct Holdings {
  Budget::Reservation reservation;
  ConcurrencyLimit::Permit permit;
  Gauge in_flight;
  CircuitBreaker::Attempt attempt;
};

class UpstreamReply final : public Upstream::Reply {
 public:
  /// How an answer is read. All references outlive the reply.
  struct Rules {
    const Upstream& upstream;
    UpstreamCounters& counters;
    bool completion = false;  // of a path whose answers have choices
    bool stream = false;
    std::chrono::steady_clock::time_point answer_by;  // for the first event of a stream
  };

  /// Reads and checks the whole body, of a stream with a 2xx status up to its first event. Errors are those
  /// of a failed try: unavailable, deadline_exceeded, corrupt.
  static base::Task<base::Result<std::unique_ptr<UpstreamReply>>> read(std::unique_ptr<HttpExchange> exchange,
                                                                       Rules rules);

  UpstreamReply(std::unique_ptr<HttpExchange> exchange, Rules rules);
  ~UpstreamReply() override;
  void keep(Usage expected, Holdings holdings);

  const Upstream& upstream() const override { return rules_.upstream; }
  int status() const override { return exchange_->status(); }
  std::string_view header(std::string_view name) const override { return exchange_->header(name); }
  const std::string& body() const override { return body_; }
  base::Task<base::Result<std::optional<std::string>>> next() override;
  bool ready() const override { return !ready_.empty(); }
  void settle(const Usage& used) override;

 private:
  bool good() const { return status() >= 200 && status() < 300; }
  base::Task<base::Status> read_body();
  base::Task<base::Status> read_first_event();
  base::Task<void> pull();
  void take(std::string_view bytes);
  base::Status check(const base::Json& answer, bool whole);
  bool all_finished() const;
  base::Error broken(base::Code code, std::string message) const;
  base::Task<void> drain();
  void end();

  std::unique_ptr<HttpExchange> exchange_;
  const Rules rules_;
  std::string body_;
  SseParser parser_;
  std::deque<std::string> ready_;         // events that wait to be taken
  std::map<std::int64_t, bool> choices_;  // by index: has it a finish_reason?
  std::optional<base::Error> failed_;
  bool done_ = false;  // [DONE] or the end of a whole stream was seen
  bool drained_ = false;
  bool over_ = false;  // the failure was told
  std::optional<Usage> seen_;
  Usage expected_;
  Holdings holdings_;
};

}  // namespace genkai::model
