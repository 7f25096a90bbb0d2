#include <algorithm>
#include <cmath>
#include <cstdio>

#include "limits/hallucination/decision.h"
#include "limits/hallucination/guard.h"
#include "limits/hallucination/messages.h"

namespace genkai::limits::hallucination {
namespace {

using core::Answer;
using core::AnswerItem;
using core::Certificate;
using core::Draft;
using core::Evidence;
using core::Outcome;
using core::Reason;

constexpr std::size_t kDecisive = 3;  // evidence ranked this high would have made the answer

double best_clean_score(const std::vector<Evidence>& evidence) {
  std::size_t clean = 0;
  double score = 0;
  for (const Evidence& item : evidence)
    if (!item.poisoned() && ++clean <= kDecisive) score = item.scores.fused;
  return clean >= kDecisive ? score : 0;
}

}  // namespace

AnswerItem to_item(const Draft& draft, const core::Interpretation& meaning) {
  AnswerItem item{draft.text, draft.span, draft.probability, meaning.text, draft.citations};
  if (draft.model.empty()) return item;
  item.basis = core::Basis::agreement;
  item.model = draft.model;
  item.agreeing = draft.agreeing;
  item.drafts = draft.drafts;
  item.claims = draft.claims;
  return item;
}

std::string decisive_poison(const std::vector<Evidence>& evidence) {
  const double best_clean = best_clean_score(evidence);
  for (const Evidence& item : evidence)
    if (item.poisoned() && item.scores.fused >= best_clean) return item.passage.document.id;
  return {};
}

Answer decide(const core::Question& question, const core::Interpretation& meaning,
              const core::Verified& verified, const std::vector<Evidence>& evidence, const Policy& policy,
              core::Trace& trace) {
  auto stage = trace.stage("decide");
  const Calibration* own = policy.calibration.get();
  Limit limit = limit_for(policy, own);
  if (limit.too_few) {
    stage.note("calibration", own->name() + " has too few questions for this risk; the reader's own decides");
    own = nullptr;
    limit = limit_for(policy, nullptr);
  }
  const double close = kNotEvenClose * std::min(limit.threshold, 1.0);  // no threshold may carry the risk
  const auto probability = [&](const Draft& draft) {
    return own ? probability_by(*own, {draft.probability}, meaning) : draft.probability;
  };
  const auto item_of = [&](const Draft& draft) {
    AnswerItem item = to_item(draft, meaning);
    item.probability = probability(draft);
    return item;
  };
  const double best = verified.drafts.empty() ? 0 : probability(verified.drafts.front());
  Answer answer;
  answer.question_id = question.id;
  answer.question = question.text;
  answer.conflicts = verified.conflicts;
  const auto abstain = [&](Reason reason, const std::string& detail = {}) {
    answer.outcome = Outcome::abstained;
    answer.reason = reason;
    answer.message = message_for(reason, policy.language, detail);
    stage.note("abstained", std::string(core::to_string(reason)));
  };
  stage.note("threshold", (std::isfinite(limit.threshold) ? percent(limit.threshold) : "none") +
                              " for risk " + percent(policy.risk) + " (calibrated on " +
                              limit.certificate.numbers.string("calibration_set") + ")");
  if (!verified.drafts.empty()) stage.note("best draft", percent(best));

  const bool sure = !verified.drafts.empty() && best >= limit.threshold;
  const bool stale_would_answer =
      !verified.superseded.empty() && probability(verified.superseded.front()) >= limit.threshold;
  const bool conflict = !verified.conflicts.empty() && best >= close;
  if (policy.suspended) {
    answer.outcome = Outcome::abstained;
    answer.reason = Reason::low_confidence;
    answer.message = suspended_message(policy.language);
    stage.note("abstained", "suspended");
  } else if (conflict) {
    abstain(Reason::conflicting_evidence);
  } else if (sure) {
    answer.outcome = Outcome::answered;
    answer.reason = Reason::none;
    for (const Draft& draft : verified.drafts) {
      if (answer.answers.size() == policy.answers || !(probability(draft) >= limit.threshold)) break;
      answer.answers.push_back(item_of(draft));
    }
    answer.certificates.push_back(limit.certificate);
    answer.message = stale_warning(answer.answers.front(), question, meaning, policy);
    stage.note("answered", std::to_string(answer.answers.size()));
  } else if (const std::string source = decisive_poison(evidence); !source.empty()) {
    abstain(Reason::suspected_poisoning, source);
  } else if (stale_would_answer) {
    abstain(Reason::stale_evidence, verified.superseded.front().citations.front().document.id);
    answer.rejected.push_back(item_of(verified.superseded.front()));
  } else if (!verified.drafts.empty() && best >= close) {
    abstain(Reason::low_confidence);
  } else {
    abstain(Reason::insufficient_evidence);
  }
  if (answer.outcome == Outcome::abstained && !verified.drafts.empty() && answer.rejected.empty())
    answer.rejected.push_back(item_of(verified.drafts.front()));
  if (!verified.drafts.empty() && verified.conflicts.empty() && answer.reason != Reason::stale_evidence)
    (answer.answers.empty() ? answer.rejected : answer.answers).front().scores = {
        verified.drafts.front().probability};
  stage.counts(verified.drafts.size(), answer.answers.size());
  return answer;
}

Answer ask_back(const core::Question& question, const std::string& unclear_word, const Policy& policy,
                core::Trace& trace) {
  auto stage = trace.stage("decide");
  Answer answer;
  answer.question_id = question.id;
  answer.question = question.text;
  answer.outcome = Outcome::needs_clarification;
  answer.reason = Reason::ambiguous_question;
  answer.message = message_for(Reason::ambiguous_question, policy.language, unclear_word);
  stage.note("unclear", unclear_word);
  return answer;
}

}  // namespace genkai::limits::hallucination
