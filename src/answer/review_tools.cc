#include "answer/review_tools.h"

#include "answer/stated.h"
#include "limits/reasoning/consistency/consistency.h"
#include "limits/reasoning/router/tools.h"
#include "text/yes_no.h"

namespace genkai::answer {
namespace {

using namespace limits::reasoning;
using router::ReasoningTool;
using router::ToolInput;
using router::ToolKind;
using router::ToolOutcome;

constexpr double kSeconds = 0.2;  // of each search for contradictions

base::Task<base::Result<ToolOutcome>> hold_together(ToolInput input) {
  ConsistencyOptions options;
  options.repair.seconds = kSeconds;
  const auto report = check_consistency(claims_of_text(input.answer), {}, options);
  ToolOutcome outcome;
  if (report.verdict() == Consistency::inconsistent) {
    outcome.again.differing = 1;
    outcome.found.why = report.changes.empty() ? "the answer contradicts itself"
                                               : in_words(report.changes.front().chain, report.claims,
                                                          report.network, input.meaning.language);
  } else if (input.evidence) {
    if (auto why = denied_by_relations(input.question, input.answer, *input.evidence, input.meaning.language,
                                       kSeconds)) {
      outcome.again.differing = 1;
      outcome.found.why = std::move(*why);
    }
  }
  co_return outcome;
}

base::Task<base::Result<ToolOutcome>> solve(model::LanguageModel& model, FormalOptions options,
                                            ToolInput input) {
  core::Trace unseen;  // the router keeps the record
  FormalQuestion question{input.question,
                          input.evidence ? router::material_of(*input.evidence) : std::string(),
                          {"A) True", "B) False", "C) Unknown"}};
  const auto found = co_await answer_formally(model, std::move(question), options, unseen);
  if (!found) co_return base::fail(found.error());
  ToolOutcome outcome;
  outcome.cost.model_drafts = found->calls;
  outcome.cost.prompt_tokens = found->usage.prompt_tokens;
  outcome.cost.completion_tokens = found->usage.completion_tokens;
  outcome.cost.money = found->usage.money;
  outcome.found.why = found->answered() ? "programs in logic say " + found->answer : "no program decides";
  if (!found->answered() || (found->answer != "A" && found->answer != "B")) co_return outcome;
  const bool same = (found->answer == "A") == *text::yes_or_no(input.answer);
  outcome.found.finding = same ? chains::Finding::confirmed : chains::Finding::refuted;
  outcome.found.probability =
      (static_cast<double>(found->agreeing) + 0.5) / (static_cast<double>(found->formalisations.size()) + 1);
  outcome.found.why = std::string("what follows from the passages is ") +
                      (found->answer == "A" ? "yes" : "no") + " in " + std::to_string(found->agreeing) +
                      " of " + std::to_string(found->formalisations.size()) + " programs in logic";
  co_return outcome;
}

}  // namespace

ReasoningTool consistency_tool() {
  return {.name = "consistency",
          .kind = ToolKind::consistency,
          .expected = {.milliseconds = 1},
          .applies =
              [](const ToolInput& input) {
                return claims_of_text(input.answer).size() > 1 ||
                       (input.evidence && !claims_of_answer(input.question, input.answer).empty());
              },
          .run = [](ToolInput input) { return hold_together(std::move(input)); }};
}

ReasoningTool solver_tool(model::LanguageModel& model, FormalOptions options) {
  return {.name = "solver",
          .kind = ToolKind::solver,
          .expected = {.calls = 1 + static_cast<double>(options.rounds * options.formalisations)},
          .applies = [](const ToolInput& input) { return text::yes_or_no(input.answer).has_value(); },
          .run = [&model, options](ToolInput input) { return solve(model, options, std::move(input)); }};
}

}  // namespace genkai::answer
