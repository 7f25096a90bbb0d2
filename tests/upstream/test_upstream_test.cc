#include "upstream/test_upstream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "base/json.h"
#include "upstream/client.h"
#include "upstream/load.h"
#include "upstream/simulated_model.h"

namespace genkai::test {
namespace {

using base::Json;

const std::string kChat = "/v1/chat/completions";

std::string chat_body(std::string_view text, std::string_view more = {}) {
  return R"({"model":"test-model","messages":[{"role":"user","content":)" + Json(text).dump() + "}]" +
         std::string(more) + "}";
}

Exchange post(const TestUpstream& upstream, const std::string& path, const std::string& body,
              Fields headers = {}) {
  return base::run_blocking(fetch(upstream.port(), "POST", path, body, std::move(headers)));
}

Json parsed(const Exchange& exchange) {
  auto json = Json::parse(exchange.body);
  EXPECT_TRUE(json) << exchange.body;
  return json ? *json : Json();
}

std::string streamed_text(const std::vector<std::string>& events) {
  std::string text;
  for (const std::string& event : events) {
    if (event == "[DONE]") continue;
    const auto json = Json::parse(event);
    for (const Json& choice : json->find("choices")->items()) text += choice.find("delta")->string("content");
  }
  return text;
}

TEST(TestUpstream, Chats) {
  const auto upstream = TestUpstream::start({});
  const Exchange answer = post(*upstream, kChat, chat_body("Hello there, 世界"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.whole);
  const Json json = parsed(answer);
  const Json& choice = json.find("choices")->items().at(0);
  EXPECT_EQ(choice.find("message")->string("content"), "Hello there, 世界");
  EXPECT_EQ(choice.string("finish_reason"), "stop");
  EXPECT_GT(json.find("usage")->number("completion_tokens"), 0);
}

TEST(TestUpstream, StreamsTheSameTextWithUsageWhenAsked) {
  const auto upstream = TestUpstream::start({});
  const Exchange answer =
      post(*upstream, kChat,
           chat_body("count to 50", R"(,"stream":true,"stream_options":{"include_usage":true})"));
  EXPECT_EQ(answer.header("content-type"), "text/event-stream; charset=utf-8");
  const auto events = events_of(answer.body);
  ASSERT_GT(events.size(), 52U);
  EXPECT_EQ(events.back(), "[DONE]");
  EXPECT_THAT(events[events.size() - 2], testing::HasSubstr("\"total_tokens\""));
  EXPECT_THAT(streamed_text(events), testing::StartsWith("1 2 3"));
  EXPECT_THAT(streamed_text(events), testing::EndsWith("49 50"));
}

TEST(TestUpstream, SamplesDifferOnlyBySeedAndNumber) {
  const auto upstream = TestUpstream::start({});
  const std::string body = chat_body("Guess a number", R"(,"n":3,"seed":7)");
  const Json one = parsed(post(*upstream, kChat, body)), two = parsed(post(*upstream, kChat, body));
  EXPECT_EQ(one.find("choices")->items().size(), 3U);
  EXPECT_EQ(one.find("choices")->dump(), two.find("choices")->dump());
  EXPECT_NE(one.find("choices")->items()[0].find("message")->string("content"),
            one.find("choices")->items()[1].find("message")->string("content"));
}

TEST(TestUpstream, GivesLogprobsStopsAndLimits) {
  const auto upstream = TestUpstream::start({});
  const Json json = parsed(post(
      *upstream, kChat, chat_body("one two three", R"(,"logprobs":true,"top_logprobs":2,"stop":" three")")));
  const Json& choice = json.find("choices")->items()[0];
  EXPECT_EQ(choice.find("message")->string("content"), "one two");
  const Json& token = choice.find("logprobs")->find("content")->items().at(1);
  EXPECT_EQ(token.string("token"), " two");
  EXPECT_LT(token.number("logprob"), 0);
  EXPECT_EQ(token.find("top_logprobs")->items().size(), 2U);
  const Json cut = parsed(post(*upstream, kChat, chat_body("one two three", R"(,"max_tokens":1)")));
  EXPECT_EQ(cut.find("choices")->items()[0].string("finish_reason"), "length");
}

TEST(TestUpstream, FillsASchemaAndCallsATool) {
  const auto upstream = TestUpstream::start({});
  const std::string schema =
      R"({"type":"object","properties":{"name":{"type":"string"},"kind":{"enum":["a","b"]},"n":{"type":"integer","minimum":3},)"
      R"("inner":{"$ref":"#/$defs/I"}},"required":["name","kind","n","inner"],"$defs":{"I":{"type":"array","minItems":1,"items":{"type":"boolean"}}}})";
  const Json json =
      parsed(post(*upstream, kChat,
                  chat_body("Ada", R"(,"response_format":{"type":"json_schema","json_schema":{"schema":)" +
                                       schema + "}}")));
  EXPECT_EQ(json.find("choices")->items()[0].find("message")->string("content"),
            R"({"name":"Ada","kind":"a","n":3,"inner":[false]})");
  const Json called = parsed(post(
      *upstream, kChat,
      chat_body(
          "Paris",
          R"(,"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}])")));
  const Json& choice = called.find("choices")->items()[0];
  EXPECT_EQ(choice.string("finish_reason"), "tool_calls");
  EXPECT_EQ(choice.find("message")->find("tool_calls")->items()[0].find("function")->string("arguments"),
            R"({"city":"Paris"})");
}

TEST(TestUpstream, AnswersFromNumberedPassages) {
  const auto upstream = TestUpstream::start({});
  const std::string passages =
      "0123456789abcdef passage 1 | Animals\nCats sleep a lot. Dogs bark at night.\n0123456789abcdef end "
      "1\n\n"
      "0123456789abcdef passage 2 | Bridges\nThe bridge was opened in 1931. It is red.\n0123456789abcdef end "
      "2\n\n";
  const auto said = [&](const std::string& question) {
    const Json json = parsed(post(*upstream, kChat, chat_body(passages + "Question: " + question)));
    return json.find("choices")->items()[0].find("message")->string("content");
  };
  EXPECT_EQ(
      said("When was the bridge opened?"),
      R"({"answer":"The bridge was opened in 1931.","quotes":[{"passage":2,"quote":"The bridge was opened in 1931."}]})");
  EXPECT_EQ(said("Who was the king of Spain?"), R"({"answer":null,"quotes":[]})");
}

TEST(TestUpstream, EmbedsAsFloatsAndAsBase64) {
  const auto upstream = TestUpstream::start({});
  const Json floats = parsed(
      post(*upstream, "/v1/embeddings", R"({"model":"test-embedder","input":["a b","c"],"dimensions":8})"));
  ASSERT_EQ(floats.find("data")->items().size(), 2U);
  double norm = 0;
  for (const Json& x : floats.find("data")->items()[0].find("embedding")->items())
    norm += x.as_double() * x.as_double();
  EXPECT_NEAR(norm, 1, 1e-6);
  const Json text =
      parsed(post(*upstream, "/v1/embeddings",
                  R"({"model":"test-embedder","input":"a b","dimensions":8,"encoding_format":"base64"})"));
  EXPECT_EQ(text.find("data")->items()[0].string("embedding").size(), 44U);  // 8 floats are 32 bytes
}

TEST(TestUpstream, CompletesAndNamesItsModels) {
  const auto upstream = TestUpstream::start({});
  const Json json =
      parsed(post(*upstream, "/v1/completions", R"({"model":"test-model","prompt":"abc","n":2})"));
  EXPECT_EQ(json.find("choices")->items().size(), 2U);
  const Exchange list = base::run_blocking(fetch(upstream->port(), "GET", "/v1/models", ""));
  EXPECT_THAT(list.body, testing::HasSubstr("\"test-embedder\""));
  EXPECT_EQ(post(*upstream, kChat, R"({"model":"other","messages":[{"role":"user","content":""}]})").status,
            404);
  EXPECT_EQ(post(*upstream, kChat, R"({"model":"test-model"})").status, 400);
}

TEST(TestUpstream, AsksForItsKey) {
  const auto upstream = TestUpstream::start({.key = "k-1"});
  EXPECT_EQ(post(*upstream, kChat, chat_body("a")).status, 401);
  EXPECT_EQ(post(*upstream, kChat, chat_body("a"), {{"Authorization", "Bearer k-1"}}).status, 200);
}

/// Each fault as a client meets it on the wire. Those that hang or drip are in the next test.
TEST(TestUpstream, ActsOutEveryFaultOnceAndThenIsWell) {
  const auto upstream = TestUpstream::start({.huge_bytes = 1 << 20});
  for (const Fault fault : all_faults()) {
    if (fault == Fault::hang_before_headers || fault == Fault::hang_in_stream || fault == Fault::slow_drip ||
        fault == Fault::refused)
      continue;
    for (const bool stream : {false, true}) {
      SCOPED_TRACE(std::string(fault_name(fault)) + (stream ? " streamed" : ""));
      const std::string body = chat_body("count to 20", stream ? R"(,"stream":true)" : "");
      upstream->fail_next(fault);
      const Exchange broken = post(*upstream, kChat, body), well = post(*upstream, kChat, body);
      EXPECT_EQ(well.status, 200);
      EXPECT_TRUE(well.whole);
      EXPECT_THAT(well.body, testing::HasSubstr(stream ? "data: [DONE]" : "19 20"));
      const bool finished = broken.status == 200 && broken.whole &&
                            broken.body.find("\"finish_reason\":\"stop\"") != std::string::npos &&
                            broken.body.size() < (1 << 20) && (stream || Json::parse(broken.body));
      EXPECT_EQ(finished && fault != Fault::malformed_sse && fault != Fault::malformed_json &&
                    fault != Fault::invalid_utf8,
                false);
      switch (fault) {
        case Fault::reset_before_headers:
          EXPECT_EQ(broken.status, 0);
          break;
        case Fault::reset_after_headers:
        case Fault::cut_stream:
          EXPECT_EQ(broken.status, 200);
          EXPECT_FALSE(broken.whole);
          break;
        case Fault::limited_with_delay:
          EXPECT_EQ(broken.header("retry-after"), "1");
          [[fallthrough]];
        case Fault::limited:
          EXPECT_EQ(broken.status, 429);
          break;
        case Fault::internal_error:
          EXPECT_EQ(broken.status, 500);
          break;
        case Fault::unavailable:
          EXPECT_EQ(broken.status, 503);
          break;
        case Fault::clock_skew:
          EXPECT_THAT(broken.header("retry-after"), testing::HasSubstr("2073"));
          break;
        case Fault::wrong_content_type:
          EXPECT_THAT(broken.header("content-type"), testing::HasSubstr("html"));
          break;
        case Fault::huge_body:
          EXPECT_GT(broken.body.size(), 1U << 20);
          break;
        case Fault::empty_choices:
          EXPECT_THAT(broken.body, testing::HasSubstr("\"choices\":[]"));
          break;
        case Fault::truncated_as_success:
          EXPECT_TRUE(broken.whole);
          EXPECT_THAT(broken.body, testing::Not(testing::HasSubstr("[DONE]")));
          break;
        case Fault::invalid_utf8:
          EXPECT_THAT(broken.body, testing::HasSubstr("\xff\xfe"));
          break;
        case Fault::malformed_json:
        case Fault::malformed_sse:
          EXPECT_NE(broken.body, well.body);
          break;
        default:
          FAIL();
      }
    }
  }
}

base::Task<bool> send_and_leave(std::uint16_t port) {
  Client client(co_await boost::asio::this_coro::executor);
  const std::string request = request_text("POST", kChat, chat_body("count to 20", R"(,"stream":true)"));
  const bool connected = co_await client.connect(port);
  const bool sent = co_await client.send(request);
  co_await base::sleep_for(std::chrono::milliseconds(50));
  client.close();
  co_return connected&& sent;
}

TEST(TestUpstream, HangsUntilTheClientGoes) {
  const auto upstream = TestUpstream::start({});
  for (const Fault fault : {Fault::hang_before_headers, Fault::hang_in_stream, Fault::slow_drip}) {
    upstream->fail_next(fault);
    const auto before = upstream->counters().abandoned;
    EXPECT_TRUE(base::run_blocking(send_and_leave(upstream->port())));
    while (upstream->counters().abandoned == before) std::this_thread::yield();
    while (upstream->counters().active != 0) std::this_thread::yield();
  }
}

TEST(TestUpstream, RefusesUntilHealed) {
  const auto upstream = TestUpstream::start({});
  upstream->fail_all(Fault::refused);
  EXPECT_EQ(post(*upstream, kChat, chat_body("a")).status, 0);
  upstream->fail_all(Fault::none);
  EXPECT_EQ(post(*upstream, kChat, chat_body("a")).status, 200);
  EXPECT_EQ(post(*upstream, kChat, chat_body("a"), {{"x-test-fault", "500"}}).status, 500);
  EXPECT_EQ(
      post(*upstream, kChat, R"({"model":"fault:503","messages":[{"role":"user","content":""}]})").status,
      503);
}

TEST(TestUpstream, CarriesAThousandStreams) {
  const auto upstream = TestUpstream::start({});
  const StreamResult streams =
      base::run_blocking(many_streams(upstream->port(), "test-model", 1000, 20, std::chrono::minutes(2)));
  EXPECT_EQ(streams.whole, 1000U) << streams.problem;
  EXPECT_EQ(streams.events, 20'000U);
  upstream->fail_all(Fault::cut_stream);
  const StreamResult cut =
      base::run_blocking(many_streams(upstream->port(), "test-model", 10, 20, std::chrono::minutes(1)));
  EXPECT_EQ(cut.whole, 0U);
  EXPECT_FALSE(cut.problem.empty());
}

TEST(TestUpstream, TakesLoadInBothLoops) {
  const auto upstream = TestUpstream::start({});
  const std::string request = request_text("POST", kChat, chat_request("test-model", "hello"));
  const LoadResult open =
      base::run_blocking(at_rate(upstream->port(), request, 500, std::chrono::milliseconds(200)));
  EXPECT_EQ(open.microseconds.size(), 100U) << open.problem;
  const LoadResult closed =
      base::run_blocking(as_fast_as_possible(upstream->port(), request, 4, std::chrono::milliseconds(200)));
  EXPECT_GT(closed.microseconds.size(), 100U);
  EXPECT_EQ(closed.failed, 0U) << closed.problem;
  EXPECT_LE(closed.quantile(0.5), closed.quantile(0.99));
}

}  // namespace
}  // namespace genkai::test
