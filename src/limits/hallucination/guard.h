#pragma once
// The hallucination limit's door: answer only when the calibrated probability carries the wanted risk, else
// say why not.
//
//   core::Answer answer = decide(question, meaning, verified, evidence, {.risk = 0.1}, trace);

#include <string>
#include <vector>

#include "core/answer.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"
#include "text/text.h"

namespace genkai::limits::hallucination {

struct Policy {
  double risk = 0.1;        // wanted share of wrong answers among those given, (0, 1)
  std::size_t answers = 1;  // at most this many, each from another place
  text::Language language = text::Language::english;  // of messages
};

/// Threshold and certificate rest on the calibration set named in the certificate
/// (model/reader_calibration.h).
core::Answer decide(const core::Question& question, const core::Interpretation& meaning,
                    const core::Verified& verified, const std::vector<core::Evidence>& evidence,
                    const Policy& policy, core::Trace& trace);

/// The answer to a question that no document can settle before it is asked more clearly.
core::Answer ask_back(const core::Question& question, const std::string& unclear_word, const Policy& policy,
                      core::Trace& trace);

}  // namespace genkai::limits::hallucination
