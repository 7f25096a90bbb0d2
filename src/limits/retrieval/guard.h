#pragma once
// The retrieval limit's door: understand the question, find wide, trust little.
//
//   std::vector<core::Interpretation> meanings = interpret(question, view, trace);
//   Result<Found> found = gather(view, meanings.front(), {}, trace);
//   vet(*found, meanings.front(), question, trace);

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/evidence.h"
#include "core/question.h"
#include "core/trace.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::limits::retrieval {

/// How much is gathered. The defaults are measured in bench/retrieval_quality.
struct GatherOptions {
  std::size_t lexical = 100;     // passages asked of the lexical index
  std::size_t dense = 50;        // passages asked of the vector index
  std::size_t keep = 20;         // hits returned
  std::size_t neighbours = 0;    // passages added because they stand beside one of the best; 0: none
  std::size_t hops = 0;          // times that what was found is searched for in turn, 3 at most; 0: never
  std::size_t supplements = 0;   // passages added because of what a model wrote to find them; 0: none
  bool one_per_section = false;  // for search: the best passage of each section only
  enum class Ranking { fused, lexical, dense } ranking = Ranking::fused;
};

/// Readings of the question, likeliest first; never empty. The terms of each carry their idf in this
/// knowledge base.
std::vector<core::Interpretation> interpret(const core::Question& question,
                                            const knowledge::KnowledgeView& view, core::Trace& trace);

/// True when the question leans on something said before ("When did it open?"), so that no document can tell
/// what is meant; `word` is the word that does so.
bool needs_context(std::string_view question, std::string* word);

struct Found {
  std::vector<core::Evidence> evidence;  // best first
  std::size_t candidates = 0;            // passages that were ranked to choose them
};

/// Lexical and dense candidates, ranked by a learnt linear model over passage and section scores (rank.h).
/// With `neighbours`, `hops` or `supplements`, passages that the question's own words rank low or miss are added
/// behind the first places (widen.h, supplement.h), which keep the ranking; `keep` counts them in. `hypotheses`
/// are texts as an answer might stand somewhere.
base::Result<Found> gather(const knowledge::KnowledgeView& view, const core::Interpretation& meaning,
                           const GatherOptions& options, core::Trace& trace,
                           const std::vector<std::string>& hypotheses = {});

struct VetOptions {
  /// Passages of one source that count as independent; of an unknown source each is its own.
  std::size_t per_source = 3;
};

/// Marks what must not be trusted (core::Suspicion) and fills the trust record of each. Nothing is removed:
/// later stages see what was found and why it does not count. `evidence` is best first.
void vet(std::vector<core::Evidence>& evidence, const core::Interpretation& meaning,
         const core::Question& question, core::Trace& trace, const VetOptions& options = {});

}  // namespace genkai::limits::retrieval
