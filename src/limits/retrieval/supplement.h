#pragma once
// Passages that are found by what a language model wrote: headers of passages and summaries of sections and
// documents (knowledge/store/additions.h), and texts as an answer might stand somewhere (L. Gao et al.,
// Precise Zero-Shot Dense Retrieval without Relevance Labels, 2022).
//
//   std::vector<Widened> found = find_supplements(view, meaning, query, hypotheses, hits, 6);
//
// What the model wrote only finds; the passages are the documents' own, vetted and ranked as all others.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "limits/retrieval/widen.h"

namespace genkai::limits::retrieval {

/// At most `most` passages that are not among `hits`, best first: those whose header, section or document an
/// addition found for the question speaks of (of a section or document, the two that the question's own words
/// rank first), and those that rank first for one of the hypotheses, by reciprocal rank. Nothing without
/// additions and hypotheses.
base::Result<std::vector<Widened>> find_supplements(const knowledge::KnowledgeView& view,
                                                    const core::Interpretation& meaning,
                                                    const CandidateQuery& query,
                                                    const std::vector<std::string>& hypotheses,
                                                    std::span<const Hit> hits, std::size_t most);

}  // namespace genkai::limits::retrieval
