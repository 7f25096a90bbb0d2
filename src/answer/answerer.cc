#include "answer/answerer.h"

#include <string>
#include <utility>

#include "answer/decide_drafts.h"
#include "answer/decide_quotes.h"
#include "answer/hypotheses.h"
#include "answer/on_cpu.h"
#include "answer/review.h"
#include "limits/hallucination/decision.h"
#include "limits/hallucination/undecidable.h"
#include "text/text.h"

namespace genkai::answer {

using namespace limits;

namespace {

core::Cost cost_of(const Material& material, const core::Answer& answer, const core::Trace& trace) {
  core::Cost cost;
  cost.passages_found = material.candidates;
  for (const auto& item : material.evidence) {
    if (item.poisoned()) continue;
    ++cost.passages_read;
    cost.tokens_read += text::estimate_tokens(item.passage.text);
  }
  for (const auto& item : answer.answers) cost.tokens_written += text::estimate_tokens(item.text);
  cost.milliseconds = trace.milliseconds();
  return cost;
}

void add_usage(core::Cost& cost, const model::Usage& usage) {
  cost.prompt_tokens += usage.prompt_tokens;
  cost.completion_tokens += usage.completion_tokens;
  cost.money += usage.money;
}

}  // namespace

ConfirmOptions confirm_options(hallucination::Profile profile) {
  ConfirmOptions options;
  if (profile == hallucination::Profile::exact) {
    options.least = 0.4;
  }
  if (profile == hallucination::Profile::creative) {
    options.least = 0.3;
    options.readings = ReadingOptions{.by_context = true, .least = 0.1};
    options.by_support = true;
  }
  return options;
}

void apply(hallucination::Profile profile, AnswererOptions& options) {
  const auto& settings = hallucination::settings_of(profile);
  options.policy.risk = settings.risk;
  options.confirm = confirm_options(profile);
  options.samples = settings.samples;
  options.temperature = settings.temperature;
  options.wording = settings.wording;
  options.closed_book = settings.closed_book;
  options.solver = profile == hallucination::Profile::exact;
}

base::Task<base::Result<core::Answer>> Answerer::answer(core::Question question,
                                                        const knowledge::KnowledgeView& knowledge,
                                                        core::Trace& trace) const {
  if (std::string word; retrieval::needs_context(question.text, &word))
    co_return hallucination::ask_back(question, word, options_.policy, trace);
  const auto undecidable = hallucination::recognise(question.text);
  if (undecidable && undecidable->settles_before_reading()) {
    const auto examine = [&] { return hallucination::settle(question, options_.policy, trace); };
    auto settled = co_await on_cpu(parts_.pool, examine);
    if (settled) co_return std::move(*settled);
  }

  Hypotheses supposed;  // texts to search with, besides the question's own words
  if (parts_.model && options_.hypotheses > 0)
    supposed = co_await suppose(*parts_.model, question,
                                {.count = options_.hypotheses,
                                 .temperature = options_.temperature,
                                 .deadline = options_.draft_deadline},
                                trace);
  const auto find = [&]() -> base::Result<Material> {
    Material found;
    GENKAI_ASSIGN_OR_RETURN(
        static_cast<FoundEvidence&>(found),
        find_evidence(question, knowledge, options_, parts_.model != nullptr, trace, supposed.texts));
    found.quotes = read_quotes(found.meaning, found.evidence, knowledge.embedder(), options_.drafts, trace,
                               parts_.model ? "read" : "draft");
    return found;
  };
  GENKAI_CO_ASSIGN_OR_RETURN(Material material, co_await on_cpu(parts_.pool, find));

  const Deciding by{question, knowledge, options_, parts_.model != nullptr};
  Drafted drafted;
  if (parts_.model)
    drafted = co_await decide_drafts(parts_, material, by, trace);
  else
    drafted.answer = co_await on_cpu(parts_.pool, [&] { return decide_quotes(material, by, trace); });

  core::Answer answer = std::move(drafted.answer);
  if (undecidable) hallucination::mark_open_future(answer, *undecidable, options_.policy);
  answer.cost = cost_of(material, answer, trace);
  add_usage(answer.cost, supposed.usage);
  add_usage(answer.cost, drafted.usage);
  answer.cost.model_drafts = drafted.samples;
  if (drafted.samples > 0)
    co_await review(*parts_.model,
                    {options_.verification_questions, options_.solver, options_.draft_deadline},
                    material.meaning, material.evidence, options_.policy, answer, trace);
  co_return answer;
}

}  // namespace genkai::answer
