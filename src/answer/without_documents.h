#pragma once
// A view of a knowledge base as if some of its documents were not there: what it knows without them.
//
//   GENKAI_ASSIGN_OR_RETURN(auto less, WithoutDocuments::make(view, {"about/history.md"}));
//   answerer.answer(question, *less, trace);       // finds nothing of that page

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::answer {

/// Hidden passages are treated as deleted ones that are not merged away yet: they are never found, but still
/// count in how rare the indexes hold a term to be. Thread-safe.
class WithoutDocuments final : public knowledge::KnowledgeView {
 public:
  /// `view` must outlive the result. Errors: not_found for an id that is not there; those of reading.
  static base::Result<std::unique_ptr<WithoutDocuments>> make(const knowledge::KnowledgeView& view,
                                                              std::span<const std::string> ids);

  const knowledge::LexicalIndex& lexical() const override { return view_.lexical(); }
  const knowledge::VectorIndex& vectors() const override { return view_.vectors(); }
  const knowledge::Embedder& embedder() const override { return view_.embedder(); }
  const core::Deleted& deleted() const override { return deleted_; }
  base::Result<std::vector<core::Passage>> passages(std::span<const core::PassageId> ids) const override;
  std::vector<SectionRange> sections(std::span<const core::PassageId> ids) const override;
  std::size_t passage_count() const override;
  base::Result<knowledge::DocumentList> documents(const knowledge::DocumentQuery& query) const override;
  base::Result<knowledge::StoredDocument> document(std::string_view id) const override;

 private:
  WithoutDocuments(const knowledge::KnowledgeView& view, std::vector<knowledge::StoredDocument> hidden);
  bool hides(std::string_view document) const;
  const knowledge::KnowledgeView& view_;
  std::vector<knowledge::StoredDocument> hidden_;  // by first passage
  core::Deleted deleted_;
};

}  // namespace genkai::answer
