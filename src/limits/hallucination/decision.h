#pragma once
// What the decisions about quotes (decide.cc) and about a model's answers (decide_model.cc) share.

#include <string>
#include <vector>

#include "core/answer.h"
#include "core/evidence.h"
#include "core/question.h"
#include "model/reader_calibration.h"

namespace genkai::limits::hallucination {

constexpr double kNotEvenClose = 0.5;  // of the threshold: below it the documents do not answer at all

core::AnswerItem to_item(const core::Draft& draft, const core::Interpretation& meaning);
core::Certificate certify(const model::RiskThreshold& threshold, double risk);
std::string percent(double share);

/// The name of a poisoned document that ranks among the evidence that would have made the answer, or empty.
std::string decisive_poison(const std::vector<core::Evidence>& evidence);

}  // namespace genkai::limits::hallucination
