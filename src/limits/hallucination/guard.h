#pragma once
// The hallucination limit's door: answer only when the calibrated probability carries the wanted risk, else
// say why not.
//
//   core::Answer answer = decide(question, meaning, verified, evidence, {.risk = 0.1}, trace);
//
// and of a language model's answers:
//
//   Agreement agreed = agree(std::move(drafts), trace);                          // agreement.h
//   core::Answer answer = decide(question, meaning, quotes, agreed, answers, evidence, policy, trace);

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/answer.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"
#include "limits/hallucination/agreement.h"
#include "limits/hallucination/calibration.h"
#include "text/text.h"

namespace genkai::limits::hallucination {

struct Policy {
  double risk = 0.1;        // wanted share of wrong answers among those given, (0, 1)
  std::size_t answers = 1;  // at most this many, each from another place
  text::Language language = text::Language::english;  // of messages
  double delta = 0.05;  // a certificate may fail with this probability over the draw of its calibration set
  /// Of this knowledge base: for quotes, and for the language model's answers. None: for quotes the reader's
  /// own.
  std::shared_ptr<const Calibration> calibration{}, model_calibration{};
  /// Of the model's answers where its closed-book answer was drawn too; it decides alone then, in place of
  /// model_calibration and of a quote's certificate.
  std::shared_ptr<const Calibration> memory_calibration{};
  bool suspended = false;  // feedback has refuted the certificate: nothing is answered until calibrated anew
  double half_life_days =
      730;  // of what a question for the current state asks: older evidence is warned about
};

/// Threshold and certificate rest on the calibration set named in the certificate: the policy's, whose scores
/// are {the reader's probability of the quote}, else the one of the reader (model/reader_calibration.h).
core::Answer decide(const core::Question& question, const core::Interpretation& meaning,
                    const core::Verified& verified, const std::vector<core::Evidence>& evidence,
                    const Policy& policy, core::Trace& trace);

/// The same with a language model. `answers` are the distinct answers of `agreement` after verification,
/// `quotes` the extractive reader's drafts. An answer is given when it is supported and its agreement
/// estimate is at least 1 - risk; there is no certificate then. When the best quote carries the risk by
/// itself and holds the same value, its probability and certificate are used and it becomes the first
/// citation (the certificate's assumptions say so); when it holds another value, nothing is answered. A
/// calibration in the policy makes the estimate a calibrated probability with a certificate; its scores are
/// {agreement estimate, probability of the best quote where it says the same, share of drafts that
/// abstained}, followed by the agreement's memory_scores where there are any. Conflicts between documents and
/// decisive poison come first, as without a model.
core::Answer decide(const core::Question& question, const core::Interpretation& meaning,
                    const core::Verified& quotes, const Agreement& agreement, const core::Verified& answers,
                    const std::vector<core::Evidence>& evidence, const Policy& policy, core::Trace& trace);

/// What is left when the language model failed: the decision about quotes alone, with a note when it answers
/// (its certificate needs no model); else why the model failed (model_unavailable, budget_exhausted,
/// context_exceeded) in place of a reason that a model might have removed.
core::Answer without_model(core::Answer by_quotes, const base::Error& error, const std::string& model,
                           const Policy& policy, core::Trace& trace);

/// The answer to a question that no document can settle before it is asked more clearly.
core::Answer ask_back(const core::Question& question, const std::string& unclear_word, const Policy& policy,
                      core::Trace& trace);

}  // namespace genkai::limits::hallucination
