#include "serve/feedback_api.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "serve/request_fields.h"
#include "text/text.h"

namespace genkai::serve {

using base::Code;
using base::Json;
using base::Task;

namespace {

constexpr std::size_t kLongestNote = 1'000;  // code points

struct FeedbackCall {
  std::string answer_id, note;
  bool correct = false;
};

tl::expected<FeedbackCall, ApiError> read_feedback(const Json& body) {
  RequestFields fields(body);
  FeedbackCall call;
  call.answer_id = fields.text("answer_id").value_or("");
  if (call.answer_id.empty()) fields.refuse("answer_id", "it is missing");
  const Json* correct = fields.take("correct");
  if (!correct || !correct->is_bool()) fields.refuse("correct", "it has to be true or false");
  if (correct) call.correct = correct->as_bool();
  call.note = fields.text("note").value_or("");
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  if (call.note.size() -
          static_cast<std::size_t>(std::count_if(call.note.begin(), call.note.end(), continues)) >
      kLongestNote)
    fields.refuse("note", "it is longer than " + std::to_string(kLongestNote) + " characters");
  if (auto problem = fields.problem()) return tl::unexpected<ApiError>(std::move(*problem));
  return call;
}

ApiError refusal_of(const base::Error& error) {
  if (error.code == Code::not_found) {
    ApiError out = invalid_request(error.message, "answer_id", "answer_not_found");
    out.status = 404;
    return out;
  }
  ApiError out = api_error(error);
  out.status = 503;
  return out;
}

Json moment(std::int64_t seconds) {
  return base::iso_date(seconds);
}

// The wealth may be infinite, which JSON does not know.
Json finite(double value) {
  return std::clamp(value, -1e300, 1e300);
}

Json describe(const PromiseReport& promise) {
  Json json = Json::object({{"risk", promise.risk},
                            {"level", promise.level},
                            {"observed", promise.observed},
                            {"wrong", promise.wrong},
                            {"rate", Json::array({promise.rate.low, promise.rate.high})},
                            {"log_wealth", finite(promise.log_wealth)},
                            {"refuted", promise.refuted.has_value()}});
  if (promise.refuted) json.set("refuted_on", moment(*promise.refuted));
  return json;
}

Json describe(const WatchReport& one, double wanted) {
  Json promises = Json::array();
  for (const PromiseReport& promise : one.promises) promises.push(describe(promise));
  return Json::object({{"object", "watch"},
                       {"kb", one.key.knowledge},
                       {"model", one.key.model},
                       {"hash", one.key.hash},
                       {"current", one.current},
                       {"since", moment(one.since)},
                       {"standing", name_of(one.standing, wanted)},
                       {"level", one.standing.level},
                       {"risk", one.standing.suspends(wanted) ? Json() : Json(one.standing.risk(wanted))},
                       {"observed", one.observed},
                       {"wrong", one.wrong},
                       {"promises", std::move(promises)},
                       {"drift", Json::object({{"scores", one.scores},
                                               {"wealth", finite(one.drift_wealth)},
                                               {"drifted", one.drifted}})}});
}

}  // namespace

Task<void> give_feedback(Exchange& exchange, const Json& body) {
  const auto call = read_feedback(body);
  if (!call) {
    ApiError error = call.error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  RiskWatch& risks = exchange.gateway.risks;
  const auto enter_it = [&risks, &call] {
    return risks.feedback(call->answer_id, call->correct, call->note);
  };
  const auto counted = co_await base::on_pool(exchange.gateway.pool, enter_it);
  if (!counted) {
    ApiError error = refusal_of(counted.error());
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  Json answer = Json::object({{"answer_id", call->answer_id}, {"counted", counted->counted}});
  if (!counted->why.empty()) answer.set("why", counted->why);
  co_await exchange.answer(std::move(answer));
}

Task<void> show_feedback(Exchange& exchange) {
  RiskWatch& risks = exchange.gateway.risks;
  const double wanted = exchange.gateway.options.answerer.policy.risk;
  const auto describe_all = [&risks, wanted] {
    Json data = Json::array();
    for (const WatchReport& one : risks.report()) data.push(describe(one, wanted));
    const RiskWatch::Counters counters = risks.counters();
    return Json::object({{"object", "list"},
                         {"data", std::move(data)},
                         {"kept", counters.kept},
                         {"lost", counters.lost}})
        .dump();
  };
  HttpResponse response;
  response.body = co_await base::on_pool(exchange.gateway.pool, describe_all);
  response.headers.emplace_back("cache-control", "no-store");
  co_await exchange.answer(std::move(response));
}

Json feedback_summary(const std::vector<WatchReport>& reports, std::string_view knowledge, double wanted) {
  std::uint64_t observed = 0, wrong = 0;
  Standing worst;
  bool refuted = false, drifted = false;
  for (const WatchReport& one : reports) {
    if (one.key.knowledge != knowledge || !one.current) continue;
    observed += one.observed;
    wrong += one.wrong;
    worst.level = std::max(worst.level, one.standing.level);
    worst.stopped = worst.stopped || one.standing.stopped;
    refuted = refuted || one.refuted();
    drifted = drifted || one.drifted;
  }
  return Json::object({{"standing", name_of(worst, wanted)},
                       {"observed", observed},
                       {"wrong", wrong},
                       {"refuted", refuted},
                       {"drifted", drifted}});
}

}  // namespace genkai::serve
