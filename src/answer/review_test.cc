// Verification questions on the main path: they may withhold a language model's answer and never change it.

#include "answer/review.h"

#include <gtest/gtest.h>

#include "answer/answerer.h"
#include "answer/documents.h"
#include "answer/sandboxed_python.h"
#include "answer/scripted_model.h"
#include "logic/sandbox/sandbox.h"

namespace genkai::answer {
namespace {

using base::Json;
using core::Outcome;

const std::string kWhy = "Why is the harbour museum closed on Monday?";
const std::string kAnswer = "Because the rooms are cleaned.";

bool holds(const model::ChatRequest& request, std::string_view words) {
  for (const auto& message : request.messages)
    if (message.content.find(words) != std::string::npos) return true;
  return false;
}

// Drafts, then questions about the draft, then what each is answered.
ScriptedModel::Script script(const std::string& when, const std::string& why) {
  return [when, why](const model::ChatRequest& request, std::size_t) -> base::Result<std::string> {
    if (holds(request, "questions that check the draft"))
      return R"({"questions": [{"question": "On which day is the museum closed?", "claimed": "Monday"},
                {"question": "What happens to the rooms then?", "claimed": "they are cleaned"}]})";
    if (holds(request, "On which day is the museum closed?")) return Json::object({{"answer", when}}).dump();
    if (holds(request, "What happens to the rooms then?")) return Json::object({{"answer", why}}).dump();
    if (!holds(request, "cleaned")) return std::string(R"({"answer": null, "quotes": []})");
    return Json::object({{"answer", kAnswer},
                         {"quotes",
                          Json::array({Json::object({{"passage", 1}, {"quote", "the rooms are cleaned"}})})}})
        .dump();
  };
}

core::Answer ask(ScriptedModel& model, std::size_t questions, double risk = 0.1,
                 std::vector<std::string>* stages = nullptr) {
  const auto own = OwnDocuments::read(Json::array(
      {Json::object({{"id", "closing"},
                     {"text", "On Monday the harbour museum is closed, because the rooms are cleaned."}}),
       Json::object({{"id", "mill"}, {"text", "The old mill near the harbour grinds rye and wheat."}})}));
  AnswererOptions options;
  options.policy.risk = risk;
  options.verification_questions = questions;
  core::Trace trace;
  auto answer = base::run_blocking(
      Answerer(options, {&model, nullptr}).answer({"q", kWhy, "2026-06-15"}, *own->view, trace));
  if (stages)
    for (const auto& stage : trace.stages()) stages->push_back(stage.name);
  return *answer;
}

TEST(Review, WhatAgreesLeavesTheAnswerAsItWas) {
  ScriptedModel plain(script("Monday", "they are cleaned")), again(script("Monday", "they are cleaned"));
  const core::Answer without = ask(plain, 0);
  std::vector<std::string> stages;
  const core::Answer with = ask(again, 4, 0.1, &stages);
  ASSERT_EQ(without.outcome, Outcome::answered) << without.message;
  ASSERT_EQ(with.outcome, Outcome::answered) << with.message;
  EXPECT_EQ(with.answers[0].text, without.answers[0].text);
  EXPECT_EQ(with.answers[0].probability, without.answers[0].probability);
  EXPECT_EQ(with.certificates.size(), without.certificates.size());
  EXPECT_EQ(again.requests.size(), plain.requests.size() + 3);
  EXPECT_EQ(with.cost.model_drafts, without.cost.model_drafts + 3);
  EXPECT_EQ(stages.back(), "checks");
  for (const auto& request : again.requests)
    if (holds(request, "On which day") && !holds(request, "check the draft")) {
      EXPECT_FALSE(holds(request, kAnswer)) << "without sight of the draft";
      EXPECT_TRUE(holds(request, "the rooms are cleaned")) << "with the passages";
    }
}

TEST(Review, WhatDiffersLowersTheProbabilityAndMayWithhold) {
  ScriptedModel model(script("Tuesday", "they are painted"));
  const core::Answer answer = ask(model, 4);
  EXPECT_EQ(answer.outcome, Outcome::abstained);
  EXPECT_EQ(answer.reason, core::Reason::low_confidence);
  EXPECT_NE(answer.message.find("Tuesday"), std::string::npos) << answer.message;
  ASSERT_EQ(answer.rejected.size(), 1U);
  EXPECT_EQ(answer.rejected[0].text, kAnswer) << "shown, and not replaced";
  EXPECT_NEAR(answer.rejected[0].probability, 5.5 / 6 / 3, 1e-9);
  EXPECT_TRUE(answer.certificates.empty());

  ScriptedModel half(script("Tuesday", "they are cleaned"));
  const core::Answer kept = ask(half, 4, 0.5);
  ASSERT_EQ(kept.outcome, Outcome::answered) << kept.message;
  EXPECT_NEAR(kept.answers[0].probability, 5.5 / 6 * 2 / 3, 1e-9);
  EXPECT_EQ(kept.answers[0].text, kAnswer);
}

TEST(Review, AModelThatFailsOrSaysNothingChangesNothing) {
  for (const bool fails : {true, false}) {
    ScriptedModel model(
        [&](const model::ChatRequest& request, std::size_t sample) -> base::Result<std::string> {
          if (!holds(request, "questions that check the draft")) return script("", "")(request, sample);
          if (fails) return base::fail(base::Code::unavailable, "gone");
          return std::string("I will not.");
        });
    const core::Answer answer = ask(model, 4);
    ASSERT_EQ(answer.outcome, Outcome::answered);
    EXPECT_DOUBLE_EQ(answer.answers[0].probability, 5.5 / 6);
  }
}

TEST(Review, ASureQuoteAndAnAbstentionAreLeftAlone) {
  ScriptedModel model([](const auto&, std::size_t) { return "{}"; });
  core::Trace trace;
  core::Answer answer;
  base::run_blocking([](ScriptedModel& m, core::Answer& a, core::Trace& t) -> base::Task<bool> {
    const core::Interpretation meaning;
    const std::vector<core::Evidence> evidence;
    co_await review(m, {}, meaning, evidence, {}, a, t);
    a.outcome = Outcome::answered;
    core::AnswerItem& item = a.answers.emplace_back();
    item.text = "1932";
    item.probability = 0.9;
    item.model = "m";
    item.by_quote = true;
    co_await review(m, {}, meaning, evidence, {}, a, t);
    co_return true;
  }(model, answer, trace));
  EXPECT_TRUE(model.requests.empty());
  EXPECT_EQ(answer.answers[0].probability, 0.9);
}

// A model's answer at 0.9 to `question`, reviewed with the solver.
core::Answer reviewed(ScriptedModel& model, const std::string& question, const std::string& text,
                      core::Trace& trace) {
  core::Answer answer;
  base::run_blocking([](ScriptedModel& m, std::string q, std::string said, core::Answer& a,
                        core::Trace& t) -> base::Task<bool> {
    core::Interpretation meaning;
    meaning.text = q;
    std::vector<core::Evidence> evidence(1);
    evidence[0].passage.text = "No sparrow is heavy. Pip is a sparrow.";
    a.outcome = Outcome::answered;
    core::AnswerItem& item = a.answers.emplace_back();
    item.text = said;
    item.probability = 0.9;
    item.model = "m";
    a.certificates.emplace_back().kind = "risk";
    co_await review(m, {.solver = true}, meaning, evidence, {}, a, t);
    co_return true;
  }(model, question, text, answer, trace));
  return answer;
}

constexpr const char* kHeavy =
    "Every sparrow is light, and Pip is a sparrow. Does it follow that Pip is heavy?";
constexpr const char* kProgram =
    "Premises:\n∀x (Sparrow(x) → ¬Heavy(x))\nSparrow(pip)\nConclusion:\nHeavy(pip)\n";

TEST(Review, ASolverThatFindsOtherwiseWithholdsAndOneThatAgreesChangesNothing) {
  for (const std::string said : {"Yes, Pip is heavy.", "No."}) {
    ScriptedModel model([](const auto&, std::size_t) { return std::string(kProgram); });
    core::Trace trace;
    const core::Answer answer = reviewed(model, kHeavy, said, trace);
    EXPECT_GE(model.requests.size(), 1U);
    if (said == "No.") {
      ASSERT_EQ(answer.outcome, Outcome::answered) << answer.message;
      EXPECT_EQ(answer.answers[0].probability, 0.9) << "no check raises what no calibration knows";
      EXPECT_EQ(answer.certificates.size(), 1U);
      continue;
    }
    EXPECT_EQ(answer.outcome, Outcome::abstained);
    EXPECT_NE(answer.message.find("3 of 3 programs"), std::string::npos) << answer.message;
    ASSERT_EQ(answer.rejected.size(), 1U);
    EXPECT_NEAR(answer.rejected[0].probability, 1 - 3.5 / 4, 1e-9);
    EXPECT_EQ(trace.stages().back().name, "checks");
  }
}

TEST(Review, ProgramsThatCannotBeReadSayNothing) {
  ScriptedModel model([](const auto&, std::size_t) { return std::string("I think that it is."); });
  core::Trace trace;
  const core::Answer answer = reviewed(model, kHeavy, "Yes.", trace);
  EXPECT_EQ(answer.outcome, Outcome::answered);
  EXPECT_LE(model.requests.size(), 4U);
}

TEST(Review, TheSolverIsForYesAndNoToWhatFollows) {
  for (const auto& [question, said] :
       {std::pair{kHeavy, "Pip is small."}, {"When did Pip leave?", "Yes, in May."}}) {
    ScriptedModel model([](const auto&, std::size_t) { return std::string(kProgram); });
    core::Trace trace;
    EXPECT_EQ(reviewed(model, question, said, trace).answers.size(), 1U);
    EXPECT_TRUE(model.requests.empty()) << question << said;
  }
}

TEST(Review, AnAnswerThatContradictsItselfIsWithheld) {
  ScriptedModel model([](const auto&, std::size_t) { return std::string(); });
  core::Trace trace;
  const core::Answer answer = reviewed(
      model, "What is a poodle?", "A poodle is a dog. Dogs are mammals. A poodle is not a mammal.", trace);
  EXPECT_EQ(answer.outcome, Outcome::abstained);
  EXPECT_NE(answer.message.find("poodle"), std::string::npos) << answer.message;
  EXPECT_TRUE(model.requests.empty()) << "read from its words alone";
}

TEST(Review, AnAnswerThatThePassagesRelationsDenyIsWithheld) {
  ScriptedModel model([](const auto&, std::size_t) { return std::string(); });
  core::Trace trace;
  const core::Answer answer = reviewed(model, "What is Pip like?", "Pip is heavy.", trace);
  EXPECT_EQ(answer.outcome, Outcome::abstained);
  EXPECT_NE(answer.message.find("the documents say"), std::string::npos) << answer.message;
  ASSERT_EQ(answer.rejected.size(), 1U);
  EXPECT_NEAR(answer.rejected[0].probability, 0.45, 1e-9);
  EXPECT_TRUE(model.requests.empty());
}

TEST(SandboxedPython, RunsWhatItCanAndNothingUnconfined) {
  const auto run = sandboxed_python();
  EXPECT_EQ(run("print(2 + 3)").value_or("?"), "5") << "in memory, where that suffices";
  const auto failed = run("print(1 // 0)");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, base::Code::invalid_argument);
  const auto isolated = run("import math\nprint(math.sqrt(2.25))");
  if (logic::sandbox_available())
    EXPECT_EQ(isolated.value_or("?"), "1.5");
  else
    EXPECT_EQ(isolated.error().code, base::Code::unavailable);
}

}  // namespace
}  // namespace genkai::answer
