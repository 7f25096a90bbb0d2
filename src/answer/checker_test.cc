#include "answer/checker.h"

#include <gtest/gtest.h>

#include "answer/documents.h"
#include "answer/scripted_model.h"
#include "base/thread_pool.h"

namespace genkai::answer {
namespace {

using base::Json;
using core::Outcome;
using core::Reason;

class CheckerTest : public ::testing::Test {
 protected:
  CheckedReply check(ScriptedModel& model, std::vector<model::ChatMessage> messages,
                     const knowledge::KnowledgeView* knowledge = nullptr) {
    model::ChatRequest request;
    request.messages = std::move(messages);
    request.tools = tools_;
    core::Trace trace;
    const Checker checker({}, {&model, pool_});
    return *base::run_blocking(checker.check(std::move(request), {"", "", "2026-06-15"}, knowledge, trace));
  }
  Json tools_;
  base::ThreadPool* pool_ = nullptr;
};

TEST_F(CheckerTest, SamplesThatAgreeAnswer) {
  ScriptedModel model([](const auto&, std::size_t sample) -> base::Result<std::string> {
    return sample % 2 == 0 ? "Canberra" : "The capital of Australia is Canberra.";
  });
  const auto reply = check(model, {{"user", "What is the capital of Australia?"}});
  EXPECT_EQ(reply.answer.outcome, Outcome::answered) << reply.answer.message;
  EXPECT_EQ(reply.answer.answers.at(0).agreeing, 5U);
  EXPECT_EQ(reply.answer.answers.at(0).basis, core::Basis::agreement);
  EXPECT_TRUE(reply.answer.certificates.empty());
  EXPECT_NE(reply.sample.text.find("Canberra"), std::string::npos);
  EXPECT_EQ(reply.usage.completion_tokens, 50U);
  EXPECT_EQ(reply.model, "scripted");
}

TEST_F(CheckerTest, SamplesThatDisagreeAreNotReleased) {
  ScriptedModel model([](const auto&, std::size_t sample) -> base::Result<std::string> {
    return sample < 3 ? "In 1874." : "In " + std::to_string(1880 + sample) + ".";
  });
  const auto reply = check(model, {{"user", "In which year was the old mill of Brackwater built?"}});
  EXPECT_EQ(reply.answer.outcome, Outcome::abstained);
  EXPECT_EQ(reply.answer.reason, Reason::low_confidence);
  EXPECT_NE(reply.answer.message.find("5 drafts 3 say the same"), std::string::npos) << reply.answer.message;
  EXPECT_EQ(reply.sample.text, "In 1874.") << "of the largest group";
}

TEST_F(CheckerTest, ColdRequestsAreSampledWarmerAfterTheFirst) {
  ScriptedModel model([](const auto&, std::size_t) -> base::Result<std::string> { return "1874"; });
  model::ChatRequest request;
  request.messages = {{"user", "In which year was the old mill built?"}};
  request.temperature = 0;
  core::Trace trace;
  const Checker checker({}, {&model, nullptr});
  ASSERT_TRUE(base::run_blocking(checker.check(std::move(request), {}, nullptr, trace)));
  ASSERT_EQ(model.requests.size(), 2U);
  EXPECT_EQ(model.requests[0].temperature, 0.0);
  EXPECT_EQ(model.requests[0].samples, 1U);
  EXPECT_EQ(model.requests[1].temperature, 0.7);
  EXPECT_EQ(model.requests[1].samples, 4U);
}

TEST_F(CheckerTest, OpenQuestionsPassOnUnchanged) {
  const std::string poem = "Roses are red,\n\nviolets are blue.  ";
  ScriptedModel model([&](const auto&, std::size_t) -> base::Result<std::string> { return poem; });
  const auto reply = check(model, {{"user", "Write a poem about flowers."}});
  EXPECT_EQ(reply.answer.outcome, Outcome::answered);
  EXPECT_EQ(reply.sample.text, poem);
  EXPECT_EQ(model.requests.at(0).samples, 1U);
  EXPECT_EQ(reply.answer.answers.at(0).claims.at(0).verdict, core::Verdict::not_checkable);
  EXPECT_EQ(core::to_json(reply.answer).find("answers")->items().at(0).find("probability"), nullptr);
}

TEST_F(CheckerTest, TheConversationItselfContradictsTheReply) {
  const std::string handbook =
      "Handbook of the harbour ferry. The ferry leaves from the northern pier. A day ticket for the ferry "
      "costs 900 yen. Children travel free with a grown-up. Dogs are welcome on the upper deck. The ferry "
      "does not run on the first of January. Bicycles may be taken along outside the rush hours.";
  const std::vector<model::ChatMessage> talk{{"system", handbook},
                                             {"user", "How much does a day ticket for the ferry cost?"}};
  ScriptedModel wrong([](const auto&, std::size_t) -> base::Result<std::string> {
    return "A day ticket for the ferry costs 1200 yen.";
  });
  const auto reply = check(wrong, talk);
  EXPECT_EQ(reply.answer.outcome, Outcome::abstained);
  ASSERT_EQ(reply.answer.reason, Reason::conflicting_evidence) << reply.answer.message;
  EXPECT_EQ(reply.answer.conflicts.at(0).sides.at(1).value, "900 yen");
  ScriptedModel right([](const auto&, std::size_t) -> base::Result<std::string> { return "900 yen"; });
  const auto agreed = check(right, talk);
  EXPECT_EQ(agreed.answer.outcome, Outcome::answered) << agreed.answer.message;
  EXPECT_EQ(agreed.answer.answers.at(0).claims.at(0).verdict, core::Verdict::supported);
  // The same in one message, the question before the material.
  const auto first = check(wrong, {{"user", talk.back().content + "\n\n" + handbook}});
  EXPECT_EQ(first.answer.question, talk.back().content);
  EXPECT_EQ(first.answer.reason, Reason::conflicting_evidence) << first.answer.message;
}

TEST_F(CheckerTest, AKnowledgeBaseContradictsAnOpenReply) {
  const auto own = OwnDocuments::read(Json::array(
      {Json::object({{"id", "mill"}, {"text", "The wheel of the old mill has sixteen blades."}})}));
  ScriptedModel model([](const auto&, std::size_t) -> base::Result<std::string> {
    return "The old mill is a fine sight. The wheel of the old mill has twelve blades.";
  });
  const auto reply = check(model, {{"user", "Describe the wheel of the old mill."}}, own->view.get());
  EXPECT_EQ(reply.answer.reason, Reason::conflicting_evidence) << reply.answer.message;
}

TEST_F(CheckerTest, ToolCallsPassOn) {
  tools_ = Json::array({Json::object({{"type", "function"}})});
  ScriptedModel model([](const auto&, std::size_t) -> base::Result<std::string> { return ""; });
  model.tool_calls = Json::array({Json::object({{"id", "call_1"}})});
  const auto reply = check(model, {{"user", "Who is the mayor of Brackwater?"}});
  EXPECT_EQ(reply.answer.outcome, Outcome::answered);
  EXPECT_EQ(model.requests.at(0).samples, 1U);
  EXPECT_EQ(reply.sample.tool_calls.items().size(), 1U);
  EXPECT_NE(reply.answer.answers.at(0).claims.at(0).why.find("unchecked"), std::string::npos);
}

TEST_F(CheckerTest, NotKnowingIsAnAbstention) {
  ScriptedModel model(
      [](const auto&, std::size_t) -> base::Result<std::string> { return "I don't know who that is."; });
  EXPECT_EQ(check(model, {{"user", "Who is the mayor of Brackwater?"}}).answer.reason,
            Reason::insufficient_evidence);
}

TEST_F(CheckerTest, SilenceIsNoAgreement) {
  ScriptedModel model([](const auto&, std::size_t) -> base::Result<std::string> { return " \n"; });
  EXPECT_EQ(check(model, {{"user", "Who is the mayor of Brackwater?"}}).answer.reason,
            Reason::insufficient_evidence);
}

TEST_F(CheckerTest, ANumberBesideTheOneThatTheDocumentHasIsNoContradiction) {
  const auto own = OwnDocuments::read(Json::array(
      {Json::object({{"id", "mill"}, {"text", "The wheel of the old mill has sixteen blades of oak."}})}));
  ScriptedModel model([](const auto&, std::size_t) -> base::Result<std::string> {
    return "The wheel of the old mill has sixteen blades and 3 spokes of oak.";
  });
  EXPECT_EQ(check(model, {{"user", "Describe the wheel of the old mill."}}, own->view.get()).answer.outcome,
            Outcome::answered);
}

TEST_F(CheckerTest, ErrorsAreTheModels) {
  ScriptedModel model([](const auto&, std::size_t) -> base::Result<std::string> {
    return base::fail(base::Code::resource_exhausted, "spent");
  });
  core::Trace trace;
  const Checker checker({}, {&model, nullptr});
  model::ChatRequest request;
  request.messages = {{"user", "Who is the mayor of Brackwater?"}};
  const auto reply = base::run_blocking(checker.check(std::move(request), {}, nullptr, trace));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, base::Code::resource_exhausted);
}

TEST_F(CheckerTest, JapaneseOnAPool) {
  base::ThreadPool pool(2);
  pool_ = &pool;
  ScriptedModel model([](const auto&, std::size_t sample) -> base::Result<std::string> {
    return sample == 0 ? "1894年です。" : "1894年";
  });
  const auto reply = check(model, {{"user", "岬の灯台は何年に建てられましたか。"}});
  EXPECT_EQ(reply.answer.outcome, Outcome::answered) << reply.answer.message;
  EXPECT_EQ(reply.answer.answers.at(0).agreeing, 5U);
}

}  // namespace
}  // namespace genkai::answer
