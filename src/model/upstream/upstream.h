#pragma once
// One configured endpoint that speaks the OpenAI protocol: retries, circuit breaker, concurrency limit and
// budget around a Transport. It works on the protocol's own JSON; ChatModel (chat_model.h) gives it types.
//
//   Upstream upstream({.name = "local", .base_url = "http://127.0.0.1:8000/v1", .model = "llama"},
//   transport); auto reply = co_await upstream.call({.path = "/chat/completions", .body = body, .stream =
//   true}); if (reply && reply->status == 200) ... reply->next() ...

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "model/language_model.h"
#include "model/upstream/budget.h"
#include "model/upstream/circuit_breaker.h"
#include "model/upstream/transport.h"

namespace genkai::model {

/// So far from now, at most a day: a time that is given may be too large to count with.
std::chrono::steady_clock::time_point deadline_in(std::chrono::milliseconds time);

struct UpstreamOptions {
  std::string name{};                   // as users call it
  std::string base_url{};               // up to and with "/v1"
  std::string model{};                  // the endpoint's own name of the model
  std::string key{};                    // read from the environment or a file; never printed
  std::vector<std::string> fallback{};  // names of other upstreams, in order
  std::size_t retries = 3;              // after the first try
  std::chrono::milliseconds first_backoff{250}, longest_backoff{8'000};
  std::chrono::milliseconds connect_timeout{5'000}, headers_timeout{60'000}, idle_timeout{30'000};
  std::chrono::milliseconds deadline{120'000};  // of a call with all its retries
  std::size_t concurrency = 32;                 // calls in flight; more wait in line
  std::size_t breaker_failures = 5;             // in a row, and the circuit opens
  std::chrono::milliseconds breaker_pause{10'000};
  BudgetLimits budget{};
  double price_prompt = 0, price_completion = 0;  // money for a million tokens
  std::size_t context_tokens = 0;                 // 0: ask the server
  std::size_t body_limit = 32 << 20;
  std::optional<Capabilities> capabilities{};  // configured: not probed
  std::uint64_t jitter_seed = 0;               // of the backoff; 0: another one in each process
};

/// What the metrics page shows. Counters only grow; `failures` are tries that gave no usable answer.
struct UpstreamCounters {
  std::atomic<std::uint64_t> calls{0}, tries{0}, retries{0}, failures{0}, refused_by_breaker{0};
  std::atomic<std::int64_t> in_flight{0}, waiting{0};
};

class EndpointFacts;

/// Thread-safe. Lives longer than its replies.
class Upstream {
 public:
  struct Call {
    std::string method = "POST";
    std::string path{};  // below base_url: "/chat/completions"
    std::string body{};
    bool stream = false;
    std::string traceparent{};             // W3C trace context to send on, or empty
    Usage expected{};                      // reserved from the budget before the first try
    std::chrono::milliseconds deadline{};  // 0: that of the options
    std::chrono::milliseconds
        answer_within{};  // 0: the deadline; else tries end sooner than a stream may last
    bool probe = false;   // one try, and the circuit breaker neither asked nor told
  };

  /// What the endpoint said. A 2xx status has been checked for its content type; every other status that is
  /// left after the retries comes with its body as the endpoint wrote it, for whoever passes it on.
  class Reply {
   public:
    virtual ~Reply() = default;
    /// Who answered: after a fallback another than was asked.
    virtual const Upstream& upstream() const = 0;
    virtual int status() const = 0;
    virtual std::string_view header(std::string_view name) const = 0;
    /// Not streamed: the whole body, valid JSON when the status is 2xx. REQUIRES: !call.stream or status !=
    /// 2xx.
    virtual const std::string& body() const = 0;
    /// Streamed: the data of the next event, without [DONE]; nullopt after [DONE]. The first event has
    /// already arrived when call() returns, so that until then a retry goes unseen; of a completion it is the
    /// first that holds a choice. A stream that ends without [DONE] is whole when each of its choices had a
    /// finish_reason, else unavailable (cut). Errors: unavailable (also when the endpoint reports one),
    /// deadline_exceeded, corrupt (no event, no JSON, too large). After an error: the same again.
    virtual base::Task<base::Result<std::optional<std::string>>> next() = 0;
    /// True when next() has an event at hand and need not wait.
    virtual bool ready() const { return false; }
    /// Tells the budget what was used. Without it the usage that was seen in the answer counts, else the
    /// reservation, when the status is 2xx.
    virtual void settle(const Usage& used) = 0;
  };

  Upstream(UpstreamOptions options, std::shared_ptr<Transport> transport);
  ~Upstream();
  const UpstreamOptions& options() const { return options_; }

  /// Tries until something other than 408, 409, 429, 5xx or a failed connection comes back, at most `retries`
  /// times more, waiting as retry-after says or with exponential backoff and full jitter, within the
  /// deadline. A broken 200 (malformed JSON or event, wrong content type, no choices, no finish_reason, an
  /// error object, cut before the first event, too large) counts as a failed try. Errors: as
  /// LanguageModel::complete; unavailable at once while the circuit is open; a retry-after that goes beyond
  /// the deadline ends at once too (resource_exhausted after a 429, else unavailable).
  base::Task<base::Result<std::unique_ptr<Reply>>> call(Call call);

  CircuitState circuit() const;
  const UpstreamCounters& counters() const { return counters_; }
  const Budget& budget() const { return budget_; }
  /// `usage` with the money that it costs here, unless it has some.
  Usage priced(Usage usage) const;
  /// What was learnt about the endpoint by asking it (capabilities.h).
  EndpointFacts& facts();

 private:
  struct State;
  UpstreamOptions options_;
  std::shared_ptr<Transport> transport_;
  Budget budget_;
  UpstreamCounters counters_;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::model
