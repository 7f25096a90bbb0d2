#include "answer/answerer.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "answer/closed_book.h"
#include "answer/computed_answers.h"
#include "answer/found_evidence.h"
#include "answer/hypotheses.h"
#include "answer/model_drafts.h"
#include "answer/on_cpu.h"
#include "answer/review.h"
#include "answer/sandboxed_python.h"
#include "limits/hallucination/decision.h"
#include "limits/hallucination/uncertainty/stopping.h"
#include "limits/hallucination/undecidable.h"
#include "limits/reasoning/guard.h"
#include "model/extractive_reader.h"
#include "text/text.h"

namespace genkai::answer {

using namespace limits;

namespace {

// Everything before a language model is asked.
struct Material : FoundEvidence {
  std::vector<core::Draft> quotes;
};

// Verbatim quotes from the evidence, by the extractive reader.
std::vector<core::Draft> read(const core::Interpretation& meaning,
                              const std::vector<core::Evidence>& evidence,
                              const knowledge::Embedder& embedder, std::size_t count, core::Trace& trace,
                              const char* name) {
  auto stage = trace.stage(name);
  // The reader compares one text, the question, with every sentence: its vector is kept from call to call.
  std::string kept_text;
  std::vector<float> kept(embedder.dimension()), other(embedder.dimension());
  bool kept_readable = embedder.embed(kept_text, kept.data()).has_value();
  const auto similarity = [&](std::string_view a, std::string_view b) {
    if (a != kept_text) {
      kept_text = a;
      kept_readable = embedder.embed(a, kept.data()).has_value();
    }
    if (!kept_readable || !embedder.embed(b, other.data())) return 0.0F;
    return std::inner_product(kept.begin(), kept.end(), other.begin(), 0.0F);
  };
  auto drafts = model::ExtractiveReader::built_in().read(meaning, evidence, count, similarity);
  stage.counts(evidence.size(), drafts.size());
  if (!drafts.empty()) stage.note("best", drafts.front().text);
  return drafts;
}

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

// The place of the passage that a draft was drawn from.
std::size_t place_in(const std::vector<core::Evidence>& evidence, const core::Draft& draft) {
  const auto cited = std::find_if(evidence.begin(), evidence.end(), [&](const core::Evidence& item) {
    return !draft.citations.empty() && item.passage.id == draft.citations.front().passage;
  });
  return static_cast<std::size_t>(cited - evidence.begin());
}

constexpr std::size_t kWave = 4;  // samples drawn at a time

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

  Hypotheses supposed;
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
    found.quotes = read(found.meaning, found.evidence, knowledge.embedder(), options_.drafts, trace,
                        parts_.model ? "read" : "draft");  // verbatim quotes
    return found;
  };
  // Held against what each passage says alone.
  const auto confirm_by = [&](const Material& found, core::Draft draft, core::Answer& given) {
    draft.evidence = place_in(found.vetted, draft);
    const auto idf = [&](std::string_view term) { return knowledge.lexical().idf(term); };
    ConfirmOptions confirming = options_.confirm;
    if (parts_.model) confirming.by_support = confirming.reopen = false;
    if (parts_.model && given.outcome == core::Outcome::answered)
      confirming.readings.reset();  // it was shown what the passages say, and told to say which
    confirm(given,
            {found.meaning, found.vetted, draft, knowledge.embedder(), idf, options_.gather.keep,
             hallucination::limit_of_quotes(options_.policy).threshold},
            confirming, options_.policy.language, trace);
  };
  // Held against the evidence, and decided about, by quotes alone ...
  const auto decide_quotes = [&](Material& found) {
    const auto quotes = reasoning::verify(std::move(found.quotes), found.evidence, found.meaning, trace);
    auto given =
        hallucination::decide(question, found.meaning, quotes, found.evidence, options_.policy, trace);
    if (!quotes.drafts.empty()) confirm_by(found, quotes.drafts.front(), given);
    return given;
  };
  // ... and with what a language model has drafted.
  const auto decide_drafts = [&](Material& found, const ModelReplies& replies,
                                 const std::optional<Computed>& computed) {
    auto quotes =
        reasoning::verify(std::move(found.quotes), found.evidence, found.meaning, trace, "verify quotes");
    auto drafts = read_replies(replies, found.meaning, found.evidence);
    reasoning::check(drafts, found.evidence, found.meaning, trace);  // each against the evidence
    if (computed && reasoning::programs::overrule(drafts, *computed, trace))
      reasoning::programs::pass_operands(quotes, drafts, *computed);
    auto agreement = hallucination::agree(std::move(drafts), trace);  // against each other
    const auto memory = compare_with_memory(replies, agreement, quotes, found.meaning, trace);
    if (memory) agreement.memory_scores = retrieval::scores_of(*memory);
    const auto answers = reasoning::verify(agreement.answers, found.evidence, found.meaning, trace);
    core::Answer decided = hallucination::decide(question, found.meaning, quotes, agreement, answers,
                                                 found.evidence, options_.policy, trace);
    if (memory) weigh(*memory, options_.policy, decided);
    if (decided.outcome == core::Outcome::answered && !answers.drafts.empty())
      confirm_by(found, answers.drafts.front(), decided);
    else if (!quotes.drafts.empty())
      confirm_by(found, quotes.drafts.front(), decided);  // may ask which of several is meant
    return decided;
  };

  GENKAI_CO_ASSIGN_OR_RETURN(Material material, co_await on_cpu(parts_.pool, find));
  const auto finish = [&](core::Answer& given) {
    if (undecidable) hallucination::mark_open_future(given, *undecidable, options_.policy);
    given.cost = cost_of(material, given, trace);
    add_usage(given.cost, supposed.usage);
  };
  core::Answer answer;
  if (!parts_.model) {
    answer = co_await on_cpu(parts_.pool, [&] { return decide_quotes(material); });
    finish(answer);
    co_return answer;
  }
  DraftOptions drafting;
  drafting.samples = std::min(kWave, options_.samples);
  drafting.temperature = options_.temperature;
  drafting.wording = options_.wording;
  drafting.isolated = options_.isolated;
  drafting.showing = options_.budget.showing;
  drafting.closed_book = options_.closed_book;
  drafting.max_tokens = options_.draft_tokens;
  drafting.deadline = options_.draft_deadline;
  auto replies = co_await ask_model(*parts_.model, material.meaning, material.evidence, drafting, trace);
  // More samples, while they can change what is decided and are not more than asked for.
  const hallucination::AdaptiveSampling rule(
      {.threshold = 1 - options_.policy.risk, .budget = options_.samples, .least = drafting.samples});
  const auto leading = [&] {
    core::Trace unseen;
    auto drafts = read_replies(*replies, material.meaning, material.evidence);
    reasoning::check(drafts, material.evidence, material.meaning, unseen);
    const auto agreement = hallucination::agree(std::move(drafts), unseen);
    const std::size_t most = agreement.answers.empty() ? 0 : agreement.answers.front().agreeing;
    return std::pair{std::max(most, agreement.abstained), agreement.drafts};
  };
  std::optional<Computed> computed;  // where the question asks for a value that nobody states
  const auto python = parts_.python || !options_.python ? parts_.python : sandboxed_python();
  if (replies)
    computed = co_await compute_answers(*parts_.model, material.meaning, material.evidence, drafting,
                                        {options_.programs, python, parts_.pool}, *replies, trace);
  const bool decided = computed && computed->decides();
  while (replies && !decided && !replies->replies.empty() && replies->together < options_.samples) {
    const auto [agreeing, drafts] = co_await on_cpu(parts_.pool, leading);
    if (rule.decide(agreeing, drafts) != hallucination::Sampling::go_on) break;
    const std::size_t count = std::min(kWave, options_.samples - replies->together);
    const auto more = co_await ask_again(*parts_.model, material.meaning, material.evidence, drafting, count,
                                         *replies, trace);
    if (!more) break;  // what was drawn before stands
  }
  if (replies) {
    answer = co_await on_cpu(parts_.pool, [&] { return decide_drafts(material, *replies, computed); });
    finish(answer);
    add_usage(answer.cost, replies->usage);
    answer.cost.model_drafts = replies->replies.size() + replies->closed_book.size() + replies->programs;
    co_await review(*parts_.model,
                    {options_.verification_questions, options_.solver, options_.draft_deadline},
                    material.meaning, material.evidence, options_.policy, answer, trace);
    co_return answer;
  }
  answer = co_await on_cpu(parts_.pool, [&] { return decide_quotes(material); });
  answer = hallucination::without_model(std::move(answer), replies.error(), parts_.model->name(),
                                        options_.policy, trace);
  finish(answer);
  co_return answer;
}

}  // namespace genkai::answer
