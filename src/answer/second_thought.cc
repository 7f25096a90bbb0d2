#include "answer/second_thought.h"

#include <algorithm>

#include "limits/reasoning/router/tools.h"

namespace genkai::answer {
namespace {

namespace chains = limits::reasoning::chains;

std::string message(const chains::VerificationQuestion& one, text::Language language) {
  return language == text::Language::japanese
             ? "言語モデルに答えを見せずに尋ねると、違う答えになりました: " + one.question + " (" +
                   one.claimed + " / " + one.answered + ")"
             : "Asked without sight of its answer, the language model answers otherwise: " + one.question +
                   " (" + one.claimed + " / " + one.answered + ")";
}

}  // namespace

base::Task<void> think_again(model::LanguageModel& model, chains::VerificationOptions options,
                             const core::Interpretation& meaning, const std::vector<core::Evidence>& evidence,
                             const limits::hallucination::Policy& policy, core::Answer& answer,
                             core::Trace& trace) {
  if (answer.outcome != core::Outcome::answered || answer.answers.size() != 1) co_return;
  core::AnswerItem& item = answer.answers.front();
  if (item.model.empty() || item.by_quote) co_return;
  chains::DraftToVerify draft{meaning.text, item.text, item.probability,
                              limits::reasoning::router::material_of(evidence), meaning.language};
  const auto checked =
      co_await chains::verify_by_questions(model, std::move(draft), options, chains::OutsideCheck(), trace);
  if (!checked) co_return;  // the trace says so
  core::Cost& cost = answer.cost;
  cost.model_drafts += checked->cost.model_drafts;
  cost.prompt_tokens += checked->cost.prompt_tokens;
  cost.completion_tokens += checked->cost.completion_tokens;
  cost.money += checked->cost.money;
  cost.milliseconds = trace.milliseconds();
  if (checked->found.differing == 0) co_return;
  item.probability = checked->probability;
  item.basis = core::Basis::agreement;
  item.scores.clear();  // no calibration knows this
  std::erase_if(answer.certificates, [](const core::Certificate& one) { return one.kind == "risk"; });
  if (item.probability >= 1 - policy.risk) co_return;
  const auto differs = std::find_if(checked->questions.begin(), checked->questions.end(),
                                    [](const auto& one) { return one.reply == chains::Reply::differs; });
  answer.outcome = core::Outcome::abstained;
  answer.reason = core::Reason::low_confidence;
  answer.message = message(*differs, policy.language);
  answer.rejected = std::move(answer.answers);
  answer.answers.clear();
  answer.certificates.clear();
}

}  // namespace genkai::answer
