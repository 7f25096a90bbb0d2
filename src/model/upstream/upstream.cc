#include "model/upstream/upstream.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/clock.h"
#include "model/upstream/capabilities.h"
#include "model/upstream/concurrency.h"
#include "model/upstream/retry.h"
#include "model/upstream/upstream_reply.h"

namespace genkai::model {
namespace {

using base::Code;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

std::uint64_t seed_or_new(std::uint64_t seed) {
  if (seed != 0) return seed;
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

milliseconds until(Time time) {
  return std::max(milliseconds(1), std::chrono::ceil<milliseconds>(time - Clock::now()));
}

// What one try came to: a reply (perhaps of a status that another try may change) or an error.
struct Outcome {
  std::unique_ptr<UpstreamReply> reply;
  base::Error error;
  bool again = false;    // another try may help
  bool healthy = false;  // the endpoint is there, whatever it said
};

bool may_help_again(Code code) {
  return code == Code::unavailable || code == Code::deadline_exceeded || code == Code::corrupt ||
         code == Code::resource_exhausted;
}

}  // namespace

struct Upstream::State {
  explicit State(const UpstreamOptions& options)
      : breaker(std::max<std::size_t>(options.breaker_failures, 1), options.breaker_pause),
        limit(std::max<std::size_t>(options.concurrency, 1)),
        backoff(options.first_backoff, options.longest_backoff, seed_or_new(options.jitter_seed)) {}
  CircuitBreaker breaker;
  ConcurrencyLimit limit;
  Backoff backoff;
  EndpointFacts facts;
};

Time deadline_in(milliseconds time) {
  return Clock::now() + std::min<milliseconds>(time, std::chrono::hours(24));
}

Upstream::Upstream(UpstreamOptions options, std::shared_ptr<Transport> transport)
    : options_(std::move(options)),
      transport_(std::move(transport)),
      budget_(options_.budget),
      state_(std::make_unique<State>(options_)) {}

Upstream::~Upstream() = default;

CircuitState Upstream::circuit() const {
  return state_->breaker.state(Clock::now());
}

EndpointFacts& Upstream::facts() {
  return state_->facts;
}

Usage Upstream::priced(Usage usage) const {
  if (usage.money == 0)
    usage.money = (static_cast<double>(usage.prompt_tokens) * options_.price_prompt +
                   static_cast<double>(usage.completion_tokens) * options_.price_completion) /
                  1e6;
  return usage;
}

namespace {

HttpRequest request_of(const UpstreamOptions& options, const Upstream::Call& call, Time deadline,
                       Time answer_by) {
  HttpRequest request;
  request.method = call.method;
  request.url = options.base_url + call.path;
  request.headers = {{"accept", call.stream ? "text/event-stream" : "application/json"},
                     {"user-agent", "genkai"}};
  if (!call.body.empty()) request.headers.emplace_back("content-type", "application/json");
  if (!options.key.empty()) request.headers.emplace_back("authorization", "Bearer " + options.key);
  if (!call.traceparent.empty()) request.headers.emplace_back("traceparent", call.traceparent);
  request.body = call.body;
  const milliseconds left = until(answer_by);
  request.connect_timeout = std::min(options.connect_timeout, left);
  request.headers_timeout = std::min(options.headers_timeout, left);
  request.idle_timeout = std::min(options.idle_timeout, left);
  request.deadline = call.stream ? deadline : answer_by;
  request.body_limit = options.body_limit;
  return request;
}

base::Task<Outcome> try_once(Transport& transport, HttpRequest request, UpstreamReply::Rules rules) {
  Outcome outcome;
  auto exchange = co_await transport.send(std::move(request));
  if (!exchange) {
    outcome.error = exchange.error();
    outcome.error.message = safe_text(outcome.error.message, rules.upstream.options().key);
    outcome.again = may_help_again(outcome.error.code);
    // Headers without end are its fault; no budget or rate is used up.
    if (outcome.error.code == Code::resource_exhausted) outcome.error.code = Code::corrupt;
    co_return outcome;
  }
  auto reply = co_await UpstreamReply::read(std::move(*exchange), rules);
  if (!reply) {
    outcome.error = reply.error();
    outcome.again = may_help_again(outcome.error.code);
    co_return outcome;
  }
  outcome.reply = std::move(*reply);
  const int status = outcome.reply->status();
  outcome.again = worth_retrying(status);
  outcome.healthy = status < 500;
  co_return outcome;
}

}  // namespace

base::Task<base::Result<std::unique_ptr<Upstream::Reply>>> Upstream::call(Call call) {
  ++counters_.calls;
  const std::string who = "model '" + options_.name + "': ";
  const auto failure = [&who](base::Error error) {
    error.message = who + error.message;
    return base::fail(std::move(error));
  };
  const Time start = Clock::now();
  const Time deadline = deadline_in(call.deadline.count() > 0 ? call.deadline : options_.deadline);
  const Time answer_by =
      call.answer_within.count() > 0 ? std::min(deadline, deadline_in(call.answer_within)) : deadline;

  const auto refused = [&] {
    ++counters_.refused_by_breaker;
    return failure({Code::unavailable, "it failed too often in a row and is left alone for a while",
                    "see whether its server runs at " + options_.base_url});
  };
  if (!call.probe && state_->breaker.state(start) == CircuitState::open) co_return refused();
  const Usage expected = priced(call.expected);
  Holdings holdings;
  auto reserved = budget_.reserve(expected);
  if (!reserved) co_return failure(reserved.error());
  holdings.reservation = std::move(*reserved);
  {
    const Gauge waiting(counters_.waiting);
    auto permit = co_await state_->limit.acquire(answer_by);
    if (!permit) co_return failure(permit.error());
    holdings.permit = std::move(*permit);
  }
  holdings.in_flight = Gauge(counters_.in_flight);

  const std::size_t most_tries = call.probe ? 1 : options_.retries + 1;
  const bool completion = call.path == "/chat/completions" || call.path == "/completions";
  const UpstreamReply::Rules rules{*this, counters_, completion, call.stream, answer_by};
  Outcome last;
  std::size_t tries = 0;
  while (true) {
    if (!call.probe) {
      auto attempt = state_->breaker.begin(Clock::now());
      if (!attempt && tries == 0) co_return refused();
      if (!attempt) break;  // others found it broken meanwhile
      holdings.attempt = std::move(*attempt);
    }
    ++counters_.tries;
    if (tries++ > 0) ++counters_.retries;
    last = Outcome();  // the connection of the failed try goes before the next one comes
    HttpRequest request = request_of(options_, call, deadline, answer_by);
    last = co_await try_once(*transport_, std::move(request), rules);
    if (last.reply && !last.again) {
      last.reply->keep(expected, std::move(holdings));
      co_return std::move(last.reply);
    }
    if (!last.reply && !last.again) co_return failure(last.error);  // of the request, not of the endpoint

    ++counters_.failures;
    if (last.healthy)
      holdings.attempt.succeed();
    else
      count_failure(holdings.attempt, options_.name);
    if (tries == most_tries) break;
    milliseconds asked{0};
    if (last.reply) {
      asked = retry_after(last.reply->header("retry-after"), last.reply->header("date"),
                          base::system_clock().unix_seconds())
                  .value_or(milliseconds(0));
      if (asked > answer_by - Clock::now())
        co_return failure({last.reply->status() == 429 ? Code::resource_exhausted : Code::unavailable,
                           "it answered " + std::to_string(last.reply->status()) + " and asks to wait " +
                               std::to_string(asked.count() / 1'000) + " s, longer than there is time",
                           "ask again later, or name a fallback model"});
    }
    const auto wait = asked + state_->backoff.next(tries - 1);
    if (wait >= answer_by - Clock::now()) break;
    co_await base::sleep_for(wait);
  }

  if (last.reply) {
    last.reply->keep({}, std::move(holdings));
    co_return std::move(last.reply);
  }
  if (Clock::now() >= deadline) last.error.code = Code::deadline_exceeded;
  if (tries > 1) last.error.message += " (after " + std::to_string(tries) + " tries)";
  co_return failure(std::move(last.error));
}

}  // namespace genkai::model
