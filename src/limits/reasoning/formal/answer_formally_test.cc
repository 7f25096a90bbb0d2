#include "limits/reasoning/formal/answer_formally.h"

#include <gtest/gtest.h>

#include <functional>

#include "limits/reasoning/formal/prompts.h"

namespace genkai::limits::reasoning {
namespace {

using logic::solve::Dialect;
using logic::solve::Status;
using logic::solve::What;

// Says what its script says of the request's last message and the sample's number.
class ScriptedModel : public model::LanguageModel {
 public:
  using Script = std::function<base::Result<std::string>(const std::string& last, std::size_t sample)>;
  explicit ScriptedModel(Script script) : script_(std::move(script)) {}
  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    model::Completion completion;
    for (std::size_t i = 0; i < request.samples; ++i) {
      auto text = script_(request.messages.back().content, i);
      if (!text) co_return base::fail(text.error());
      model::Sample sample;
      sample.text = std::move(*text);
      sample.finish_reason = "stop";
      completion.samples.push_back(std::move(sample));
    }
    completion.usage = {100, 10 * request.samples, 0.5};
    requests.push_back(std::move(request));
    co_return completion;
  }
  base::Task<base::Result<model::Capabilities>> capabilities() override { co_return model::Capabilities{}; }
  std::vector<model::ChatRequest> requests;

 private:
  const std::string name_ = "scripted";
  Script script_;
};

const std::string kProgram =
    "Facts:\nSparrow(Pip, True)\nRules:\nSparrow($x, True) >>> Heavy($x, False)\nQuery:\nHeavy(Pip, True)";
const FormalQuestion kQuestion{"Is the following statement true or false? Pip is heavy.",
                               "No sparrow is heavy. Pip is a sparrow.",
                               {"A) True", "B) False"}};

base::Result<FormalAnswer> ask(ScriptedModel& model, core::Trace& trace, FormalOptions options = {}) {
  return base::run_blocking(answer_formally(model, kQuestion, options, trace));
}

TEST(AnswerFormally, ProgramsThatAgreeAnswer) {
  ScriptedModel model([](const std::string&, std::size_t) { return kProgram; });
  core::Trace trace;
  const auto answer = ask(model, trace);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, Status::ok);
  EXPECT_EQ(answer->answer, "B");
  EXPECT_EQ(answer->agreement(), 1);
  EXPECT_EQ(answer->calls, 1u);
  EXPECT_EQ(answer->usage.prompt_tokens, 100u);
  ASSERT_EQ(model.requests.size(), 1u);
  const std::string& prompt = model.requests[0].messages[0].content;
  EXPECT_NE(prompt.find(kQuestion.premises), std::string::npos);
  EXPECT_NE(prompt.find("B) False"), std::string::npos);
  ASSERT_EQ(trace.stages().size(), 1u);
  EXPECT_EQ(trace.stages()[0].name, "formalise");
  EXPECT_EQ(trace.stages()[0].records.size(), 3u);
  EXPECT_EQ(trace.stages()[0].kept, 3u);
}

TEST(AnswerFormally, WhatCannotBeReadGoesBackWithItsPlace) {
  ScriptedModel model([](const std::string& last, std::size_t) {
    return last.find("cannot be read") != std::string::npos ? kProgram
                                                            : "Facts:\nSparrow(Pip, True\nQuery:\nHeavy(Pip)";
  });
  core::Trace trace;
  const auto answer = ask(model, trace, {.formalisations = 1});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->answer, "B");
  ASSERT_EQ(model.requests.size(), 2u);
  const auto& messages = model.requests[1].messages;
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[1].role, "assistant");
  EXPECT_NE(messages[2].content.find("line 2, column 18: ) is missing here"), std::string::npos)
      << messages[2].content;
  EXPECT_EQ(answer->formalisations[0].rounds, 1u);
}

TEST(AnswerFormally, RoundsAreBounded) {
  ScriptedModel model([](const std::string&, std::size_t) { return "I cannot do that."; });
  core::Trace trace;
  const auto answer = ask(model, trace, {.formalisations = 2, .rounds = 2});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, Status::syntax);
  EXPECT_TRUE(answer->answer.empty());
  EXPECT_EQ(answer->agreement(), 0);
  EXPECT_EQ(answer->calls, 5u);  // one for both, then two rounds of each
}

TEST(AnswerFormally, WithoutAMajorityThereIsNoAnswer) {
  const std::string other =
      kProgram.substr(0, kProgram.find(", False)")) + ", True)\nQuery:\nHeavy(Pip, True)";
  const std::string contradiction = kProgram + "\nFacts:\nHeavy(Pip, True)";
  const auto with = [&](std::vector<std::string> programs) {
    ScriptedModel model([programs](const std::string&, std::size_t i) { return programs[i]; });
    core::Trace trace;
    auto answer = ask(model, trace, {.formalisations = programs.size(), .rounds = 0});
    return answer ? std::move(*answer) : FormalAnswer();
  };
  EXPECT_EQ(with({kProgram, other}).status, Status::ambiguous);
  EXPECT_EQ(with({kProgram, other}).why.what, What::votes_split);
  EXPECT_EQ(with({kProgram, kProgram, other}).answer, "B");
  EXPECT_EQ(with({contradiction, contradiction, kProgram}).status, Status::unsatisfiable);
  EXPECT_EQ(with({contradiction, "?", kProgram}).status == Status::ok, false);
}

TEST(AnswerFormally, TheModelsFailureIsTheError) {
  ScriptedModel model([](const std::string&, std::size_t) -> base::Result<std::string> {
    return base::fail(base::Code::unavailable, "nobody there");
  });
  core::Trace trace;
  const auto answer = ask(model, trace);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::Code::unavailable);
}

TEST(AnswerFormally, AFailureWhileMendingLeavesTheOthers) {
  ScriptedModel model([](const std::string& last, std::size_t i) -> base::Result<std::string> {
    if (last.find("cannot be read") != std::string::npos) return base::fail(base::Code::unavailable, "gone");
    return i == 0 ? "(" : kProgram;
  });
  core::Trace trace;
  const auto answer = ask(model, trace);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->answer, "B");
  EXPECT_EQ(answer->agreeing, 2u);
}

TEST(Prompts, DialectByTheOptionsAndItsExampleExecutes) {
  EXPECT_EQ(dialect_for({}), Dialect::horn);
  EXPECT_EQ(dialect_for({"A) True", "B) False"}), Dialect::horn);
  EXPECT_EQ(dialect_for({"A) True", "B) False", "C) Uncertain"}), Dialect::first_order);
  EXPECT_EQ(dialect_for({"A) The red cup is first.", "B) The blue cup is first."}), Dialect::constraints);
  const std::pair<Dialect, std::string> answers[] = {
      {Dialect::horn, "False"}, {Dialect::constraints, "A"}, {Dialect::first_order, ""}, {Dialect::smt, "5"}};
  for (const auto& [dialect, expected] : answers) {
    const std::string prompt = formalise_prompt(dialect, kQuestion);
    // The worked example is the program that follows the line that begins with "Example".
    const std::size_t begin = prompt.find('\n', prompt.find("Example.")) + 1;
    const std::string program = prompt.substr(begin, prompt.find("\nWhat stands") - begin);
    const auto solution = logic::solve::solve({program, "", {}});
    EXPECT_EQ(solution.dialect, dialect);
    EXPECT_EQ(solution.answer, expected)
        << program << logic::solve::describe(solution, text::Language::english);
    EXPECT_NE(solution.status, Status::syntax) << program;
    EXPECT_TRUE(solution.repairs.empty()) << program;
  }
}

}  // namespace
}  // namespace genkai::limits::reasoning
