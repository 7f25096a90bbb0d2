#include "limits/reasoning/router/tools.h"

#include "limits/reasoning/steps/step_check.h"

namespace genkai::limits::reasoning::router {
namespace {

base::Task<base::Result<ToolOutcome>> check_chain(ToolInput input, double wrong_after_wrong_step) {
  const auto report =
      steps::check_steps(input.question, steps::split_steps(input.chain), input.meaning.language);
  ToolOutcome outcome;
  if (report.first_wrong) {
    outcome.found.finding = chains::Finding::refuted;
    outcome.found.probability = wrong_after_wrong_step;
    outcome.found.why = "step " + std::to_string(*report.first_wrong + 1) + ": " + report.why;
  } else {
    outcome.found.why = std::to_string(report.checked) + " steps checked, none wrong";
  }
  co_return outcome;
}

base::Task<base::Result<ToolOutcome>> ask_questions(model::LanguageModel& model,
                                                    chains::VerificationOptions options, ToolInput input) {
  core::Trace unseen;  // the router keeps the record
  chains::DraftToVerify draft{input.question, input.answer, input.probability,
                              input.evidence ? material_of(*input.evidence) : std::string(),
                              input.meaning.language};
  const auto found =
      co_await chains::verify_by_questions(model, std::move(draft), options, chains::OutsideCheck(), unseen);
  if (!found) co_return base::fail(found.error());
  ToolOutcome outcome;
  outcome.again = found->found;
  outcome.cost = found->cost;
  for (const auto& one : found->questions)
    if (one.reply == chains::Reply::differs)
      outcome.found.why +=
          (outcome.found.why.empty() ? "" : "; ") + one.question + " " + one.claimed + " / " + one.answered;
  co_return outcome;
}

}  // namespace

std::string material_of(const std::vector<core::Evidence>& evidence) {
  std::string out;
  std::size_t number = 0;
  for (const core::Evidence& one : evidence)
    if (!one.poisoned()) out += "[" + std::to_string(++number) + "] " + one.passage.text + "\n\n";
  return out;
}

ReasoningTool step_check_tool(double wrong_after_wrong_step) {
  return {.name = "step check",
          .kind = ToolKind::step_check,
          .expected = {.milliseconds = 1},
          .applies = [](const ToolInput& input) { return !input.chain.empty(); },
          .run = [wrong_after_wrong_step](
                     ToolInput input) { return check_chain(std::move(input), wrong_after_wrong_step); }};
}

ReasoningTool verification_tool(model::LanguageModel& model, chains::VerificationOptions options) {
  return {
      .name = "verification questions",
      .kind = ToolKind::verification_questions,
      .expected = {.calls = 1 + static_cast<double>(options.questions)},
      .applies = [](const ToolInput& input) { return !input.answer.empty(); },
      .run = [&model, options](ToolInput input) { return ask_questions(model, options, std::move(input)); }};
}

}  // namespace genkai::limits::reasoning::router
