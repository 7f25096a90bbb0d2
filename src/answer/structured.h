#pragma once
// Structured output that is held to what was asked for: a model that is given a JSON schema and ignores it is
// a fault of the model, not an answer.
//
//   auto completion = co_await complete_structured(model, std::move(request), trace);

#include "base/async.h"
#include "base/result.h"
#include "core/trace.h"
#include "model/language_model.h"

namespace genkai::answer {

/// `model.complete(request)` when `request.response_schema` is null. Else each sample has to be a JSON
/// document that conforms; if one does not, the model is asked once more, shown its text and what is wrong
/// with it, and what then still does not conform is an error (corrupt) that names the place. Not held to it:
/// samples that were cut (finish_reason other than stop, or stop strings in the request) or call tools; a
/// schema outside the subset of logic/grammar/schema.h, which the trace notes.
base::Task<base::Result<model::Completion>> complete_structured(model::LanguageModel& model,
                                                                model::ChatRequest request,
                                                                core::Trace& trace);

}  // namespace genkai::answer
