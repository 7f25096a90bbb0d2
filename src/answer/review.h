#pragma once
// The checks that a language model's answer is put through before it is given, chosen by the router
// (limits/reasoning/router/router.h) by the type of the question and by price.
//
//   co_await review(model, {.questions = 3, .solver = true}, meaning, evidence, policy, answer, trace);

#include <chrono>
#include <cstddef>

#include "base/async.h"
#include "core/answer.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"
#include "limits/hallucination/guard.h"
#include "model/language_model.h"

namespace genkai::answer {

struct ReviewOptions {
  std::size_t questions = 0;  // verification questions at most, one request each and one for all; 0: none
  bool solver = false;  // a yes or no to what follows is held against programs in logic: 4 requests at most
  std::chrono::milliseconds deadline{120'000};  // of each request
};

/// Reviews a single answer in the model's own words; one that a quote carries by itself is left alone, as the
/// quote stands outside of the model. Sentences of it that cannot all be true, replies that differ, and a
/// solver that finds otherwise lower the probability to an estimate and drop the certificate of risk; below
/// 1 - risk the answer is withheld as low_confidence. It never gives another answer and never raises a
/// probability, as no calibration knows these checks. A check that fails changes nothing. Costs are added;
/// the stage "checks" records what each cost and changed.
base::Task<void> review(model::LanguageModel& model, ReviewOptions options,
                        const core::Interpretation& meaning, const std::vector<core::Evidence>& evidence,
                        const limits::hallucination::Policy& policy, core::Answer& answer,
                        core::Trace& trace);

}  // namespace genkai::answer
