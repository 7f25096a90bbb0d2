#pragma once
// The probe of retrieval without a language model: genkai's own path (vetting, verbatim quotes, the decision)
// reads the passages of each case as if they were its documents.
//
//   read_cases(cases, replies, threads);          // fills replies as a model's would be

#include <string>
#include <vector>

#include "base/result.h"
#include "limits/retrieval/probe/cases.h"
#include "model/asking/replies.h"

namespace genkai::app {

constexpr const char* kOwnPath = "genkai (verbatim quotes)";

/// A reply is the quote that is answered, both sides of a conflict with the word that they contradict, the
/// question that is asked back, or "I don't know". Errors: those of the main path.
base::Status read_cases(const std::vector<limits::retrieval::probe::Case>& cases, const std::string& today,
                        model::asking::Replies& replies);

}  // namespace genkai::app
