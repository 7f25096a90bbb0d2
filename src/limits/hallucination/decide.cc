#include <algorithm>
#include <cmath>
#include <cstdio>

#include "limits/hallucination/decision.h"
#include "limits/hallucination/guard.h"
#include "limits/hallucination/messages.h"
#include "model/reader_calibration.h"

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

std::string percent(double share) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f %%", share * 100);
  return buffer;
}

Certificate certify(const model::RiskThreshold& threshold, double risk) {
  Certificate certificate;
  certificate.kind = "risk";
  certificate.statement = "of answers given at this threshold at most " + percent(risk) +
                          " are wrong, with 95 % confidence (" + std::to_string(threshold.errors) + " of " +
                          std::to_string(threshold.n) + " were, on " + threshold.calibration_set + ")";
  certificate.assumptions = {"questions and documents are like those of the calibration set",
                             "an answer is right when its quote contains what was asked for"};
  certificate.numbers = base::Json::object({{"risk", risk},
                                            {"threshold", threshold.threshold},
                                            {"answered", threshold.n},
                                            {"errors", threshold.errors},
                                            {"upper_bound", threshold.upper_bound},
                                            {"coverage", threshold.coverage},
                                            {"calibration_set", threshold.calibration_set}});
  return certificate;
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
  const model::RiskThreshold threshold = model::threshold_for(policy.risk);
  const double close = kNotEvenClose * std::min(threshold.threshold, 1.0);  // no threshold may carry the risk
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
  stage.note("threshold", (std::isfinite(threshold.threshold) ? percent(threshold.threshold) : "none") +
                              " for risk " + percent(policy.risk) + " (calibrated on " +
                              threshold.calibration_set + ")");
  if (!verified.drafts.empty()) stage.note("best draft", percent(verified.drafts.front().probability));

  const bool sure = !verified.drafts.empty() && verified.drafts.front().probability >= threshold.threshold;
  const bool stale_would_answer =
      !verified.superseded.empty() && verified.superseded.front().probability >= threshold.threshold;
  if (!verified.conflicts.empty() && verified.drafts.front().probability >= close) {
    abstain(Reason::conflicting_evidence);
  } else if (sure) {
    answer.outcome = Outcome::answered;
    answer.reason = Reason::none;
    for (const Draft& draft : verified.drafts) {
      if (answer.answers.size() == policy.answers || draft.probability < threshold.threshold) break;
      answer.answers.push_back(to_item(draft, meaning));
    }
    answer.certificates.push_back(certify(threshold, policy.risk));
    stage.note("answered", std::to_string(answer.answers.size()));
  } else if (const std::string source = decisive_poison(evidence); !source.empty()) {
    abstain(Reason::suspected_poisoning, source);
  } else if (stale_would_answer) {
    abstain(Reason::stale_evidence, verified.superseded.front().citations.front().document.id);
    answer.rejected.push_back(to_item(verified.superseded.front(), meaning));
  } else if (!verified.drafts.empty() && verified.drafts.front().probability >= close) {
    abstain(Reason::low_confidence);
  } else {
    abstain(Reason::insufficient_evidence);
  }
  if (answer.outcome == Outcome::abstained && !verified.drafts.empty() && answer.rejected.empty())
    answer.rejected.push_back(to_item(verified.drafts.front(), meaning));
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
