#pragma once
// The checks of this limit that stand beside the router, as tools that it can choose. Programs, solvers and
// consistency are offered by those who have them.
//
//   std::vector<ReasoningTool> tools{step_check_tool(0.8), verification_tool(model, {})};

#include "limits/reasoning/chains/verification.h"
#include "limits/reasoning/router/router.h"

namespace genkai::limits::reasoning::router {

/// The exact check of the written steps: a wrong one refutes with the probability that an answer after a
/// wrong step is wrong, which is to be counted (`genkai probe reasoning`, right_when_wrong); right steps
/// confirm nothing, as what cannot be checked may be wrong. Asks no model. Applies where there is a chain.
ReasoningTool step_check_tool(double wrong_after_wrong_step);

/// Verification questions about the answer, from the evidence where there is any. One call for the questions
/// and one for each. REQUIRES: the model outlives the tool.
ReasoningTool verification_tool(model::LanguageModel& model, chains::VerificationOptions options);

/// The passages that nothing speaks against, numbered, as the material of verification questions.
std::string material_of(const std::vector<core::Evidence>& evidence);

}  // namespace genkai::limits::reasoning::router
