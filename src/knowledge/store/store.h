#pragma once
// The implementation of KnowledgeBase. Opening and recovery are in store_open.cc, writing in store.cc,
// merging and rebuilding in store_merge.cc.
//
// A change is one SQLite transaction: rows of documents, tombstones, and the manifest rows of segments whose
// files are already durable. Only after COMMIT does memory follow, so a kill at any moment leaves the state
// before or after.

#include <condition_variable>
#include <optional>
#include <thread>

#include "base/thread_pool.h"
#include "knowledge/store/folder_lock.h"
#include "knowledge/store/reindex.h"
#include "knowledge/store/view.h"

namespace genkai::knowledge {

class Store final : public KnowledgeBase {
 public:
  /// `lock` is null in memory and for readers. Call load() before anything else.
  Store(base::Path folder, const OpenOptions& options, std::shared_ptr<Shared> shared,
        std::unique_ptr<FolderLock> lock);
  ~Store() override;
  base::Status load();

  base::Status add(const ParsedDocument& document) override;
  base::Result<Added> add_prepared(PreparedDocument document) override;
  bool holds(std::string_view id, std::uint64_t hash) const override;
  const Embedder& embedder() const override { return *shared_->embedder; }
  base::Status begin_file(const KnownFile& file) override;
  base::Status end_file() override;
  base::Status commit() override;
  base::Result<std::vector<KnownFile>> known_files(std::string_view root) const override;
  base::Status touch_file(const KnownFile& file) override;
  base::Status remove_file(std::string_view root, std::string_view key) override;
  base::Status remove_document(std::string_view id) override;
  base::Result<std::shared_ptr<const KnowledgeView>> view() const override;
  base::Result<KnowledgeBaseInfo> info() const override;
  base::Result<std::vector<std::string>> check() const override;
  base::Status rebuild(const base::Cancellation& cancellation) override;
  base::Status compact() override;

 private:
  struct CurrentFile {
    FileRow row;
    KnownFile file;
  };
  /// Passages of a bulk too large for the memtable, on their way into segments.
  struct Bulk {
    Bulk(core::PassageId from, std::size_t dimension) : first(from), vectors(dimension) {}
    core::PassageId first;
    SegmentBuilder lexical;
    VectorBuilder vectors;
  };
  /// A segment that takes the place of others, or of none when it is new. Its file is durable, open and not
  /// yet used.
  struct Merged {
    std::vector<SegmentRow> from;
    SegmentRow into;
    std::shared_ptr<const LexicalSegment> lexical;  // of the two, the one of its kind
    std::shared_ptr<const VectorSegment> vector;
  };
  using IdRange = std::pair<core::PassageId, core::PassageId>;  // first and last

  // Everything below that changes or reads the store's state needs shared_->mutex held.
  Meta& meta() const { return *shared_->meta; }
  base::Status writable() const;
  base::Status ensure_transaction();
  /// Ends a failed change: everything since the last commit is undone, in meta.db and in memory.
  base::Status undo(base::Error error);
  base::Result<Added> add_locked(const PreparedDocument& document);
  base::Status remove_rows(const DocumentRow& document);
  void index(core::PassageId id, const std::vector<std::string>& terms, const QuantisedVector& vector);
  base::Status commit_locked();
  base::Status commit_changes();
  /// Writes the memtable and the bulk as segments and their rows into the open transaction.
  base::Status seal_all();
  base::Status add_segment(SegmentRow row, const std::function<base::Status(const base::Path&)>& write);
  base::Status open_new(Merged& merged) const;
  base::Status put_manifest(const Merged& merged);
  void adopt(const Merged& merged);
  SegmentRow next_row(IndexKind kind, core::PassageId first, core::PassageId last);
  void fresh_memtable() const;
  void publish() const;
  std::shared_ptr<const KnowledgeView> additions_view() const;  // needs view_mutex_ held
  std::vector<SegmentRow> rows(IndexKind kind) const;
  core::PassageId covered_end() const;
  base::ThreadPool& pool() const;

  base::Status load_rows() const;
  base::Result<bool> another_analyzer() const;
  base::Result<bool> another_embedder() const;
  base::Status open_segments(const std::vector<SegmentRow>& rows, std::vector<SegmentRow>& damaged,
                             bool& vanished) const;
  base::Status recover();
  base::Status embed_anew();
  base::Status index_tail();
  base::Status write_anew(const std::vector<SegmentRow>& from, IndexKind kind, core::PassageId first,
                          core::PassageId last, const base::Cancellation& cancellation);
  base::Status put_settings();
  base::Status fill_memtable(const std::vector<IdRange>& ranges, const ReindexWork& work) const;
  std::vector<IdRange> uncovered(IndexKind kind) const;
  base::Status follow() const;
  base::Status follow_once(bool first_try, bool last_try, bool& vanished) const;

  void merge_in_background();
  bool merge_next(std::unique_lock<std::mutex>& lock);
  base::Result<Merged> merge(const std::vector<SegmentRow>& from, SegmentRow into,
                             const Indexes& indexes) const;
  base::Status merge_all(IndexKind kind);
  base::Status seal_and_commit(std::unique_lock<std::mutex>& lock);
  void settle(std::unique_lock<std::mutex>& lock);

  const base::Path folder_;
  const OpenOptions options_;
  const std::shared_ptr<Shared> shared_;
  const std::unique_ptr<FolderLock> lock_;
  const SegmentFiles files_;

  // A reader's view() follows the writer of another process, so what it loads changes under const.
  mutable Indexes indexes_;
  mutable core::PassageId committed_next_ = 1;
  mutable std::uint64_t committed_passages_ = 0;
  mutable std::int64_t seen_tombstone_ = 0, seen_version_ = -1;
  mutable std::unique_ptr<base::ThreadPool> pool_;

  std::optional<Bulk> bulk_;
  bool memtable_sealed_ = false;      // its segments are in the open transaction
  std::vector<Merged> new_segments_;  // in the open transaction, not yet in indexes_
  std::vector<KnowledgeView::SectionRange> new_sections_;
  std::vector<std::pair<core::PassageId, std::uint64_t>> new_deleted_;
  std::vector<std::pair<core::PassageId, std::uint64_t>>
      ghosts_;  // ids undone: tombstones still to be written
  std::optional<CurrentFile> file_;
  core::PassageId next_ = 1;
  core::PassageId sealed_end_ = 1;  // the first id that no segment covers, also those of the open transaction
  std::uint64_t next_segment_ = 1;
  std::uint64_t passages_ = 0;

  std::vector<Merged> finished_;  // by the background, to be put into the manifest
  bool merging_ = false, stopping_ = false;
  std::condition_variable merge_wanted_, merge_done_;
  std::thread merger_;

  mutable std::mutex view_mutex_;  // guards all that follows
  mutable std::shared_ptr<const View> view_;
  mutable std::unique_ptr<KnowledgeBase> additions_;  // opened when they are first seen
  mutable bool additions_broken_ = false;
  mutable std::shared_ptr<const KnowledgeView> additions_seen_;
};

}  // namespace genkai::knowledge
