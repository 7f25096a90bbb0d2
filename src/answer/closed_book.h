#pragma once
// The closed-book answer: the question alone, without a passage, drawn beside the drafts that read them.
//
//   request.messages = closed_book_messages(meaning);           // in the same batch (model_drafts.h)
//   const auto found = compare_with_memory(replies, agreement, quotes, meaning, trace);
//   if (found) weigh(*found, policy, answer);

#include <optional>
#include <string>
#include <vector>

#include "answer/model_drafts.h"
#include "core/answer.h"
#include "core/question.h"
#include "core/trace.h"
#include "limits/hallucination/guard.h"
#include "limits/retrieval/conflict.h"
#include "model/language_model.h"

namespace genkai::answer {

/// Asks for {"answer"}: short, from what the model knows, null when it does not.
std::vector<model::ChatMessage> closed_book_messages(const core::Interpretation& meaning);
base::Json closed_book_schema();

/// Nothing when no closed-book answer came. `agreement` is of the drafts that read the evidence, `quotes` the
/// verified drafts of the extractive reader.
std::optional<limits::retrieval::Compared> compare_with_memory(
    const ModelReplies& replies, const limits::hallucination::Agreement& agreement,
    const core::Verified& quotes, const core::Interpretation& meaning, core::Trace& trace);

/// Writes what was compared into a decided answer, and takes an answer back where no calibration has weighed
/// memory and the rule withholds it (limits/retrieval/conflict.h).
void weigh(const limits::retrieval::Compared& found, const limits::hallucination::Policy& policy,
           core::Answer& answer);

}  // namespace genkai::answer
