#pragma once
// What the store and its views share, and the view itself.

#include <memory>
#include <mutex>
#include <vector>

#include "knowledge/store/deleted_set.h"
#include "knowledge/store/section_table.h"
#include "knowledge/store/segment_files.h"

namespace genkai::knowledge {

/// Lives as long as the store or any of its views.
struct Shared {
  base::Path meta_path;  // empty in memory
  std::shared_ptr<const Embedder> embedder;
  DeletedSet deleted;
  SectionTable sections;

  std::mutex mutex;            // guards `meta` and everything in Store that says so
  std::unique_ptr<Meta> meta;  // the store's own connection

  std::mutex readers_mutex;  // guards `idle`
  std::vector<std::unique_ptr<Meta>> idle;
};

/// A connection borrowed for reading, in a read transaction while it lives. In memory it is the store's own,
/// locked.
class Reader {
 public:
  static base::Result<Reader> borrow(Shared& shared);
  Reader(Reader&&) noexcept = default;
  Reader& operator=(Reader&&) = delete;
  ~Reader();
  Meta* operator->() const { return meta_; }

 private:
  explicit Reader(Shared& shared) : shared_(&shared) {}
  Shared* shared_;
  std::unique_lock<std::mutex> lock_;
  std::unique_ptr<Meta> own_;
  Meta* meta_ = nullptr;
};

/// The indexes at one moment; swapped as a whole.
struct Indexes {
  LexicalSegments lexical;
  VectorSegments vector;
  std::shared_ptr<Memtable> memtable;
  std::shared_ptr<VectorMemtable> vector_memtable;
};

class View final : public KnowledgeView {
 public:
  /// Shows passages below `limit`, the first id that was not yet given when the view was taken.
  View(std::shared_ptr<Shared> shared, const Indexes& indexes, core::PassageId limit, std::size_t passages);
  /// The same moment with what is there of additions.
  View(const View& other, std::shared_ptr<const KnowledgeView> additions) : View(other) {
    additions_ = std::move(additions);
  }
  const LexicalIndex& lexical() const override { return lexical_; }
  const VectorIndex& vectors() const override { return vectors_; }
  const Embedder& embedder() const override { return *shared_->embedder; }
  const core::Deleted& deleted() const override { return deleted_; }
  base::Result<std::vector<core::Passage>> passages(std::span<const core::PassageId> ids) const override;
  std::vector<SectionRange> sections(std::span<const core::PassageId> ids) const override;
  std::size_t passage_count() const override { return passages_; }
  base::Result<DocumentList> documents(const DocumentQuery& query) const override;
  base::Result<StoredDocument> document(std::string_view id) const override;
  const KnowledgeView* additions() const override { return additions_.get(); }

 private:
  std::shared_ptr<Shared> shared_;
  core::PassageId limit_;
  std::size_t passages_;
  core::Deleted deleted_;
  LexicalIndex lexical_;
  VectorIndex vectors_;
  std::shared_ptr<const KnowledgeView> additions_;
};

}  // namespace genkai::knowledge
