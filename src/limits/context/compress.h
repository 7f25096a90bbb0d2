#pragma once
// A passage cut down to the sentences that matter for a question, each verbatim and whole.
//
//   const std::string less = compress(passage.text, meaning);   // "The mill opened in 1902. … It closed in
//   1950."

#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "core/question.h"

namespace genkai::limits::context {

/// Sentences that hold at least a tenth of the question's terms (by idf x weight), those that these lean on
/// (leaning.h), and those that lean on them, in their order, with " … " where something was left out. A
/// passage of which no sentence would be kept (it was found by meaning) stays as it is. A quote from the
/// result stands in the passage unless it crosses a gap.
std::string compress(std::string_view text, const core::Interpretation& meaning);

/// The same evidence with each passage compressed.
std::vector<core::Evidence> compressed(std::vector<core::Evidence> evidence,
                                       const core::Interpretation& meaning);

}  // namespace genkai::limits::context
