// Every answer that is broken is tried again, and never passed on as a whole one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/upstream/upstream_world.h"

namespace genkai::model {
namespace {

using base::Code;
using testing::HasSubstr;

// Everything that a 200 may be and yet no answer; a good one follows.
struct Broken {
  const char* name;
  bool stream;
  ScriptedAnswer answer;
  Code code;
};

void expect_tried_again(const Broken& broken) {
  World world([&](const HttpRequest&, std::size_t n) {
    if (n < 2) return broken.answer;
    return broken.stream
               ? ScriptedAnswer::events({chat_chunk(kHello), chat_chunk("{}", "\"stop\""), "[DONE]"})
               : ScriptedAnswer::json(chat_answer("hi"));
  });
  const Answer reply = world.call(broken.stream);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ((*reply)->status(), 200);
  EXPECT_EQ(world.upstream.counters().tries, 3U);
  EXPECT_EQ(world.upstream.counters().retries, 2U);
  EXPECT_EQ(world.upstream.counters().failures, 2U);
  if (broken.stream) {
    EXPECT_EQ(drain(**reply).first.size(), 2U) << "nothing of the broken tries is left";
  }
}

void expect_never_shown_as_success(const Broken& broken) {
  World world([&](const HttpRequest&, std::size_t) { return broken.answer; });
  const Answer reply = world.call(broken.stream);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, broken.code) << reply.error().message;
  EXPECT_EQ(world.transport->requests().size(), 4U);
  EXPECT_THAT(reply.error().message, HasSubstr("after 4 tries"));
  EXPECT_THAT(reply.error().message, Not(HasSubstr(kKey)));
  EXPECT_EQ(world.upstream.counters().in_flight, 0);
}

class BrokenAnswer : public testing::TestWithParam<Broken> {};

TEST_P(BrokenAnswer, IsTriedAgain) {
  expect_tried_again(GetParam());
}

TEST_P(BrokenAnswer, IsNeverShownAsSuccess) {
  expect_never_shown_as_success(GetParam());
}

// Not a parameter above: those are copied many times, before any test runs.
TEST(HugeEvent, IsTriedAgainAndNeverShownAsSuccess) {
  const Broken broken{"HugeEvent", true, ScriptedAnswer::events({std::string(33 << 20, 'x')}), Code::corrupt};
  expect_tried_again(broken);
  expect_never_shown_as_success(broken);
}

ScriptedAnswer html() {
  return {.headers = {{"content-type", "text/html"}}, .pieces = {"<html>proxy</html>"}};
}
ScriptedAnswer too_large() {
  ScriptedAnswer answer = ScriptedAnswer::json("{");
  answer.end = base::Error{Code::resource_exhausted, "more than 32 bytes", {}};
  return answer;
}
ScriptedAnswer raw_events(std::string bytes) {
  return {.headers = {{"content-type", "text/event-stream"}}, .pieces = {std::move(bytes)}};
}

INSTANTIATE_TEST_SUITE_P(
    Upstream, BrokenAnswer,
    testing::Values(
        Broken{"Refused", false, ScriptedAnswer::refused(), Code::unavailable},
        Broken{"HeadersTimeout",
               false,
               {.error = base::Error{Code::deadline_exceeded, "no headers", {}}},
               Code::deadline_exceeded},
        Broken{
            "NotHttp", false, {.error = base::Error{Code::corrupt, "not HTTP " + kKey, {}}}, Code::corrupt},
        Broken{"Html", false, html(), Code::corrupt},
        Broken{"MalformedJson", false, ScriptedAnswer::json(R"({"choices": [{"mess)"), Code::corrupt},
        Broken{"InvalidUtf8", false, ScriptedAnswer::json(chat_answer("a\xFF\xFE")), Code::corrupt},
        Broken{"NoChoices", false, ScriptedAnswer::json(R"({"id": "x"})"), Code::corrupt},
        Broken{"EmptyChoices", false, ScriptedAnswer::json(R"({"choices": []})"), Code::corrupt},
        Broken{
            "NoFinishReason", false,
            ScriptedAnswer::json(R"({"choices": [{"message": {"content": "hal"}, "finish_reason": null}]})"),
            Code::unavailable},
        Broken{
            "ErrorInside", false,
            ScriptedAnswer::json(R"({"error": {"message": "key )" + kKey + R"( overloaded", "code": 503}})"),
            Code::unavailable},
        Broken{"FinishedByError", false,
               ScriptedAnswer::json(R"({"choices": [{"message": {}, "finish_reason": "error"}]})"),
               Code::unavailable},
        Broken{"Huge", false, too_large(), Code::corrupt},
        Broken{"CutBody", false, ScriptedAnswer::json("{").cut(), Code::unavailable},
        Broken{"StreamHtml", true, html(), Code::corrupt},
        Broken{"StreamAnsweredWhole", true, ScriptedAnswer::json(chat_answer("hi")), Code::corrupt},
        Broken{"CutBeforeTheFirstEvent", true, ScriptedAnswer::events({}).cut(), Code::unavailable},
        Broken{"EndsBeforeTheFirstEvent", true, ScriptedAnswer::events({}), Code::unavailable},
        Broken{"MalformedSse", true, raw_events("garbage\n\n"), Code::corrupt},
        Broken{"MalformedEvent", true, raw_events("data: {\"choi\n\n"), Code::corrupt},
        Broken{"InvalidUtf8Event", true, raw_events("data: {\"choices\": [\"\xFF\"]}\n\n"), Code::corrupt},
        Broken{"ErrorEvent", true,
               ScriptedAnswer::events({R"({"error": {"message": "no memory"}})", "[DONE]"}),
               Code::unavailable},
        Broken{"DoneWithoutChoice", true, ScriptedAnswer::events({R"({"choices": []})", "[DONE]"}),
               Code::corrupt}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace genkai::model
