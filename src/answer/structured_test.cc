#include "answer/structured.h"

#include <gtest/gtest.h>

#include "answer/scripted_model.h"

namespace genkai::answer {
namespace {

model::ChatRequest request_for(const char* schema) {
  model::ChatRequest request;
  request.messages.push_back({.content = "How old is Ada?"});
  request.response_schema = *base::Json::parse(schema);
  return request;
}

constexpr const char* kAge =
    R"({"type":"object","properties":{"age":{"type":"integer","maximum":150}},"required":["age"],"additionalProperties":false})";

base::Result<model::Completion> complete(ScriptedModel& model, model::ChatRequest request,
                                         ModelsAfter after = {}) {
  core::Trace trace;
  return base::run_blocking(complete_structured(model, std::move(request), trace, std::move(after)));
}

TEST(Structured, WhatConformsIsAskedOnce) {
  ScriptedModel model([](const model::ChatRequest&, std::size_t) { return R"({"age": 36})"; });
  const auto completion = complete(model, request_for(kAge));
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->samples.front().text, R"({"age": 36})");
  EXPECT_EQ(model.requests.size(), 1U);
}

TEST(Structured, AModelThatErrsIsToldWhereAndAskedAgain) {
  ScriptedModel model([](const model::ChatRequest& request, std::size_t) {
    return request.messages.size() == 1 ? R"({"age": 360})" : R"({"age": 36})";
  });
  const auto completion = complete(model, request_for(kAge));
  ASSERT_TRUE(completion) << completion.error().message;
  EXPECT_EQ(completion->samples.front().text, R"({"age": 36})");
  ASSERT_EQ(model.requests.size(), 2U);
  const auto& messages = model.requests[1].messages;
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[1].content, R"({"age": 360})");
  EXPECT_NE(messages[2].content.find("/age is 360, above 150"), std::string::npos) << messages[2].content;
  EXPECT_LE(model.requests[1].deadline, model.requests[0].deadline);
  EXPECT_EQ(completion->usage.prompt_tokens, 200U) << "both requests are paid for";
}

TEST(Structured, AModelThatIgnoresTheSchemaIsAtFault) {
  for (const char* said : {R"({"age": "36"})", "Ada is 36 years old.", R"({"age": 36} and so on)",
                           R"({"age": 36, "name": "Ada"})", ""}) {
    ScriptedModel model([said](const model::ChatRequest&, std::size_t) { return said; });
    const auto completion = complete(model, request_for(kAge));
    ASSERT_FALSE(completion) << said;
    EXPECT_EQ(completion.error().code, base::Code::corrupt);
    EXPECT_NE(completion.error().message.find("model 'scripted': its answer does not conform"),
              std::string::npos);
    EXPECT_EQ(model.requests.size(), 2U) << "and is asked no third time";
  }
}

TEST(Structured, TheNextModelIsAskedWhereOneWillNot) {
  ScriptedModel stubborn([](const auto&, std::size_t) { return "Ada is 36."; });
  const auto gone = [](const model::ChatRequest& request, std::size_t) -> base::Result<std::string> {
    if (request.messages.size() > 1) return base::fail(base::Code::unavailable, "gone");
    return std::string(R"({"age": 360})");
  };
  std::vector<model::ChatRequest> third;
  const auto able = [&](const model::ChatRequest& request, std::size_t) {
    third.push_back(request);
    return R"({"age": 36})";
  };
  std::size_t asked = 0, most = 2;
  const ModelsAfter after = [&](std::string_view answered) -> std::unique_ptr<model::LanguageModel> {
    EXPECT_EQ(answered, "scripted");
    if (asked == most) return nullptr;
    if (++asked == 1) return std::make_unique<ScriptedModel>(gone);
    return std::make_unique<ScriptedModel>(able);
  };
  const auto completion = complete(stubborn, request_for(kAge), after);
  ASSERT_TRUE(completion) << completion.error().message;
  EXPECT_EQ(completion->samples.front().text, R"({"age": 36})");
  EXPECT_EQ(stubborn.requests.size(), 2U);
  ASSERT_EQ(third.size(), 1U);
  EXPECT_EQ(third[0].messages.size(), 1U) << "as it was asked at first";
  EXPECT_LE(third[0].deadline, stubborn.requests[0].deadline);
  EXPECT_EQ(completion->usage.prompt_tokens, 400U) << "all requests are paid for";

  asked = 0, most = 1;
  const auto failed = complete(stubborn, request_for(kAge), after);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("does not conform"), std::string::npos) << failed.error().message;
  EXPECT_NE(failed.error().message.find("; gone"), std::string::npos) << failed.error().message;
}

TEST(Structured, WhatCannotBeHeldToIsPassedOn) {
  ScriptedModel model([](const model::ChatRequest&, std::size_t) { return "anything"; });
  EXPECT_TRUE(complete(model, request_for(R"({"not":{"type":"string"}})")))
      << "a schema that is not understood";
  model::ChatRequest cut = request_for(kAge);
  cut.stop = {"}"};
  EXPECT_TRUE(complete(model, cut)) << "a text that the client had cut";
  model.tool_calls = base::Json::array({base::Json::object({{"id", "1"}})});
  EXPECT_TRUE(complete(model, request_for(kAge))) << "a call of a tool";
  model.tool_calls = {};
  model::ChatRequest free;
  free.messages.push_back({.content = "hello"});
  EXPECT_TRUE(complete(model, free));
  EXPECT_EQ(model.requests.size(), 4U);
}

}  // namespace
}  // namespace genkai::answer
