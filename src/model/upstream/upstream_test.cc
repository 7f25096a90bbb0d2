#include "model/upstream/upstream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <thread>

#include "base/rng.h"
#include "model/upstream/upstream_world.h"

namespace genkai::model {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Task;
using testing::HasSubstr;
using testing::Not;

TEST(Upstream, SendsTheProtocolAndSettlesTheUsage) {
  UpstreamOptions options = fast_options();
  options.price_prompt = 2;
  options.price_completion = 10;
  World world(
      [](const HttpRequest&, std::size_t) {
        return ScriptedAnswer::json(
            chat_answer("hi", R"({"prompt_tokens": 1000, "completion_tokens": 100})"));
      },
      options);
  Upstream::Call call;
  call.traceparent = "00-1-2-01";
  call.expected = {.prompt_tokens = 5'000, .completion_tokens = 500};
  {
    const Answer reply = world.call(false, call);
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)->status(), 200);
    EXPECT_THAT((*reply)->body(), HasSubstr("hi"));
    EXPECT_EQ(world.upstream.budget().reserved().prompt_tokens, 5'000U);
    EXPECT_EQ(world.upstream.counters().in_flight, 0);
  }
  EXPECT_EQ(world.upstream.budget().spent().prompt_tokens, 1'000U);
  EXPECT_DOUBLE_EQ(world.upstream.budget().spent().money, 0.003);
  EXPECT_EQ(world.upstream.budget().reserved().prompt_tokens, 0U);
  const HttpRequest request = world.transport->requests().at(0);
  EXPECT_EQ(request.url, "http://test/v1/chat/completions");
  EXPECT_EQ(find_header(request.headers, "authorization"), "Bearer " + kKey);
  EXPECT_EQ(find_header(request.headers, "traceparent"), "00-1-2-01");
}

TEST(Upstream, WithoutUsageTheEstimateIsSpentAndAFailureCostsNothing) {
  World world([](const HttpRequest&, std::size_t n) {
    return n == 0 ? ScriptedAnswer::json(chat_answer("hi")) : ScriptedAnswer::json("{}", 400);
  });
  Upstream::Call call;
  call.expected = {.prompt_tokens = 7, .completion_tokens = 3};
  EXPECT_TRUE(world.call(false, call));
  EXPECT_EQ(world.upstream.budget().spent().completion_tokens, 3U);
  EXPECT_EQ((*world.call(false, call))->status(), 400);
  EXPECT_EQ(world.upstream.budget().spent().completion_tokens, 3U);
}

TEST(Upstream, ABudgetThatIsSpentSendsNothing) {
  UpstreamOptions options = fast_options();
  options.budget.tokens = 100;
  World world([](const HttpRequest&, std::size_t) { return ScriptedAnswer::json(chat_answer("hi")); },
              options);
  Upstream::Call call;
  call.expected = {.prompt_tokens = 101};
  EXPECT_EQ(world.call(false, call).error().code, Code::resource_exhausted);
  EXPECT_TRUE(world.transport->requests().empty());
}

TEST(Upstream, AStreamIsWholeWithDoneOrWithAllFinishReasons) {
  const auto chunks = [](std::vector<std::string> events, bool cut) {
    return [events, cut](const HttpRequest&, std::size_t) {
      return cut ? ScriptedAnswer::events(events).cut() : ScriptedAnswer::events(events);
    };
  };
  const std::string stop = chat_chunk("{}", "\"stop\"");
  const std::string second = R"({"choices": [{"index": 1, "delta": {"content": "x"}}]})";
  struct Case {
    std::vector<std::string> events;
    bool cut, whole;
  };
  const std::vector<Case> cases{
      {{chat_chunk(kHello), stop, "[DONE]"}, false, true},
      {{chat_chunk(kHello), stop}, false, true},
      {{chat_chunk(kHello), stop}, true, true},  // cut, but after all was said
      {{chat_chunk(kHello), "[DONE]"}, false, true},
      {{chat_chunk(kHello)}, false, false},
      {{chat_chunk(kHello)}, true, false},
      {{chat_chunk(kHello), second, stop}, false, false},  // the second choice never ends
      {{chat_chunk(kHello), R"({"error": {"message": "lost"}})", "[DONE]"}, false, false},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    World world(chunks(cases[i].events, cases[i].cut));
    const Answer reply = world.call(true);
    ASSERT_TRUE(reply) << i;
    EXPECT_EQ(world.upstream.counters().in_flight, 1);
    const auto [events, status] = drain(**reply);
    EXPECT_EQ(status.has_value(), cases[i].whole) << i;
    if (!status) {
      EXPECT_EQ(status.error().code, Code::unavailable) << i;
      EXPECT_FALSE(base::run_blocking((*reply)->next())) << "the error stays";
    }
    EXPECT_EQ(world.upstream.counters().in_flight, 0) << "free at the end, not when the reply goes";
    EXPECT_EQ(world.upstream.counters().failures, cases[i].whole ? 0U : 1U) << i;
  }
}

TEST(Upstream, AMalformedEventLaterEndsTheStreamAfterWhatCameBefore) {
  World world([](const HttpRequest&, std::size_t) {
    return ScriptedAnswer::events({chat_chunk(kHello), chat_chunk(kHello), "{half", "[DONE]"});
  });
  const Answer reply = world.call(true);
  const auto [events, status] = drain(**reply);
  EXPECT_EQ(events.size(), 2U);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::corrupt);
}

TEST(Upstream, TheEndAfterDoneIsNotWaitedForLong) {
  World world([](const HttpRequest&, std::size_t) {
    ScriptedAnswer answer = ScriptedAnswer::events({chat_chunk(kHello, "\"stop\""), "[DONE]"});
    answer.hangs = true;
    return answer;
  });
  const Answer reply = world.call(true);
  EXPECT_EQ(drain(**reply).first.size(), 1U);
}

TEST(Upstream, OtherRepliesComeAsTheyAreWithoutTheKey) {
  for (int status : {400, 401, 404, 422, 302}) {
    World world([&](const HttpRequest&, std::size_t) {
      return ScriptedAnswer::json(R"({"error": {"message": "Bearer )" + kKey + R"( is wrong"}})", status,
                                  {{"x-id", "7"}});
    });
    const Answer reply = world.call(true);
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)->status(), status);
    EXPECT_EQ((*reply)->header("X-Id"), "7");
    EXPECT_THAT((*reply)->body(), HasSubstr("Bearer [key] is wrong"));
    EXPECT_EQ(world.transport->requests().size(), 1U);
  }
}

TEST(Upstream, StatusesThatMayPassAreTriedAgainAndThenHandedOn) {
  for (int status : {408, 409, 429, 500, 503}) {
    World passing([&](const HttpRequest&, std::size_t n) {
      return n < 3 ? ScriptedAnswer::json("{}", status, {{"retry-after", "0"}})
                   : ScriptedAnswer::json(chat_answer("hi"));
    });
    EXPECT_EQ((*passing.call())->status(), 200);
    World staying([&](const HttpRequest&, std::size_t) {
      return ScriptedAnswer::json(R"({"error": "busy"})", status);
    });
    const Answer reply = staying.call();
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)->status(), status);
    EXPECT_EQ((*reply)->body(), R"({"error": "busy"})");
    EXPECT_EQ(staying.transport->requests().size(), 4U);
  }
}

TEST(Upstream, ARetryAfterBeyondTheDeadlineEndsAtOnce) {
  for (const auto& [status, code] : {std::pair{429, Code::resource_exhausted}, {503, Code::unavailable}})
    for (const char* after : {"3600", "Fri, 01 Jan 2100 00:00:00 GMT"}) {
      World world([&](const HttpRequest&, std::size_t) {
        return ScriptedAnswer::json("{}", status, {{"retry-after", after}});
      });
      const Answer reply = world.call();
      ASSERT_FALSE(reply);
      EXPECT_EQ(reply.error().code, code);
      EXPECT_THAT(reply.error().message, HasSubstr("asks to wait"));
      EXPECT_EQ(world.transport->requests().size(), 1U);
    }
}

TEST(Upstream, ASkewedClockMakesNobodyWait) {
  World world([](const HttpRequest&, std::size_t n) {
    return n == 0 ? ScriptedAnswer::json("{}", 503,
                                         {{"retry-after", "Fri, 01 Jan 2100 00:00:00 GMT"},
                                          {"date", "Fri, 01 Jan 2100 00:00:00 GMT"}})
                  : ScriptedAnswer::json(chat_answer("hi"));
  });
  EXPECT_EQ((*world.call())->status(), 200);
}

TEST(Upstream, TheDeadlineEndsTheTries) {
  UpstreamOptions options = fast_options();
  options.retries = 1'000'000;
  options.first_backoff = options.longest_backoff = 2ms;
  World world([](const HttpRequest&, std::size_t) { return ScriptedAnswer::refused(); }, options);
  Upstream::Call call;
  call.deadline = 30ms;
  EXPECT_FALSE(world.call(false, call));
  EXPECT_LT(world.transport->requests().size(), 10'000U);
}

TEST(Upstream, TheTransportIsToldTheTimes) {
  World world([](const HttpRequest&, std::size_t) { return ScriptedAnswer::json("{}", 400); });
  Upstream::Call call;
  call.deadline = 1h;
  call.answer_within = 1s;
  const auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(world.call(false, call));
  EXPECT_TRUE(world.call(true, call));
  const auto requests = world.transport->requests();
  EXPECT_LE(requests[0].deadline, before + 1min) << "an answer in one piece is due within answer_within";
  EXPECT_GE(requests[1].deadline, before + 59min) << "a stream may go on";
  for (const auto& request : requests) {
    EXPECT_LE(request.headers_timeout, 1s);
    EXPECT_LE(request.connect_timeout, 1s);
  }
}

TEST(Upstream, TheCircuitOpensAndAProbeClosesIt) {
  UpstreamOptions options = fast_options();
  options.breaker_failures = 3;
  options.breaker_pause = 5ms;
  options.retries = 9;
  std::atomic<bool> healthy{false};
  World world(
      [&](const HttpRequest&, std::size_t) {
        return healthy ? ScriptedAnswer::json(chat_answer("hi")) : ScriptedAnswer::refused();
      },
      options);
  EXPECT_FALSE(world.call());
  EXPECT_EQ(world.transport->requests().size(), 3U) << "the call itself opened it";
  while (world.upstream.circuit() == CircuitState::open) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(world.upstream.circuit(), CircuitState::half_open);
  EXPECT_FALSE(world.call());
  EXPECT_EQ(world.transport->requests().size(), 4U) << "one probe";
  while (world.upstream.circuit() == CircuitState::open) std::this_thread::sleep_for(1ms);
  healthy = true;
  EXPECT_TRUE(world.call());
  EXPECT_EQ(world.upstream.circuit(), CircuitState::closed);
}

TEST(Upstream, AnOpenCircuitRefusesAtOnce) {
  UpstreamOptions options = fast_options();
  options.breaker_failures = 1;
  options.breaker_pause = 1h;
  World world([](const HttpRequest&, std::size_t) { return ScriptedAnswer::json("{}", 500); }, options);
  EXPECT_EQ((*world.call())->status(), 500) << "what opened it is handed on";
  const Answer refused = world.call();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_EQ(world.transport->requests().size(), 1U);
  EXPECT_EQ(world.upstream.counters().refused_by_breaker, 1U);
}

TEST(Upstream, TooManyRequestsIsNoFailureOfTheEndpoint) {
  UpstreamOptions options = fast_options();
  options.breaker_failures = 1;
  World world([](const HttpRequest&, std::size_t) { return ScriptedAnswer::json("{}", 429); }, options);
  EXPECT_TRUE(world.call());
  EXPECT_EQ(world.upstream.circuit(), CircuitState::closed);
}

TEST(Upstream, StreamsThatAreCutOpenTheCircuitToo) {
  UpstreamOptions options = fast_options();
  options.breaker_failures = 2;
  options.breaker_pause = 1h;
  World world(
      [](const HttpRequest&, std::size_t) { return ScriptedAnswer::events({chat_chunk(kHello)}).cut(); },
      options);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(world.upstream.circuit(), CircuitState::closed);
    const Answer reply = world.call(true);
    EXPECT_FALSE(drain(**reply).second);
  }
  EXPECT_EQ(world.upstream.circuit(), CircuitState::open);
}

TEST(Upstream, CancellationGivesEverythingBack) {
  using namespace boost::asio::experimental::awaitable_operators;
  UpstreamOptions options = fast_options();
  options.concurrency = 1;
  for (const bool in_body : {false, true}) {
    World world(
        [in_body](const HttpRequest&, std::size_t n) {
          if (n > 0) return ScriptedAnswer::json(chat_answer("hi"));
          ScriptedAnswer answer = ScriptedAnswer::json("{");
          answer.hangs = in_body;
          if (!in_body) answer.before = 1h;
          return answer;
        },
        options);
    auto run = [](Upstream& upstream) -> Task<bool> {
      Upstream::Call call;
      call.path = "/chat/completions";
      call.expected.prompt_tokens = 100;
      auto either = co_await (upstream.call(std::move(call)) || base::sleep_for(3ms));
      co_return either.index() == 1;
    };
    EXPECT_TRUE(base::run_blocking(run(world.upstream)));
    EXPECT_EQ(world.upstream.counters().in_flight, 0);
    EXPECT_EQ(world.upstream.budget().reserved().prompt_tokens, 0U);
    EXPECT_TRUE(world.call()) << "the only place is free again";
  }
}

// Whatever comes back, in whatever order: never more tries than allowed, no key in what is said, nothing
// held.
TEST(Upstream, AnyMixtureOfAnswersStaysWithinItsBounds) {
  base::Rng rng(20'261'124);
  const std::vector<ScriptedAnswer> answers{
      ScriptedAnswer::refused(),
      ScriptedAnswer::json("{" + kKey, 200),
      ScriptedAnswer::json(R"({"error": ")" + kKey + R"("})", 500),
      ScriptedAnswer::json("{}", 429, {{"retry-after", "0"}}),
      ScriptedAnswer::json(R"({"error": {"message": ")" + kKey + R"("}})", 200),
      ScriptedAnswer::json(R"({"error": {"message": ")" + kKey + R"("}})", 401),
      {.headers = {{"content-type", kKey}}, .pieces = {kKey}},
      {.error = base::Error{Code::corrupt, "said " + kKey, {}}},
      {.error = base::Error{Code::invalid_argument, "said " + kKey, {}}},
      ScriptedAnswer::json("{").cut(),
      ScriptedAnswer::json(chat_answer("hi")),
  };
  for (int round = 0; round < 300; ++round) {
    UpstreamOptions options = fast_options();
    options.retries = rng.below(5);
    options.breaker_failures = 1 + rng.below(6);
    World world([&](const HttpRequest&, std::size_t) { return answers[rng.below(answers.size())]; }, options);
    for (int i = 0; i < 3; ++i) {
      const std::size_t before = world.transport->requests().size();
      const Answer reply = world.call();
      EXPECT_LE(world.transport->requests().size() - before, options.retries + 1);
      if (reply)
        EXPECT_THAT((*reply)->body(), Not(HasSubstr(kKey)));
      else
        EXPECT_THAT(reply.error().message + reply.error().hint, Not(HasSubstr(kKey)));
    }
    EXPECT_EQ(world.upstream.counters().tries, world.transport->requests().size());
    EXPECT_EQ(world.upstream.counters().in_flight, 0);
    EXPECT_EQ(world.upstream.counters().waiting, 0);
    EXPECT_EQ(world.upstream.budget().reserved().prompt_tokens, 0U);
  }
}

TEST(Upstream, ManyThreadsShareOne) {
  UpstreamOptions options = fast_options();
  options.concurrency = 4;
  std::atomic<int> least_free{4};
  World world(
      [](const HttpRequest&, std::size_t n) {
        if (n % 7 == 3) return ScriptedAnswer::refused();
        if (n % 3 == 0)
          return ScriptedAnswer::events({chat_chunk(kHello), chat_chunk("{}", "\"stop\""), "[DONE]"});
        return ScriptedAnswer::json(chat_answer("hi"));
      },
      options);
  auto one = [](Upstream& upstream, bool stream, std::atomic<int>& free) -> Task<bool> {
    Upstream::Call call;
    call.path = "/chat/completions";
    call.stream = stream;
    auto reply = co_await upstream.call(std::move(call));
    const int left = 4 - static_cast<int>(upstream.counters().in_flight);
    if (left < free) free = left;
    while (reply && stream && (*reply)->status() == 200) {
      const auto event = co_await (*reply)->next();
      if (!event || !*event) break;
    }
    co_return true;
  };
  std::vector<std::jthread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&] {
      auto all = [&]() -> Task<std::vector<bool>> {
        std::vector<Task<bool>> tasks;
        for (int i = 0; i < 60; ++i) tasks.push_back(one(world.upstream, i % 2 == 0, least_free));
        co_return co_await base::side_by_side(std::move(tasks));
      };
      EXPECT_EQ(base::run_blocking(all()).size(), 60U);
    });
  threads.clear();
  EXPECT_GE(least_free, 0);
  EXPECT_EQ(world.upstream.counters().calls, 180U);
  EXPECT_EQ(world.upstream.counters().in_flight, 0);
}

}  // namespace
}  // namespace genkai::model
