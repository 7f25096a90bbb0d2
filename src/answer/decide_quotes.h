#pragma once
// What was read of the evidence, and the decision by verbatim quotes alone: the main path without a language
// model, and what it falls back on when a model fails.
//
//   Material material{*found, read_quotes(found->meaning, found->evidence, embedder, 8, trace, "draft")};
//   core::Answer answer = decide_quotes(material, {question, knowledge, options, false}, trace);

#include <cstddef>
#include <set>
#include <vector>

#include "answer/found_evidence.h"
#include "core/draft.h"

namespace genkai::answer {

/// Everything before a language model is asked.
struct Material : FoundEvidence {
  std::vector<core::Draft> quotes;
};

/// What a question is decided with. All outlive the decision.
struct Deciding {
  const core::Question& question;
  const knowledge::KnowledgeView& knowledge;
  const AnswererOptions& options;
  bool with_model = false;
};

/// Verbatim quotes from the evidence, `count` at most, by the extractive reader. `stage` names it in the
/// trace.
std::vector<core::Draft> read_quotes(const core::Interpretation& meaning,
                                     const std::vector<core::Evidence>& evidence,
                                     const knowledge::Embedder& embedder, std::size_t count,
                                     core::Trace& trace, const char* stage);

/// Holds the quotes against the evidence, decides, and holds the answer against what each passage says alone.
/// Takes the quotes out of `found`.
core::Answer decide_quotes(Material& found, const Deciding& by, core::Trace& trace);

/// `given`, which was decided from `draft`, held against what each passage says alone (confirm.h); `silent`
/// say nothing, as places in `found.vetted`. Returns the places for whose sake it was withheld.
std::vector<std::size_t> confirm_found(const Material& found, core::Draft draft, const Deciding& by,
                                       std::set<std::size_t> silent, core::Answer& given, core::Trace& trace);

}  // namespace genkai::answer
