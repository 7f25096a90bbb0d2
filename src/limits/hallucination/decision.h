#pragma once
// What the decisions about quotes (decide.cc) and about a model's answers (decide_model.cc) share.

#include <string>
#include <vector>

#include "core/answer.h"
#include "core/evidence.h"
#include "core/question.h"
#include "limits/hallucination/guard.h"

namespace genkai::limits::hallucination {

constexpr double kNotEvenClose = 0.5;  // of the threshold: below it the documents do not answer at all

core::AnswerItem to_item(const core::Draft& draft, const core::Interpretation& meaning);

/// What an answer has to reach, and what is promised when it does.
struct Limit {
  double threshold = 0;  // infinite: nothing carries the risk
  bool too_few =
      false;  // because the calibration has too few questions, which says nothing against the answers
  core::Certificate certificate;
};
/// Of a calibration, or of the reader's own without one. Never below even odds. One with too few questions
/// for the risk decides nothing: then what holds without it does.
Limit limit_for(const Policy& policy, const Calibration* calibration);
/// Of verbatim quotes: by the policy's calibration, or the reader's where that has too few questions.
Limit limit_of_quotes(const Policy& policy);
/// A calibration's probability for its scores; 0 where they are missing.
double probability_by(const Calibration& calibration, const std::vector<double>& scores,
                      const core::Interpretation& meaning);
/// The group that a calibration knows a question by: its language.
std::string group_of(const core::Interpretation& meaning);
/// Whether the answer is about the current state and its evidence is older than its half-life: then a warning
/// for people, else empty.
std::string stale_warning(const core::AnswerItem& item, const core::Question& question,
                          const core::Interpretation& meaning, const Policy& policy);
std::string percent(double share);

/// The name of a poisoned document that ranks among the evidence that would have made the answer, or empty.
std::string decisive_poison(const std::vector<core::Evidence>& evidence);

}  // namespace genkai::limits::hallucination
