#pragma once
// Where the evidence that the reader learns from comes from.

#include <memory>
#include <vector>

#include "base/result.h"
#include "cases.h"
#include "core/evidence.h"
#include "core/question.h"
#include "model/reader_features.h"

namespace genkai::tools {

/// Thread-safe.
class EvidenceSource {
 public:
  virtual ~EvidenceSource() = default;
  /// The k best passages for the question against the knowledge base of `kind`, best first; fills
  /// question.terms with the idf of that knowledge base. `labelled` null: everything. The document id of a
  /// passage is "context-N" with N the index of its context.
  virtual std::vector<core::Evidence> gather(core::Interpretation& question, const LabelledQuestion* labelled,
                                             Kind kind, std::size_t k, bool with_titles) const = 0;
  virtual const model::Similarity& similarity() const = 0;
};

/// REQUIRES: `data` outlives the source. Contexts from `first_distractor` on belong only to the crowded
/// kinds. The main path's own retrieval over knowledge bases in memory.
base::Result<std::unique_ptr<EvidenceSource>> make_pipeline_source(const LabelledData& data,
                                                                   std::size_t first_distractor);
/// Plain BM25 (small_search.h): seconds instead of minutes, for trying features out.
base::Result<std::unique_ptr<EvidenceSource>> make_small_source(const LabelledData& data,
                                                                std::size_t first_distractor);

}  // namespace genkai::tools
