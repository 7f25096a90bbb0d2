#include "limits/reasoning/router/router.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "limits/reasoning/router/tools.h"
#include "text/question.h"

namespace genkai::limits::reasoning::router {
namespace {

using chains::Finding;
using chains::Outside;

core::Interpretation reading(const std::string& question) {
  core::Interpretation meaning;
  meaning.text = question;
  meaning.language = text::detect_language(question);
  meaning.focus = text::analyse_question(question);
  return meaning;
}

base::Task<base::Result<ToolOutcome>> give(base::Result<ToolOutcome> outcome) {
  co_return outcome;
}

ReasoningTool tool(const std::string& name, ToolKind kind, double calls, ToolOutcome outcome = {}) {
  return {.name = name,
          .kind = kind,
          .expected = {.calls = calls, .milliseconds = 10},
          .run = [outcome](ToolInput) { return give(outcome); }};
}

const std::string kSum = "A shop sells 12 boxes of 7 pens and 5 single pens. How many pens does it sell?";

ToolInput input_of(const std::string& question) {
  return {question, reading(question), "89", 0.6};
}

std::vector<ReasoningTool> every_tool() {
  return {tool("questions", ToolKind::verification_questions, 5),
          tool("agreement", ToolKind::consistency, 0),
          tool("expression", ToolKind::expression, 1),
          tool("program", ToolKind::program, 2),
          tool("solver", ToolKind::solver, 2),
          tool("steps", ToolKind::step_check, 0)};
}

std::vector<std::string> names_of(const Plan& plan, const std::vector<ReasoningTool>& tools) {
  std::vector<std::string> out;
  for (const PlanStep& step : plan.steps) out.push_back(tools[step.tool].name);
  return out;
}

TEST(Router, ReadsWhatAQuestionWantsDone) {
  const std::pair<const char*, Task> cases[] = {
      {"A shop sells 12 boxes of 7 pens. How many pens is that?", Task::arithmetic},
      {"What is 17 * 23?", Task::arithmetic},
      {"1箱12個入りの箱が7箱あります。全部で何個ですか。", Task::arithmetic},
      {"What day of the week was 3 March 2021?", Task::date},
      {"2021年3月3日の100日後はいつですか。", Task::date},
      {"How many letters are in \"strawberry\"?", Task::counting},
      {"Every dog is a mammal. Rex is a dog. Does it follow that Rex is a mammal?", Task::logic},
      {"すべての犬は動物である。ポチは犬である。ポチは動物であると言えますか。", Task::logic},
      {"Is the old ferry faster than the new one?", Task::comparison},
      {"Who designed the lighthouse?", Task::lookup},
      {"灯台を設計したのは誰ですか。", Task::lookup},
  };
  for (const auto& [question, task] : cases) {
    EXPECT_EQ(task_of(reading(question)), task) << question << " " << to_string(task_of(reading(question)));
  }
}

TEST(Router, OutsideChecksComeFirstAndTheCheapestOfEqualWorth) {
  const auto tools = every_tool();
  const Plan plan = plan_checks(input_of(kSum), Effort::exact, {}, tools);
  EXPECT_EQ(plan.task, Task::arithmetic);
  EXPECT_EQ(names_of(plan, tools),
            (std::vector<std::string>{"steps", "expression", "program", "solver", "agreement", "questions"}));
  EXPECT_NEAR(plan.most.calls, 10, 1e-12);
  // 1 expression if the steps settled nothing (.7), the program if neither (.28), ...
  EXPECT_NEAR(plan.expected.calls, 0.7 * 1 + 0.28 * 2 + 0.112 * 2 + 0.1008 * 5, 1e-9);
  EXPECT_NEAR(plan.steps[2].reached, 0.28, 1e-12);
  EXPECT_FALSE(plan.steps[0].why.empty());
  const Plan logic = plan_checks(input_of("Every dog is a mammal. Does it follow that Rex is a mammal?"),
                                 Effort::exact, {}, tools);
  EXPECT_EQ(tools[logic.steps[1].tool].name, "solver");
  EXPECT_EQ(plan_checks(input_of("Who built it?"), Effort::balanced, {}, tools).steps.size(), 2U);
}

TEST(Router, KeepsTheBudgetAndTheProfileAndSaysWhatItLeftOut) {
  const auto tools = every_tool();
  base::Rng rng(2);
  for (int round = 0; round < 300; ++round) {
    Budget budget{.calls = static_cast<double>(rng.below(12)),
                  .milliseconds = static_cast<double>(rng.below(80))};
    const auto effort = static_cast<Effort>(rng.below(3));
    const Plan plan = plan_checks(input_of(kSum), effort, budget, tools);
    EXPECT_LE(plan.most.calls, budget.calls);
    EXPECT_LE(plan.most.milliseconds, budget.milliseconds);
    EXPECT_LE(plan.expected.calls, plan.most.calls + 1e-12);
    EXPECT_EQ(plan.steps.size() + plan.left_out.size(), tools.size());
    for (const PlanStep& step : plan.steps) {
      if (effort == Effort::creative) {
        EXPECT_EQ(tools[step.tool].expected.calls, 0);
      }
      if (effort == Effort::balanced) {
        EXPECT_NE(tools[step.tool].kind, ToolKind::verification_questions);
      }
    }
  }
  std::vector<ReasoningTool> picky = tools;
  for (auto& one : picky) one.applies = [](const ToolInput&) { return false; };
  EXPECT_TRUE(plan_checks(input_of(kSum), Effort::exact, {}, picky).steps.empty());
  EXPECT_TRUE(plan_checks(input_of(kSum), Effort::exact, {}, {}).steps.empty());
}

Routed run(const std::vector<ReasoningTool>& tools, core::Trace& trace) {
  const ToolInput input = input_of(kSum);
  Plan plan = plan_checks(input, Effort::exact, {}, tools);
  return base::run_blocking(run_plan(std::move(plan), tools, input, trace));
}

TEST(Router, StopsWhenAnOutsideCheckSettlesItAndRecordsWhatEachChanged) {
  ToolOutcome confirmed{.found = {Finding::confirmed, 0.97, "", "ran"}};
  confirmed.cost.model_drafts = 1;
  core::Trace trace;
  const Routed sure =
      run({tool("steps", ToolKind::step_check, 0), tool("expression", ToolKind::expression, 1, confirmed),
           tool("questions", ToolKind::verification_questions, 5)},
          trace);
  EXPECT_TRUE(sure.settled);
  EXPECT_EQ(sure.answer, "89");
  EXPECT_EQ(sure.probability, 0.97);
  ASSERT_EQ(sure.records.size(), 2U) << "the questions were not asked any more";
  EXPECT_EQ(sure.records[1].before, 0.6);
  EXPECT_EQ(sure.records[1].after, 0.97);
  EXPECT_EQ(sure.cost.model_drafts, 1U);
  EXPECT_EQ(trace.stages().front().records.size(), 2U);

  core::Trace other;
  const Routed changed =
      run({tool("program", ToolKind::program, 2, {.found = {Finding::refuted, 0.99, "90"}})}, other);
  EXPECT_TRUE(changed.overturned);
  EXPECT_EQ(changed.answer, "90");

  ReasoningTool broken = tool("program", ToolKind::program, 2);
  broken.run = [](ToolInput) { return give(base::fail(base::Code::unavailable, "no sandbox")); };
  core::Trace third;
  const Routed kept = run({broken}, third);
  EXPECT_TRUE(kept.records[0].failed);
  EXPECT_EQ(kept.records[0].why, "no sandbox");
  EXPECT_EQ(kept.probability, 0.6);
}

TEST(Router, ASecondThoughtNeverRaisesOrOverturnsWhateverItClaims) {
  base::Rng rng(4);
  for (int round = 0; round < 300; ++round) {
    ToolOutcome claims{.found = {Finding::refuted, rng.uniform(), "another answer"},
                       .again = {rng.below(5), rng.below(5)}};
    if (rng.below(2) == 0) claims.found.finding = Finding::confirmed;
    core::Trace trace;
    const Routed out = run({tool("questions", ToolKind::verification_questions, 5, claims),
                            tool("agreement", ToolKind::consistency, 0, claims)},
                           trace);
    EXPECT_EQ(out.answer, "89");
    EXPECT_LE(out.probability, 0.6);
    EXPECT_FALSE(out.settled);
  }
}

TEST(Router, TheStepCheckIsATool) {
  ToolInput input = input_of(kSum);
  const std::vector<ReasoningTool> tools{step_check_tool(0.8)};
  EXPECT_TRUE(plan_checks(input, Effort::balanced, {}, tools).steps.empty()) << "no chain";
  input.chain = "12 * 7 = 84\n84 + 5 = 89";
  core::Trace trace;
  Plan plan = plan_checks(input, Effort::balanced, {}, tools);
  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_EQ(base::run_blocking(run_plan(plan, tools, input, trace)).probability, 0.6);
  input.chain = "12 * 7 = 94\n94 + 5 = 99";
  const Routed wrong = base::run_blocking(run_plan(plan, tools, input, trace));
  EXPECT_NEAR(wrong.probability, 0.2, 1e-9);
  EXPECT_EQ(wrong.records[0].finding, Finding::refuted);
  EXPECT_NE(wrong.records[0].why.find("step 1"), std::string::npos) << wrong.records[0].why;
}

}  // namespace
}  // namespace genkai::limits::reasoning::router
