// The decision about a language model's answers.

#include <algorithm>
#include <cmath>
#include <optional>

#include "limits/hallucination/decision.h"
#include "limits/hallucination/guard.h"
#include "limits/hallucination/messages.h"

namespace genkai::limits::hallucination {
namespace {

using core::Answer;
using core::Draft;
using core::Outcome;
using core::Reason;

constexpr double kRounding = 1e-9;  // 4.5/5 carries a risk of 0.1

// Two typed values can be compared; words alone cannot tell that a quote says otherwise.
bool both_typed(const Draft& a, const Draft& b) {
  return !a.value.empty() && !b.value.empty() && a.span_type == b.span_type;
}

bool quote_says_otherwise(const Draft& quote, const Draft& answer) {
  return both_typed(quote, answer) && !same_answer(quote, answer) &&
         text::normalise(quote.text).find(text::normalise(answer.span)) == std::string::npos;
}

}  // namespace

Answer decide(const core::Question& question, const core::Interpretation& meaning,
              const core::Verified& quotes, const Agreement& agreement, const core::Verified& answers,
              const std::vector<core::Evidence>& evidence, const Policy& policy, core::Trace& trace) {
  auto stage = trace.stage("decide");
  // Quotes answer to the reader's own calibration, the model's answers to one of the model, where there is
  // one.
  const Limit quotes_limit = limit_for(policy, nullptr);
  const bool with_memory = policy.memory_calibration && !agreement.memory_scores.empty();
  const Calibration* own = with_memory ? policy.memory_calibration.get() : policy.model_calibration.get();
  std::optional<Limit> own_limit;
  if (own) own_limit = limit_for(policy, own);
  if (own_limit && own_limit->too_few) own_limit.reset();  // back to an estimate
  const double close = kNotEvenClose * std::min(quotes_limit.threshold, 1.0),
               wanted = own_limit ? own_limit->threshold : 1 - policy.risk - kRounding;
  Answer answer;
  answer.question_id = question.id;
  answer.question = question.text;
  const auto abstain = [&](Reason reason, std::string message) {
    answer.outcome = Outcome::abstained;
    answer.reason = reason;
    answer.message = std::move(message);
    stage.note("abstained", std::string(core::to_string(reason)));
  };
  const auto because = [&](Reason reason, const std::string& detail = {}) {
    abstain(reason, message_for(reason, policy.language, detail));
  };

  const Draft* quote = quotes.drafts.empty() ? nullptr : &quotes.drafts.front();
  const Draft* best = answers.drafts.empty() ? nullptr : &answers.drafts.front();
  const bool quote_sure = quote && quote->probability >= quotes_limit.threshold;
  const bool quote_agrees = quote && best && both_typed(*quote, *best) && same_answer(*quote, *best);
  // A calibration that has seen both the quote and memory knows more than the quote's own.
  const bool certified = quote_sure && quote_agrees && !(with_memory && own_limit);
  const bool otherwise = quote_sure && best && quote_says_otherwise(*quote, *best);
  std::vector<double> scores;
  if (best)
    scores = {best->probability, quote_agrees ? quote->probability : std::nan(""),
              agreement.drafts == 0
                  ? 0.0
                  : static_cast<double>(agreement.abstained) / static_cast<double>(agreement.drafts)};
  if (best && (with_memory || !own))
    scores.insert(scores.end(), agreement.memory_scores.begin(), agreement.memory_scores.end());
  const double probability = !best       ? 0
                             : own_limit ? probability_by(*own, scores, meaning)
                                         : best->probability;
  const bool agreed = best && probability >= wanted;
  if (best)
    stage.note("best answer", percent(probability) + ", wanted " +
                                  (std::isfinite(wanted) ? percent(wanted) : std::string("none carries it")));
  if (quote) stage.note("best quote", percent(quote->probability));

  const bool vetoed = (!quotes.conflicts.empty() && quote->probability >= close) ||
                      !answers.conflicts.empty() || otherwise || agreement.mostly_abstained();
  if (policy.suspended) {
    abstain(Reason::low_confidence, suspended_message(policy.language));
  } else if (!quotes.conflicts.empty() && quote->probability >= close) {
    answer.conflicts = quotes.conflicts;
    because(Reason::conflicting_evidence);
  } else if (!answers.conflicts.empty()) {
    answer.conflicts = answers.conflicts;
    because(Reason::conflicting_evidence);
  } else if ((agreed || certified) && !otherwise && !agreement.mostly_abstained()) {
    answer.outcome = Outcome::answered;
    answer.reason = Reason::none;
    core::AnswerItem item = to_item(*best, meaning);
    if (agreed && own_limit) {
      item.probability = probability;
      item.basis = core::Basis::calibrated;
      answer.certificates.push_back(own_limit->certificate);
    } else if (certified) {
      item.probability = quote->probability;
      item.basis = core::Basis::calibrated;
      item.by_quote = true;
      item.citations.insert(item.citations.begin(), quote->citations.begin(), quote->citations.end());
      answer.certificates.push_back(quotes_limit.certificate);
      answer.certificates.back().assumptions.push_back(
          "the language model's answer is the one of the first quote: both hold the same value");
    }
    answer.answers.push_back(std::move(item));
    answer.message = stale_warning(answer.answers.front(), question, meaning, policy);
    stage.note("answered", agreed && own_limit ? "by its calibration"
                           : certified         ? "certified by a quote"
                                               : "by agreement");
  } else if (const std::string source = decisive_poison(evidence); !source.empty()) {
    because(Reason::suspected_poisoning, source);
  } else if (!answers.superseded.empty() && answers.superseded.front().probability >= wanted) {
    because(Reason::stale_evidence, answers.superseded.front().citations.front().document.id);
    answer.rejected.push_back(to_item(answers.superseded.front(), meaning));
  } else if (agreement.mostly_abstained() || agreement.answers.empty()) {
    because(Reason::insufficient_evidence);
  } else {
    const Draft& most = agreement.answers.front();
    const Disagreement how = otherwise         ? Disagreement::with_quote
                             : !most.supported ? Disagreement::with_evidence
                                               : Disagreement::among_drafts;
    abstain(Reason::low_confidence, disagreement_message(how, most.agreeing, most.drafts, policy.language));
  }
  if (answer.outcome == Outcome::abstained && answer.rejected.empty() && (best || quote))
    answer.rejected.push_back(to_item(best ? *best : *quote, meaning));
  auto& shown = answer.answers.empty() ? answer.rejected : answer.answers;
  if (best && !vetoed && !shown.empty() && answer.reason != Reason::stale_evidence)
    shown.front().scores = std::move(scores);
  stage.counts(agreement.answers.size(), answer.answers.size());
  return answer;
}

Answer without_model(Answer by_quotes, const base::Error& error, const std::string& model,
                     const Policy& policy, core::Trace& trace) {
  auto stage = trace.stage("fall back");
  stage.note("model", model + ": " + std::string(base::to_string(error.code)) + ": " + error.message);
  const Reason reason =
      error.code == base::Code::resource_exhausted ? Reason::budget_exhausted
      : error.code == base::Code::invalid_argument && error.message.find("context") != std::string::npos
          ? Reason::context_exceeded
          : Reason::model_unavailable;
  if (by_quotes.outcome == Outcome::answered) {
    by_quotes.message = fallback_message(reason, model, policy.language);
    stage.note("answered", "by a verbatim quote that carries the risk by itself");
  } else if (!policy.suspended && (by_quotes.reason == Reason::insufficient_evidence ||
                                   by_quotes.reason == Reason::low_confidence)) {
    by_quotes.reason = reason;
    by_quotes.message = message_for(reason, policy.language, model);
  }
  return by_quotes;
}

}  // namespace genkai::limits::hallucination
