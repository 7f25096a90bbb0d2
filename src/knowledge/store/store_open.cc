// Opening a knowledge base, recovery by its writer, and how a reader follows the writer of another process.

#include <algorithm>
#include <limits>

#include "base/log.h"
#include "knowledge/store/additions.h"
#include "knowledge/store/store.h"

namespace genkai::knowledge {

using base::Code;
using base::Result;
using base::Status;
using core::PassageId;

namespace {

constexpr const char* kMetaFile = "meta.db";
constexpr const char* kLockFile = "lock";
constexpr const char* kSegmentFolder = "segments";

}  // namespace

Result<std::unique_ptr<KnowledgeBase>> KnowledgeBase::open(const base::Path& folder,
                                                           const OpenOptions& options) {
  auto shared = std::make_shared<Shared>();
  shared->embedder = options.embedder ? options.embedder : static_embedder();
  std::unique_ptr<FolderLock> lock;
  Database::Mode mode = Database::Mode::memory;
  if (!options.in_memory) {
    shared->meta_path = folder / kMetaFile;
    std::error_code ignored;
    const bool there = std::filesystem::exists(shared->meta_path, ignored);
    if (!there && (!options.create || options.read_only))
      return base::fail(Code::not_found, "there is no knowledge base in " + folder.string(),
                        "make one with `genkai ingest FOLDER --kb NAME`");
    mode = options.read_only ? Database::Mode::read_only : Database::Mode::create;
    if (!options.read_only) {
      GENKAI_RETURN_IF_ERROR(base::create_folders(folder / kSegmentFolder));
      GENKAI_ASSIGN_OR_RETURN(FolderLock taken, FolderLock::take(folder / kLockFile));
      lock = std::make_unique<FolderLock>(std::move(taken));
    }
  }
  GENKAI_ASSIGN_OR_RETURN(Meta meta, Meta::open(shared->meta_path, mode));
  shared->meta = std::make_unique<Meta>(std::move(meta));
  auto store = std::make_unique<Store>(folder, options, std::move(shared), std::move(lock));
  GENKAI_RETURN_IF_ERROR(store->load());
  return store;
}

Store::Store(base::Path folder, const OpenOptions& options, std::shared_ptr<Shared> shared,
             std::unique_ptr<FolderLock> lock)
    : folder_(std::move(folder)),
      options_(options),
      shared_(std::move(shared)),
      lock_(std::move(lock)),
      files_(folder_ / kSegmentFolder) {
  fresh_memtable();
}

Store::~Store() {
  {
    std::unique_lock lock(shared_->mutex);
    stopping_ = true;
    merge_wanted_.notify_all();
  }
  if (merger_.joinable()) merger_.join();
  const std::unique_lock lock(shared_->mutex);
  if (options_.in_memory) return;
  meta().rollback();
  for (const Merged& merged : new_segments_) files_.remove(merged.into);
}

Status Store::load() {
  const std::lock_guard lock(shared_->mutex);
  if (options_.in_memory) {
    publish();
    return {};
  }
  if (options_.read_only) return follow();
  GENKAI_RETURN_IF_ERROR(recover());
  publish();
  merge_in_background();
  return {};
}

base::ThreadPool& Store::pool() const {
  if (!pool_) pool_ = std::make_unique<base::ThreadPool>(options_.threads);
  return *pool_;
}

std::vector<SegmentRow> Store::rows(IndexKind kind) const {
  std::vector<SegmentRow> result;
  if (kind == IndexKind::lexical)
    for (const auto& segment : indexes_.lexical) result.push_back(segment.row);
  else
    for (const auto& segment : indexes_.vector) result.push_back(segment.row);
  return result;
}

PassageId Store::covered_end() const {
  return indexes_.lexical.empty() ? 1 : indexes_.lexical.back().row.last + 1;
}

std::vector<Store::IdRange> Store::uncovered(IndexKind kind) const {
  std::vector<IdRange> gaps;
  PassageId next = 1;
  for (const SegmentRow& row : rows(kind)) {
    if (row.first > next) gaps.emplace_back(next, row.first - 1);
    next = row.last + 1;
  }
  if (next < committed_next_) gaps.emplace_back(next, committed_next_ - 1);
  return gaps;
}

Status Store::load_rows() const {
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t next, meta().number("next_passage", 1));
  committed_next_ = static_cast<PassageId>(next);
  GENKAI_ASSIGN_OR_RETURN(committed_passages_, meta().number("passages", 0));
  GENKAI_RETURN_IF_ERROR(meta().tombstones(
      seen_tombstone_, [this](PassageId first, std::uint64_t count) { shared_->deleted.add(first, count); }));
  GENKAI_ASSIGN_OR_RETURN(const auto sections, meta().sections_from(shared_->sections.end()));
  shared_->sections.append(sections);
  return {};
}

Result<bool> Store::another_analyzer() const {
  GENKAI_ASSIGN_OR_RETURN(const std::string version, meta().setting("analyzer"));
  return !version.empty() && version != std::to_string(text::Analyzer::version());
}

Result<bool> Store::another_embedder() const {
  GENKAI_ASSIGN_OR_RETURN(const std::string name, meta().setting("embedder"));
  return !name.empty() && name != embedder().name();
}

Status Store::put_settings() {
  GENKAI_RETURN_IF_ERROR(meta().set("analyzer", std::to_string(text::Analyzer::version())));
  GENKAI_RETURN_IF_ERROR(meta().set("embedder", embedder().name()));
  return meta().set("next_segment", std::to_string(next_segment_));
}

/// Opens what is not open yet and keeps the order of `rows`.
Status Store::open_segments(const std::vector<SegmentRow>& rows, std::vector<SegmentRow>& damaged,
                            bool& vanished) const {
  const auto open = [&](const SegmentRow& row, auto& old, auto& target, const auto& load) {
    for (const auto& segment : old) {
      if (segment.row == row) {
        target.push_back(segment);
        return;
      }
    }
    auto segment = load(row);
    if (segment) {
      target.push_back(std::move(*segment));
      return;
    }
    vanished = vanished || segment.error().code == Code::not_found;
    base::log::warning(segment.error().message);
    damaged.push_back(row);
  };
  LexicalSegments lexical;
  VectorSegments vector;
  for (const SegmentRow& row : rows) {
    if (row.kind == IndexKind::lexical)
      open(row, indexes_.lexical, lexical, [this](const SegmentRow& r) { return files_.open_lexical(r); });
    else
      open(row, indexes_.vector, vector, [this](const SegmentRow& r) { return files_.open_vector(r); });
  }
  indexes_.lexical = std::move(lexical);
  indexes_.vector = std::move(vector);
  return {};
}

Status Store::recover() {
  GENKAI_RETURN_IF_ERROR(load_rows());
  GENKAI_ASSIGN_OR_RETURN(next_segment_, meta().number("next_segment", 1));
  next_ = committed_next_;
  passages_ = committed_passages_;
  GENKAI_ASSIGN_OR_RETURN(std::vector<SegmentRow> manifest, meta().segments(IndexKind::lexical));
  GENKAI_ASSIGN_OR_RETURN(const std::vector<SegmentRow> vector, meta().segments(IndexKind::vector));
  manifest.insert(manifest.end(), vector.begin(), vector.end());
  files_.remove_orphans(manifest);
  GENKAI_ASSIGN_OR_RETURN(const bool analyze, another_analyzer());
  GENKAI_ASSIGN_OR_RETURN(const bool embed, another_embedder());
  if (embed) GENKAI_RETURN_IF_ERROR(embed_anew());
  std::vector<SegmentRow> good, bad;
  for (const SegmentRow& row : manifest)
    ((row.kind == IndexKind::lexical ? analyze : embed) ? bad : good).push_back(row);
  bool vanished = false;
  GENKAI_RETURN_IF_ERROR(open_segments(good, bad, vanished));
  for (const SegmentRow& row : bad)
    GENKAI_RETURN_IF_ERROR(write_anew({row}, row.kind, row.first, row.last, {}));
  GENKAI_ASSIGN_OR_RETURN(const std::string known, meta().setting("analyzer"));
  if (analyze || embed || known.empty()) {
    GENKAI_RETURN_IF_ERROR(meta().begin());
    if (auto status = put_settings(); !status) return undo(status.error());
    if (auto status = meta().commit(); !status) return undo(status.error());
  }
  return index_tail();
}

/// Passages after the last segment: into the memtable, or into segments when a bulk was cut off.
Status Store::index_tail() {
  PassageId lexical = 1, vector = 1;
  for (const auto& segment : indexes_.lexical) lexical = std::max(lexical, segment.row.last + 1);
  for (const auto& segment : indexes_.vector) vector = std::max(vector, segment.row.last + 1);
  if (lexical < vector) GENKAI_RETURN_IF_ERROR(write_anew({}, IndexKind::lexical, lexical, vector - 1, {}));
  if (vector < lexical) GENKAI_RETURN_IF_ERROR(write_anew({}, IndexKind::vector, vector, lexical - 1, {}));
  sealed_end_ = std::max(lexical, vector);
  if (sealed_end_ >= committed_next_) return {};
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t tail, meta().count_passages(sealed_end_, committed_next_ - 1));
  if (tail <= 2 * std::uint64_t{options_.memtable_passages})
    return fill_memtable({{sealed_end_, committed_next_ - 1}}, {});
  for (const IndexKind kind : {IndexKind::lexical, IndexKind::vector})
    GENKAI_RETURN_IF_ERROR(write_anew({}, kind, sealed_end_, committed_next_ - 1, {}));
  sealed_end_ = committed_next_;
  return {};
}

Status Store::embed_anew() {
  GENKAI_RETURN_IF_ERROR(meta().begin());
  Reindexer reindexer(meta(), pool());
  ReindexWork work;
  work.terms = false;
  work.embedder = &embedder();
  work.store_vectors = true;
  auto status =
      reindexer.each(1, std::numeric_limits<PassageId>::max() - 1, work, {}, [](const ReindexedPassage&) {});
  if (!status) return undo(status.error());
  if (auto committed = meta().commit(); !committed) return undo(committed.error());
  return {};
}

/// Writes one segment from meta.db in the place of `from`, and its manifest row in a transaction of its own.
Status Store::write_anew(const std::vector<SegmentRow>& from, IndexKind kind, PassageId first, PassageId last,
                         const base::Cancellation& cancellation) {
  Merged merged{from, next_row(kind, first, last), nullptr, nullptr};
  Reindexer reindexer(meta(), pool());
  GENKAI_RETURN_IF_ERROR(reindexer.write_segment(merged.into, files_, cancellation, embedder().dimension()));
  new_segments_.push_back(merged);
  const auto store = [&]() -> Status {
    GENKAI_RETURN_IF_ERROR(open_new(new_segments_.back()));
    GENKAI_RETURN_IF_ERROR(meta().begin());
    GENKAI_RETURN_IF_ERROR(put_manifest(merged));
    GENKAI_RETURN_IF_ERROR(meta().set("next_segment", std::to_string(next_segment_)));
    return meta().commit();
  };
  if (auto status = store(); !status) return undo(status.error());
  adopt(new_segments_.back());
  new_segments_.clear();
  return {};
}

Status Store::fill_memtable(const std::vector<IdRange>& ranges, const ReindexWork& work) const {
  Reindexer reindexer(meta(), pool());
  for (const auto& [first, last] : ranges) {
    GENKAI_RETURN_IF_ERROR(reindexer.each(first, last, work, {}, [&](const ReindexedPassage& passage) {
      if (work.terms) indexes_.memtable->add(passage.id, passage.terms);
      if (work.vectors && passage.vector.codes.size() == embedder().dimension())
        indexes_.vector_memtable->add(passage.id, passage.vector);
    }));
  }
  return {};
}

Status Store::follow() const {
  GENKAI_ASSIGN_OR_RETURN(const std::int64_t version, meta().data_version());
  if (view_ && version == seen_version_) return {};
  // A segment may be merged away between reading the manifest and opening its file: then there is a newer
  // manifest.
  constexpr int kTries = 5;
  for (int i = 1; i <= kTries; ++i) {
    GENKAI_RETURN_IF_ERROR(meta().begin_reading());
    bool vanished = false;
    const auto status = follow_once(i == 1, i == kTries, vanished);
    meta().rollback();
    GENKAI_RETURN_IF_ERROR(status);
    if (!vanished || i == kTries) break;
  }
  seen_version_ = version;
  publish();
  return {};
}

Status Store::follow_once(bool first_try, bool last_try, bool& vanished) const {
  const PassageId seen = committed_next_;
  const auto before_lexical = rows(IndexKind::lexical), before_vector = rows(IndexKind::vector);
  GENKAI_RETURN_IF_ERROR(load_rows());
  GENKAI_ASSIGN_OR_RETURN(const bool analyze, another_analyzer());
  GENKAI_ASSIGN_OR_RETURN(const bool embed, another_embedder());
  std::vector<SegmentRow> manifest, damaged;
  if (!analyze) {
    GENKAI_ASSIGN_OR_RETURN(manifest, meta().segments(IndexKind::lexical));
  }
  if (!embed) {
    GENKAI_ASSIGN_OR_RETURN(const std::vector<SegmentRow> vector, meta().segments(IndexKind::vector));
    manifest.insert(manifest.end(), vector.begin(), vector.end());
  }
  GENKAI_RETURN_IF_ERROR(open_segments(manifest, damaged, vanished));
  if (vanished && !last_try) return {};
  ReindexWork terms, vectors;
  terms.vectors = false;
  vectors.terms = false;
  vectors.embedder = embed ? &embedder() : nullptr;
  const bool same = view_ && first_try && rows(IndexKind::lexical) == before_lexical &&
                    rows(IndexKind::vector) == before_vector;
  if (same) {
    if (committed_next_ == seen) return {};
    const std::vector<IdRange> fresh = {{seen, committed_next_ - 1}};
    GENKAI_RETURN_IF_ERROR(fill_memtable(fresh, terms));
    return fill_memtable(fresh, vectors);
  }
  if (!damaged.empty() || analyze || embed)
    base::log::warning("indexing damaged or outdated parts of " + folder_.string() +
                       " in memory; `genkai kb rebuild` writes them anew");
  fresh_memtable();
  GENKAI_RETURN_IF_ERROR(fill_memtable(uncovered(IndexKind::lexical), terms));
  return fill_memtable(uncovered(IndexKind::vector), vectors);
}

Result<std::shared_ptr<const KnowledgeView>> Store::view() const {
  if (options_.read_only && !options_.in_memory) {
    const std::lock_guard lock(shared_->mutex);
    GENKAI_RETURN_IF_ERROR(follow());
  }
  const std::lock_guard lock(view_mutex_);
  if (auto additions = additions_view(); additions != additions_seen_) {
    view_ = std::make_shared<View>(*view_, additions);
    additions_seen_ = std::move(additions);
  }
  return view_;
}

// They only help to find: what is wrong with them is logged, and the rest goes on without.
std::shared_ptr<const KnowledgeView> Store::additions_view() const {
  if (options_.in_memory || additions_broken_) return nullptr;
  const auto broken = [this](const base::Error& error) {
    additions_broken_ = true;
    base::log::warning("additions of " + folder_.string() + ": " + error.message);
    return nullptr;
  };
  if (!additions_) {
    std::error_code ignored;
    const base::Path folder = additions_folder(folder_);
    if (!std::filesystem::exists(folder / kMetaFile, ignored)) return nullptr;
    OpenOptions options;
    options.read_only = true;
    options.embedder = shared_->embedder;
    auto opened = open(folder, options);
    if (!opened) return broken(opened.error());
    additions_ = std::move(*opened);
  }
  auto view = additions_->view();
  if (!view) return broken(view.error());
  return std::move(*view);
}

}  // namespace genkai::knowledge
