#pragma once
// A view of a knowledge base as if some of its passages were not there.
//
//   const WithoutPassages less(view, {17, 18});
//   answerer.answer(question, less, trace);        // finds neither of the two

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::answer {

/// As WithoutDocuments, for single passages: never found, but still counted in how rare a term is. Documents
/// are listed as they are. Thread-safe.
class WithoutPassages final : public knowledge::KnowledgeView {
 public:
  /// `view` must outlive it. Ids that are not there change nothing.
  WithoutPassages(const knowledge::KnowledgeView& view, std::vector<core::PassageId> hidden);
  WithoutPassages(const WithoutPassages&) = delete;
  WithoutPassages& operator=(const WithoutPassages&) = delete;

  const knowledge::LexicalIndex& lexical() const override { return view_.lexical(); }
  const knowledge::VectorIndex& vectors() const override { return view_.vectors(); }
  const knowledge::Embedder& embedder() const override { return view_.embedder(); }
  const core::Deleted& deleted() const override { return deleted_; }
  base::Result<std::vector<core::Passage>> passages(std::span<const core::PassageId> ids) const override;
  std::vector<SectionRange> sections(std::span<const core::PassageId> ids) const override;
  std::size_t passage_count() const override;
  base::Result<knowledge::DocumentList> documents(const knowledge::DocumentQuery& query) const override {
    return view_.documents(query);
  }
  base::Result<knowledge::StoredDocument> document(std::string_view id) const override {
    return view_.document(id);
  }

 private:
  bool hides(core::PassageId id) const;
  const knowledge::KnowledgeView& view_;
  std::vector<core::PassageId> hidden_;  // ascending, each once
  core::Deleted deleted_;
};

}  // namespace genkai::answer
