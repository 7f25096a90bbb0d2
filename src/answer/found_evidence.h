#pragma once
// The first half of the main path: what is found for a question, what vetting says of it, and what of it is
// read.
//
//   GENKAI_ASSIGN_OR_RETURN(const auto found, find_evidence(question, view, options, false, trace));
//   found.evidence.front().passage.text;      // the best passage that is read

#include <cstddef>
#include <vector>

#include "answer/answerer.h"

namespace genkai::answer {

struct FoundEvidence {
  core::Interpretation meaning;
  std::size_t candidates = 0;            // passages that were ranked
  std::vector<core::Evidence> vetted;    // everything that was found, best first, with its suspicions
  std::vector<core::Evidence> evidence;  // what is read, and named beside it
};

/// interpret, gather, vet, pack. `for_model`: neighbours, hops and supplements are searched too; the extractive
/// reader quotes one place, and was calibrated without them. Errors: those of reading.
base::Result<FoundEvidence> find_evidence(const core::Question& question,
                                          const knowledge::KnowledgeView& view,
                                          const AnswererOptions& options, bool for_model, core::Trace& trace,
                                          const std::vector<std::string>& hypotheses = {});

}  // namespace genkai::answer
