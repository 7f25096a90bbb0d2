#pragma once
// A plain BM25 in memory that can leave an article or a context out of the knowledge base, term counts
// included, so that every labelled question can be asked where its answer is missing.

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "evidence_source.h"
#include "knowledge/meaning/embedder.h"

namespace genkai::tools {

class SmallSearch final : public EvidenceSource {
 public:
  /// Contexts from `first_distractor` on belong only to the crowded knowledge bases.
  SmallSearch(const LabelledData& data, std::size_t first_distractor,
              std::shared_ptr<const knowledge::Embedder> embedder);
  std::vector<core::Evidence> gather(core::Interpretation& question, const LabelledQuestion* labelled,
                                     Kind kind, std::size_t k, bool with_titles) const override;
  const model::Similarity& similarity() const override { return similarity_; }

 private:
  struct Posting {
    std::uint32_t passage;
    std::uint32_t count;
  };
  struct StoredPassage {
    core::Passage passage;
    std::size_t context;
    std::uint32_t length;
    std::vector<float> vector;
  };
  const LabelledData& data_;
  std::size_t first_distractor_;
  std::shared_ptr<const knowledge::Embedder> embedder_;
  model::Similarity similarity_;
  std::vector<StoredPassage> passages_;
  std::unordered_map<std::string, std::vector<Posting>> postings_;
};

}  // namespace genkai::tools
