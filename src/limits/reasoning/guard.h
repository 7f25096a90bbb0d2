#pragma once
// The reasoning limit's door: hold every draft against the evidence and the drafts against each other.
//
//   core::Verified verified = verify(std::move(drafts), evidence, meaning, trace);

#include <vector>

#include "core/answer.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"

namespace genkai::limits::reasoning {

/// Claims of a draft: its words stand in the cited passage (checked, not assumed); its value agrees with what
/// other documents say in the same words. A value that a document newer by at least half a year states
/// otherwise is superseded; with no such order of time the two are a conflict.
core::Verified verify(std::vector<core::Draft> drafts, const std::vector<core::Evidence>& evidence,
                      const core::Interpretation& meaning, core::Trace& trace);

}  // namespace genkai::limits::reasoning
