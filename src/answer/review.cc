#include "answer/review.h"

#include <algorithm>

#include "answer/review_tools.h"
#include "limits/reasoning/router/tools.h"

namespace genkai::answer {
namespace {

namespace router = limits::reasoning::router;

std::string message(const std::string& why, text::Language language) {
  return language == text::Language::japanese ? "答えを別の方法で確かめたところ、食い違いました: " + why
                                              : "Checked in another way, the answer does not hold: " + why;
}

std::vector<router::ReasoningTool> tools_for(model::LanguageModel& model, const ReviewOptions& options) {
  std::vector<router::ReasoningTool> tools{consistency_tool()};
  if (options.solver) {
    limits::reasoning::FormalOptions formal;
    formal.rounds = 1;
    formal.deadline = options.deadline;
    tools.push_back(solver_tool(model, formal));
  }
  if (options.questions > 0)
    tools.push_back(
        router::verification_tool(model, {.questions = options.questions, .deadline = options.deadline}));
  return tools;
}

void add_cost(const core::Cost& spent, core::Cost& cost) {
  cost.model_drafts += spent.model_drafts;
  cost.prompt_tokens += spent.prompt_tokens;
  cost.completion_tokens += spent.completion_tokens;
  cost.money += spent.money;
}

void withhold(core::Answer& answer, const std::string& why, text::Language language) {
  answer.outcome = core::Outcome::abstained;
  answer.reason = core::Reason::low_confidence;
  answer.message = message(why, language);
  answer.rejected = std::move(answer.answers);
  answer.answers.clear();
  answer.certificates.clear();
}

}  // namespace

base::Task<void> review(model::LanguageModel& model, ReviewOptions options,
                        const core::Interpretation& meaning, const std::vector<core::Evidence>& evidence,
                        const limits::hallucination::Policy& policy, core::Answer& answer,
                        core::Trace& trace) {
  if (answer.outcome != core::Outcome::answered || answer.answers.size() != 1) co_return;
  core::AnswerItem& item = answer.answers.front();
  if (item.model.empty() || item.by_quote) co_return;
  const std::vector<router::ReasoningTool> tools = tools_for(model, options);
  router::ToolInput input{meaning.text, meaning, item.text, item.probability, {}, &evidence};
  // What is offered is what the profile and the settings allow.
  router::Plan plan = router::plan_checks(input, router::Effort::exact, {}, tools);
  if (plan.steps.empty()) co_return;
  const router::Routed checked = co_await router::run_plan(std::move(plan), tools, std::move(input), trace);
  add_cost(checked.cost, answer.cost);
  answer.cost.milliseconds = trace.milliseconds();
  if (checked.probability >= item.probability) co_return;
  item.probability = checked.probability;
  item.basis = core::Basis::agreement;
  item.scores.clear();  // no calibration knows this
  std::erase_if(answer.certificates, [](const core::Certificate& one) { return one.kind == "risk"; });
  if (item.probability >= 1 - policy.risk) co_return;
  const auto against = std::find_if(checked.records.begin(), checked.records.end(),
                                    [](const auto& one) { return one.after < one.before; });
  withhold(answer, against == checked.records.end() ? std::string() : against->why, policy.language);
}

}  // namespace genkai::answer
