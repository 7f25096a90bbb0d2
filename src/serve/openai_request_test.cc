#include "serve/openai_request.h"

#include <gmock/gmock.h>

#include "serve/answers_api.h"
#include "text/text.h"

namespace genkai::serve {
namespace {

using base::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json json(const std::string& text) {
  const auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Json();
}

Json chat(const std::string& more) {
  return json(R"({"model":"m","messages":[{"role":"user","content":"Who?"}])" + more + "}");
}

// The parameter that the error names, or "" when the request is accepted.
std::string refused(const Json& body, Answering by) {
  const auto call = read_chat(body, by);
  if (call) return "";
  EXPECT_EQ(call.error().status, 400);
  EXPECT_EQ(call.error().type, "invalid_request_error");
  EXPECT_FALSE(call.error().message.empty());
  return call.error().param;
}
std::string by_knowledge(const std::string& more) {
  return refused(chat(more), Answering::from_knowledge);
}
std::string by_checked(const std::string& more) {
  return refused(chat(more), Answering::checked);
}

TEST(OpenaiRequest, WhatIsHonouredIsRead) {
  const auto call = read_chat(
      chat(R"(,"temperature":0.5,"top_p":0.9,"seed":7,"stop":["a","b"],"max_tokens":9,"logprobs":true,
          "top_logprobs":3,"stream":true,"stream_options":{"include_usage":true},
          "tools":[{"type":"function"}],"tool_choice":"auto",
          "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object"}}})"),
      Answering::checked);
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(call->model, "m");
  EXPECT_EQ(call->request.messages.at(0).content, "Who?");
  EXPECT_EQ(call->request.temperature, 0.5);
  EXPECT_EQ(call->request.top_p, 0.9);
  EXPECT_EQ(call->request.seed, 7);
  EXPECT_THAT(call->request.stop, ElementsAre("a", "b"));
  EXPECT_EQ(call->request.max_tokens, 9U);
  EXPECT_TRUE(call->request.logprobs);
  EXPECT_EQ(call->request.top_logprobs, 3U);
  EXPECT_TRUE(call->stream);
  EXPECT_TRUE(call->include_usage);
  EXPECT_EQ(call->request.tools.items().size(), 1U);
  EXPECT_EQ(call->request.tool_choice.as_string(), "auto");
  EXPECT_EQ(call->request.response_schema.string("type"), "object");
}

TEST(OpenaiRequest, WhatCannotBeHonouredIsNamed) {
  EXPECT_EQ(by_knowledge(R"(,"temperature":0.7)"), "temperature");
  EXPECT_EQ(by_knowledge(R"(,"n":2)"), "n");
  EXPECT_EQ(by_knowledge(R"(,"n":0)"), "n");
  EXPECT_EQ(by_knowledge(R"(,"tools":[{"type":"function"}])"), "tools");
  EXPECT_EQ(by_knowledge(R"(,"tool_choice":"required")"), "tool_choice");
  EXPECT_EQ(by_knowledge(R"(,"logprobs":true)"), "logprobs");
  EXPECT_EQ(by_knowledge(R"(,"top_logprobs":1)"), "top_logprobs");
  EXPECT_EQ(by_knowledge(R"(,"response_format":{"type":"json_object"})"), "response_format.type");
  EXPECT_EQ(by_knowledge(R"(,"no_such_field":1)"), "no_such_field");
  EXPECT_EQ(by_knowledge(R"(,"store":true)"), "store");
  EXPECT_EQ(by_knowledge(R"(,"stream":1)"), "stream");
  EXPECT_EQ(by_knowledge(R"(,"stream_options":{"include_usage":true})"), "stream_options");
  EXPECT_EQ(by_knowledge(R"(,"max_tokens":0)"), "max_tokens");
  EXPECT_EQ(by_knowledge(R"(,"max_tokens":5,"max_completion_tokens":5)"), "max_tokens");
  EXPECT_EQ(by_knowledge(R"(,"reasoning_effort":"high")"), "reasoning_effort");
  EXPECT_EQ(by_checked(R"(,"n":0)"), "n");
  EXPECT_EQ(by_checked(R"(,"n":2)"), "n");
  EXPECT_EQ(by_checked(R"(,"temperature":9)"), "temperature");
  EXPECT_EQ(by_checked(R"(,"presence_penalty":0.5)"), "presence_penalty");
  EXPECT_EQ(by_checked(R"(,"logit_bias":{"1":2})"), "logit_bias");
  EXPECT_EQ(by_checked(R"(,"top_logprobs":2)"), "top_logprobs");
  EXPECT_EQ(by_checked(R"(,"parallel_tool_calls":false)"), "parallel_tool_calls");
  EXPECT_EQ(by_checked(R"(,"response_format":{"type":"json_object"})"), "response_format.type");
  EXPECT_EQ(by_checked(R"(,"stream":true,"stream_options":{"x":1})"), "stream_options.x");
  EXPECT_EQ(by_checked(R"(,"extra":null)"), "extra") << "unknown, whatever its value";
}

TEST(OpenaiRequest, DefaultsAndHarmlessFieldsAreAccepted) {
  for (const auto by : {Answering::from_knowledge, Answering::checked})
    EXPECT_EQ(refused(chat(R"(,"temperature":1,"top_p":1,"n":1,"presence_penalty":0,"frequency_penalty":0.0,
                           "logit_bias":{},"logprobs":false,"top_logprobs":0,"tools":[],"tool_choice":"none",
                           "response_format":{"type":"text"},"store":false,"metadata":{"a":"b"},"user":"u",
                           "seed":1,"service_tier":"auto","modalities":["text"],"stop":null,"stream":null,
                           "parallel_tool_calls":true,"max_completion_tokens":100)"),
                      by),
              "");
  EXPECT_EQ(by_knowledge(R"(,"temperature":0,"seed":42)"), "") << "the same question is answered alike";
}

TEST(OpenaiRequest, PartsOfMessagesAreReadOrNamed) {
  const auto with = [](const std::string& messages) {
    return json(R"({"model":"m","messages":)" + messages + "}");
  };
  const auto parts =
      with(R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])");
  EXPECT_EQ(read_chat(parts, Answering::from_knowledge)->request.messages[0].content, "a\nb");
  const auto image = with(
      R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:x"}}]}])");
  EXPECT_EQ(refused(image, Answering::from_knowledge), "messages[0].content[1].type");
  EXPECT_THAT(read_chat(image, Answering::checked)->request.messages[0].images, ElementsAre("data:x"));
  EXPECT_EQ(refused(with("[]"), Answering::checked), "messages");
  EXPECT_EQ(refused(with("7"), Answering::checked), "messages");
  EXPECT_EQ(refused(with(R"([{"role":"king","content":"a"}])"), Answering::checked), "messages[0].role");
  EXPECT_EQ(refused(with(R"([{"role":"user","content":"a","name":"Bo"}])"), Answering::checked),
            "messages[0].name");
  EXPECT_EQ(refused(with(R"([{"role":"user"}])"), Answering::checked), "messages[0].content");
  EXPECT_EQ(refused(with(R"(["hello"])"), Answering::checked), "messages[0]");
  EXPECT_EQ(refused(with(R"([{"role":"system","content":"Be kind."}])"), Answering::from_knowledge),
            "messages");
  EXPECT_EQ(
      refused(with(R"([{"role":"user","content":"a"},{"role":"tool","content":"b"}])"), Answering::checked),
      "messages[1].tool_call_id");
  // As the official clients give an answer back.
  const auto after_tool = with(R"([{"role":"user","content":"a"},
      {"role":"assistant","content":null,"refusal":null,"annotations":[],"audio":null,"function_call":null,
       "tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"1","content":"b"}])");
  const auto call = read_chat(after_tool, Answering::checked);
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(call->request.messages[1].tool_calls.items().size(), 1U);
  EXPECT_EQ(call->request.messages[2].tool_call_id, "1");
}

TEST(OpenaiRequest, CompletionsTakeOneQuestion) {
  EXPECT_EQ(read_completion(json(R"({"model":"genkai/a","prompt":["Who?"]})"))->request.messages[0].content,
            "Who?");
  EXPECT_EQ(read_completion(json(R"({"prompt":["a","b"]})")).error().param, "prompt");
  EXPECT_EQ(read_completion(json(R"({"prompt":"a","echo":true})")).error().param, "echo");
  EXPECT_EQ(read_completion(json(R"({"prompt":"a","suffix":"x"})")).error().param, "suffix");
}

TEST(OpenaiRequest, PassedRequestsAreOnlyEstimated) {
  const auto call = read_passed(
      json(R"({"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":10,"n":3,
               "messages":[{"role":"user","content":"Hello there, you"}],"whatever":{}})"),
      true);
  ASSERT_TRUE(call);
  EXPECT_TRUE(call->stream && call->include_usage);
  EXPECT_EQ(call->expected.completion_tokens, 30U);
  EXPECT_GT(call->expected.prompt_tokens, 8U);
  EXPECT_EQ(read_passed(json(R"({"model":"m","stream":"yes"})"), true).error().param, "stream");
  EXPECT_FALSE(read_passed(json(R"({"model":"m","stream":"yes"})"), false)->stream);
  EXPECT_EQ(read_passed(json(R"({"model":"m","input":["a b c"]})"), false)->expected.completion_tokens, 0U);
  EXPECT_EQ(read_passed(json(R"({"model":"m","max_tokens":-5,"n":-1,"prompt":[[1,2,3]]})"), true)
                ->expected.completion_tokens,
            0U);
}

TEST(OpenaiRequest, TextIsCutAtStopsAndTokens) {
  std::string text = "one two. three";
  EXPECT_FALSE(cut_text(text, {"three", ". "}, {}));
  EXPECT_EQ(text, "one two");
  std::string japanese = "港の橋は一九三一年に開通しました。";
  EXPECT_TRUE(cut_text(japanese, {}, 5));
  EXPECT_LE(text::estimate_tokens(japanese), 5U);
  EXPECT_EQ(japanese.size() % 3, 0U) << "whole characters";
  EXPECT_FALSE(japanese.empty());
}

TEST(AnswersRequest, FieldsAreReadOrNamed) {
  const auto call = read_answers(json(
      R"({"question":"Who?","knowledge_base":"a","risk":0.2,"lang":"ja","samples":3,"stream":true,"today":"2026-01-02"})"));
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(call->risk, 0.2);
  EXPECT_EQ(call->samples, 3);
  EXPECT_TRUE(call->stream);
  const auto param = [](const std::string& text) { return read_answers(json(text)).error().param; };
  EXPECT_EQ(param(R"({"knowledge_base":"a"})"), "question");
  EXPECT_EQ(param(R"({"question":"Who?"})"), "knowledge_base");
  EXPECT_EQ(param(R"({"question":"Who?","knowledge_base":"a","documents":[{"text":"b"}]})"),
            "knowledge_base");
  EXPECT_EQ(param(R"({"question":"Who?","documents":{}})"), "documents");
  EXPECT_EQ(param(R"({"question":"Who?","knowledge_base":"a","risk":1.5})"), "risk");
  EXPECT_EQ(param(R"({"question":"Who?","knowledge_base":"a","lang":"fr"})"), "lang");
  EXPECT_EQ(param(R"({"question":"Who?","knowledge_base":"a","today":"soon"})"), "today");
  EXPECT_EQ(param(R"({"question":"Who?","knowledge_base":"a","temperature":1})"), "temperature");
}

}  // namespace
}  // namespace genkai::serve
