#pragma once
// Structured output that is held to what was asked for: a model that is given a JSON schema and ignores it is
// a fault of the model, not an answer.
//
//   auto completion = co_await complete_structured(model, std::move(request), trace);

#include <functional>
#include <memory>
#include <string_view>

#include "base/async.h"
#include "base/result.h"
#include "core/trace.h"
#include "model/language_model.h"

namespace genkai::answer {

/// What is left to fall back on behind the one of a chain that gave an answer (Completion::model); null where
/// nothing is.
using ModelsAfter = std::function<std::unique_ptr<model::LanguageModel>(std::string_view answered)>;

/// `model.complete(request)` when `request.response_schema` is null. Else each sample has to be a JSON
/// document that conforms; if one does not, the model is asked once more, shown its text and what is wrong
/// with it. What then still does not conform goes to the next model (`after`), as it was asked at first and
/// within what is left of the deadline; after the last it is an error (corrupt) that names each model and
/// place. Not held to it: samples that were cut (finish_reason other than stop, or stop strings in the
/// request) or call tools; a schema outside the subset of logic/grammar/schema.h, which the trace notes. All
/// requests are in the usage.
base::Task<base::Result<model::Completion>> complete_structured(model::LanguageModel& model,
                                                                model::ChatRequest request,
                                                                core::Trace& trace, ModelsAfter after = {});

}  // namespace genkai::answer
