#include "answer/decide_drafts.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "answer/closed_book.h"
#include "answer/computed_answers.h"
#include "answer/model_drafts.h"
#include "answer/on_cpu.h"
#include "answer/sandboxed_python.h"
#include "limits/hallucination/decision.h"
#include "limits/hallucination/uncertainty/stopping.h"
#include "limits/reasoning/guard.h"

namespace genkai::answer {

using namespace limits;

namespace {

constexpr std::size_t kWave = 4;  // samples drawn at a time

DraftOptions drafting_of(const AnswererOptions& options) {
  DraftOptions drafting;
  drafting.samples = std::min(kWave, options.samples);
  drafting.temperature = options.temperature;
  drafting.wording = options.wording;
  drafting.isolated = options.isolated;
  drafting.showing = options.budget.showing;
  drafting.closed_book = options.closed_book;
  drafting.max_tokens = options.draft_tokens;
  drafting.deadline = options.draft_deadline;
  return drafting;
}

// More samples, while they can change what is decided and are not more than asked for.
base::Task<void> sample_on(const AnswererParts& parts, const Material& material,
                           const AnswererOptions& options, const DraftOptions& drafting,
                           ModelReplies& replies, core::Trace& trace) {
  const hallucination::AdaptiveSampling rule(
      {.threshold = 1 - options.policy.risk, .budget = options.samples, .least = drafting.samples});
  const auto leading = [&] {
    core::Trace unseen;
    auto drafts = read_replies(replies, material.meaning, material.evidence);
    reasoning::check(drafts, material.evidence, material.meaning, unseen);
    const auto agreement = hallucination::agree(std::move(drafts), unseen);
    const std::size_t most = agreement.answers.empty() ? 0 : agreement.answers.front().agreeing;
    return std::pair{std::max(most, agreement.abstained), agreement.drafts};
  };
  while (!replies.replies.empty() && replies.together < options.samples) {
    const auto [agreeing, drafts] = co_await on_cpu(parts.pool, leading);
    if (rule.decide(agreeing, drafts) != hallucination::Sampling::go_on) break;
    const std::size_t count = std::min(kWave, options.samples - replies.together);
    const auto more = co_await ask_again(*parts.model, material.meaning, material.evidence, drafting, count,
                                         replies, trace);
    if (!more) break;  // what was drawn before stands
  }
}

// What was decided, and the draft or quote that it was decided from.
struct Decided {
  core::Answer answer;
  std::optional<core::Draft> draft;
};

// The answer, held against what each passage says alone.
struct Heard {
  core::Answer answer;
  std::vector<std::size_t> against;  // places in the vetted evidence for whose sake it was withheld
};

Heard hear(const Material& found, const Decided& decided, std::set<std::size_t> silent, const Deciding& by,
           core::Trace& trace) {
  Heard heard{decided.answer, {}};
  if (decided.draft)
    heard.against = confirm_found(found, *decided.draft, by, std::move(silent), heard.answer, trace);
  return heard;
}

// Held against the evidence, against each other, and decided about.
Decided decide(Material& found, const ModelReplies& replies, const std::optional<Computed>& computed,
               const Deciding& by, core::Trace& trace) {
  const auto& policy = by.options.policy;
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
  Decided decided{hallucination::decide(by.question, found.meaning, quotes, agreement, answers,
                                        found.evidence, policy, trace),
                  {}};
  if (memory) weigh(*memory, policy, decided.answer);
  if (decided.answer.outcome == core::Outcome::answered && !answers.drafts.empty())
    decided.draft = answers.drafts.front();
  else if (!quotes.drafts.empty())
    decided.draft = quotes.drafts.front();  // may ask which of several is meant
  return decided;
}

}  // namespace

base::Task<Drafted> decide_drafts(const AnswererParts& parts, Material& material, const Deciding& by,
                                  core::Trace& trace) {
  const AnswererOptions& options = by.options;
  const DraftOptions drafting = drafting_of(options);
  Drafted out;
  auto replies = co_await ask_model(*parts.model, material.meaning, material.evidence, drafting, trace);
  if (!replies) {
    out.answer = co_await on_cpu(parts.pool, [&] { return decide_quotes(material, by, trace); });
    out.answer = hallucination::without_model(std::move(out.answer), replies.error(), parts.model->name(),
                                              options.policy, trace);
    co_return out;
  }
  // Where the question asks for a value that nobody states.
  const auto python = parts.python || !options.python ? parts.python : sandboxed_python();
  const std::optional<Computed> computed =
      co_await compute_answers(*parts.model, material.meaning, material.evidence, drafting,
                               {options.programs, python, parts.pool}, *replies, trace);
  if (!computed || !computed->decides())
    co_await sample_on(parts, material, options, drafting, *replies, trace);
  const Decided decided =
      co_await on_cpu(parts.pool, [&] { return decide(material, *replies, computed, by, trace); });
  std::set<std::size_t> silent;
  const auto listen = [&] { return hear(material, decided, silent, by, trace); };
  Heard heard = co_await on_cpu(parts.pool, listen);
  if (!heard.against.empty()) {
    // Who contradicts a model's answer has to be heard by the model too.
    silent = co_await silent_alone(*parts.model, material.meaning, material.vetted, heard.against, drafting,
                                   *replies, trace);
    if (!silent.empty()) heard = co_await on_cpu(parts.pool, listen);
  }
  out.answer = std::move(heard.answer);
  out.usage = replies->usage;
  out.samples = replies->replies.size() + replies->closed_book.size() + replies->programs;
  co_return out;
}

}  // namespace genkai::answer
