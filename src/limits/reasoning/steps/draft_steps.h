#pragma once
// The chain of steps that a language model wrote around its answer, checked as part of its draft.
//
//   hold_steps(stated_steps(reply, object), meaning.text, draft);   // adds claims to draft.claims

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/draft.h"

namespace genkai::limits::reasoning::steps {

/// What a reply reasons: the text before its JSON `object`, after what was thought aloud (</think>), and the
/// object's "steps" or "reasoning" (a text or a list of them).
std::vector<std::string> stated_steps(std::string_view reply, const base::Json& object);

/// Checks the steps and the draft's own text after them. A wrong step becomes a contradicted claim, for which
/// check() (limits/reasoning/guard.h) takes the draft's support away; where others could be checked, one
/// supported claim says how many. Nothing is added when nothing could be checked. It never gives support.
void hold_steps(const std::vector<std::string>& steps, std::string_view question, core::Draft& draft);

}  // namespace genkai::limits::reasoning::steps
