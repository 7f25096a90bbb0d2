#include "answer/closed_book.h"

#include <utility>

#include "answer/draft_prompt.h"
#include "answer/draft_reply.h"
#include "text/utf8.h"

namespace genkai::answer {

using base::Json;
using core::Draft;
using limits::hallucination::Agreement;
using limits::retrieval::Belief;
using limits::retrieval::Compared;
using limits::retrieval::KnowledgeCase;
using limits::retrieval::Match;

namespace {

constexpr std::size_t kMaxQuestion = 4'000;  // code points

Match match_of(const Draft& memory, const Draft& context) {
  if (limits::hallucination::same_answer(memory, context)) return Match::same;
  // Words alone cannot tell that two sentences say different things; two values can.
  return memory.value.empty() || context.value.empty() ? Match::unclear : Match::different;
}

Belief belief_of(const Agreement& agreement) {
  if (agreement.answers.empty()) return {{}, 0, agreement.drafts};
  const Draft& best = agreement.answers.front();
  return {best.span.empty() ? best.text : best.span, best.agreeing, best.drafts};
}

// As many of the drafts behind an answer as stand in the passages: agree() keeps the smaller of two shares.
std::size_t supported_of(const Draft& answer) {
  const double estimate = limits::hallucination::agreement_estimate(answer.agreeing, answer.drafts);
  if (answer.probability >= estimate) return answer.agreeing;
  return static_cast<std::size_t>(answer.probability * static_cast<double>(answer.drafts) + 0.5);
}

std::string of(const Belief& belief) {
  if (belief.answer.empty()) return "no answer";
  return std::to_string(belief.agreeing) + " of " + std::to_string(belief.drafts) + ": " + belief.answer;
}

}  // namespace

std::vector<model::ChatMessage> closed_book_messages(const core::Interpretation& meaning) {
  const std::string question = neutralise(text::prefix(meaning.text, kMaxQuestion), {});
  std::vector<model::ChatMessage> messages(2);
  messages[0].role = "system";
  if (meaning.language == text::Language::japanese) {
    messages[0].content =
        "あなたの知識だけで質問に答えてください。答えは名前、日付、数量、または一文で、できるだけ短くします。"
        "確かに知らないときは、推測せずにnullとします。\n"
        "次の形のJSONオブジェクトを一つだけ返してください。\n{\"answer\": \"...\"}";
    messages[1].content = "質問: " + question;
  } else {
    messages[0].content =
        "Answer the question from what you know. Keep the answer as short as possible: a name, a date, an "
        "amount, "
        "or one sentence. If you do not know it for sure, do not guess: the answer is null then.\n"
        "Reply with one JSON object and nothing else:\n{\"answer\": \"...\"}";
    messages[1].content = "Question: " + question;
  }
  return messages;
}

Json closed_book_schema() {
  const Json text = Json::object({{"type", Json::array({"string", "null"})}});
  return Json::object({{"type", "object"},
                       {"properties", Json::object({{"answer", text}})},
                       {"required", Json::array({"answer"})},
                       {"additionalProperties", false}});
}

std::optional<Compared> compare_with_memory(const ModelReplies& replies, const Agreement& agreement,
                                            const core::Verified& quotes, const core::Interpretation& meaning,
                                            core::Trace& trace) {
  if (replies.closed_book.empty()) return std::nullopt;
  auto stage = trace.stage("memory");
  const std::vector<core::Evidence> nothing;
  const Shown shown(nothing, {});
  std::vector<Draft> drafts;
  for (const std::string& reply : replies.closed_book)
    drafts.push_back(replies.plain ? read_plain_reply(reply, shown, meaning, replies.model)
                                   : read_reply(reply, shown, meaning, replies.model));
  core::Trace unseen;
  const Agreement memory = limits::hallucination::agree(std::move(drafts), unseen);

  const bool context_answers = !agreement.mostly_abstained() && !agreement.answers.empty() &&
                               agreement.answers.front().probability > 0;
  Belief context{{}, 0, agreement.drafts};
  limits::retrieval::Support support;
  Match match = Match::unclear;
  if (context_answers) {
    const Draft& best = agreement.answers.front();
    context = belief_of(agreement);
    support.supported = supported_of(best);
    if (!memory.answers.empty()) match = match_of(memory.answers.front(), best);
    if (!quotes.drafts.empty()) {
      const Draft& quote = quotes.drafts.front();
      support.quote_agrees =
          !quote.value.empty() && !best.value.empty() && limits::hallucination::same_answer(quote, best);
      support.quote_probability = quote.probability;
    }
  }
  Compared found = limits::retrieval::compare(belief_of(memory), std::move(context), match, support);
  stage.counts(replies.closed_book.size(), memory.answers.size());
  stage.note("case", std::string(to_string(found.which)));
  stage.note("closed book", of(found.memory));
  stage.note("open book", of(found.context));
  return found;
}

void weigh(const Compared& found, const limits::hallucination::Policy& policy, core::Answer& answer) {
  const bool answered = answer.outcome == core::Outcome::answered;
  // An answer that a quote certifies was not the calibration's decision.
  const bool calibrated =
      policy.memory_calibration && (!answered || (answer.answers.front().basis == core::Basis::calibrated &&
                                                  !answer.answers.front().by_quote));
  answer.memory = core::MemoryCheck{std::string(to_string(found.which)),
                                    calibrated ? "calibration" : "quotes", found.memory, found.context};
  const bool withheld = answered && !calibrated && found.withholds();
  if (withheld) {
    answer.outcome = core::Outcome::abstained;
    answer.reason = core::Reason::low_confidence;
    answer.rejected = std::exchange(answer.answers, {});
    answer.certificates.clear();
    answer.message.clear();
  }
  const std::string message = memory_message(found, withheld, policy.language);
  if (message.empty()) return;
  const bool spaced = !answer.message.empty() && policy.language != text::Language::japanese;
  answer.message += (spaced ? " " : "") + message;
}

}  // namespace genkai::answer
