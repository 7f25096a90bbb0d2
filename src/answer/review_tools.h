#pragma once
// Checks of the reasoning limit as tools that the router can choose, beside those of router/tools.h.
//
//   std::vector<ReasoningTool> tools{consistency_tool(), solver_tool(model, options)};

#include "limits/reasoning/formal/answer_formally.h"
#include "limits/reasoning/router/router.h"
#include "model/language_model.h"

namespace genkai::answer {

/// Whether the sentences of an answer can all be true, as read from their words, and together with what the
/// passages say of is-a, part-of and order (stated.h); asks no model. An answer that contradicts itself or
/// such a relation counts as one reply that differs.
limits::reasoning::router::ReasoningTool consistency_tool();

/// Holds a yes or no against what follows from the passages: the model translates question and passages into
/// logic, a solver decides. Says nothing where neither follows. What it finds is as probable as the programs
/// agree: (agreeing + 0.5) / (programs + 1). REQUIRES: the model outlives the tool.
limits::reasoning::router::ReasoningTool solver_tool(model::LanguageModel& model,
                                                     limits::reasoning::FormalOptions options);

}  // namespace genkai::answer
