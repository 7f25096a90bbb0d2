#pragma once
// Verification questions about a language model's answer (limits/reasoning/chains/verification.h), before it
// is given.
//
//   co_await think_again(model, {.questions = 3}, meaning, evidence, policy, answer, trace);

#include "base/async.h"
#include "core/answer.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"
#include "limits/hallucination/guard.h"
#include "limits/reasoning/chains/verification.h"

namespace genkai::answer {

/// Asks about a single answer in the model's own words; one that a quote carries by itself is left alone, as
/// the quote stands outside of the model. Replies that differ lower the probability to an estimate and drop
/// the certificate of risk; below 1 - risk the answer is withheld as low_confidence. It never gives another
/// answer and never raises a probability. A model that fails changes nothing. Costs are added.
base::Task<void> think_again(model::LanguageModel& model,
                             limits::reasoning::chains::VerificationOptions options,
                             const core::Interpretation& meaning, const std::vector<core::Evidence>& evidence,
                             const limits::hallucination::Policy& policy, core::Answer& answer,
                             core::Trace& trace);

}  // namespace genkai::answer
