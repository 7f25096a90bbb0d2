// Merging in the background, compaction and rebuilding.

#include <algorithm>

#include "base/log.h"
#include "knowledge/store/store.h"

namespace genkai::knowledge {

using base::Result;
using base::Status;
using core::PassageId;

namespace {

template <class Segment>
std::vector<std::shared_ptr<const Segment>> pick(const std::vector<OpenSegment<Segment>>& segments,
                                                 const std::vector<SegmentRow>& rows) {
  std::vector<std::shared_ptr<const Segment>> files;
  for (const auto& segment : segments)
    if (segment.file && std::find(rows.begin(), rows.end(), segment.row) != rows.end())
      files.push_back(segment.file);
  return files;
}

}  // namespace

/// Wakes the merging thread, or starts it when there is work for it.
void Store::merge_in_background() {
  if (options_.in_memory || options_.read_only || !options_.background_merges) return;
  if (merger_.joinable()) {
    merge_wanted_.notify_all();
    return;
  }
  if (indexes_.lexical.size() < 2 && indexes_.vector.size() < 2) return;
  merger_ = std::thread([this] {
    std::unique_lock lock(shared_->mutex);
    while (!stopping_)
      if (!merge_next(lock)) merge_wanted_.wait(lock);
  });
}

/// One merge, with the lock released while it runs; false when nothing is to be merged now.
bool Store::merge_next(std::unique_lock<std::mutex>& lock) {
  if (!finished_.empty() || merging_) return false;
  for (const IndexKind kind : {IndexKind::lexical, IndexKind::vector}) {
    const std::vector<SegmentRow> all = rows(kind);
    std::vector<std::uint64_t> deleted;
    for (const SegmentRow& row : all) {
      // Of the deleted ids in its range, those that an earlier merge has not left out already.
      const std::uint64_t live = row.last - row.first + 1 - shared_->deleted.count(row.first, row.last);
      deleted.push_back(row.passages - std::min(row.passages, live));
    }
    const MergeRange range = choose_merge(all, deleted);
    if (range.empty()) continue;
    const std::vector<SegmentRow> from(all.begin() + static_cast<std::ptrdiff_t>(range.begin),
                                       all.begin() + static_cast<std::ptrdiff_t>(range.end));
    const SegmentRow into = next_row(kind, from.front().first, from.back().last);
    const Indexes snapshot = indexes_;
    merging_ = true;
    lock.unlock();
    auto merged = merge(from, into, snapshot);
    lock.lock();
    merging_ = false;
    merge_done_.notify_all();
    if (!merged) {
      base::log::warning("merging segments: " + merged.error().message);
      return false;
    }
    finished_.push_back(std::move(*merged));
    if (!meta().in_transaction())
      if (auto status = commit_locked(); !status)
        base::log::warning("merging segments: " + status.error().message);
    return finished_.empty();
  }
  return false;
}

Result<Store::Merged> Store::merge(const std::vector<SegmentRow>& from, SegmentRow into,
                                   const Indexes& indexes) const {
  Merged merged{from, into, nullptr, nullptr};
  const core::Deleted deleted = [this](PassageId id) { return shared_->deleted.contains(id); };
  std::uint64_t live = 0;
  for (const SegmentRow& row : from) {
    const std::uint64_t gone = shared_->deleted.count(row.first, row.last);
    live += row.last - row.first + 1 - gone;
  }
  const auto write = [&](const auto& files) -> Status {
    if (files.empty() || live == 0) return {};
    GENKAI_RETURN_IF_ERROR(merge_segments(files, deleted, files_.path(into)));
    merged.into.passages = 1;  // has a file; the true number is known once it is open
    GENKAI_RETURN_IF_ERROR(files_.seal(merged.into));
    return open_new(merged);
  };
  Status status;
  if (into.kind == IndexKind::lexical) {
    status = write(pick(indexes.lexical, from));
    if (merged.lexical) merged.into.passages = merged.lexical->passages();
  } else {
    status = write(pick(indexes.vector, from));
    if (merged.vector) merged.into.passages = merged.vector->size();
  }
  if (!status) {
    merged.into.passages = 1;
    files_.remove(merged.into);
    return base::fail(status.error());
  }
  if (merged.into.passages == 0 && (merged.lexical || merged.vector)) {
    std::error_code ignored;
    std::filesystem::remove(files_.path(into), ignored);
    merged = {from, into, nullptr, nullptr};
  }
  return merged;
}

/// Waits for the background to end its merge and puts it into the manifest.
void Store::settle(std::unique_lock<std::mutex>& lock) {
  merge_done_.wait(lock, [this] { return !merging_; });
}

/// Everything committed, the memtable empty and no merge under way.
Status Store::seal_and_commit(std::unique_lock<std::mutex>& lock) {
  settle(lock);
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  if (auto status = seal_all(); !status) return undo(status.error());
  GENKAI_RETURN_IF_ERROR(commit_locked());
  settle(lock);
  return commit_locked();
}

Status Store::compact() {
  std::unique_lock lock(shared_->mutex);
  GENKAI_RETURN_IF_ERROR(writable());
  if (options_.in_memory) return commit_locked();
  GENKAI_RETURN_IF_ERROR(seal_and_commit(lock));
  for (const IndexKind kind : {IndexKind::lexical, IndexKind::vector})
    GENKAI_RETURN_IF_ERROR(merge_all(kind));
  // No segment and no memtable holds a deleted passage any more.
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  if (auto status = meta().clear_tombstones(); !status) return undo(status.error());
  return commit_locked();
}

Status Store::merge_all(IndexKind kind) {
  const std::vector<SegmentRow> all = rows(kind);
  if (all.empty()) return {};
  if (all.size() == 1 && shared_->deleted.count(all.front().first, all.front().last) == 0) return {};
  GENKAI_ASSIGN_OR_RETURN(Merged merged,
                          merge(all, next_row(kind, all.front().first, all.back().last), indexes_));
  finished_.push_back(std::move(merged));
  return commit_locked();
}

Status Store::rebuild(const base::Cancellation& cancellation) {
  constexpr std::uint64_t kPassages = 1'000'000;  // of one segment, which is made in memory
  std::unique_lock lock(shared_->mutex);
  GENKAI_RETURN_IF_ERROR(writable());
  if (options_.in_memory) return commit_locked();
  GENKAI_RETURN_IF_ERROR(seal_and_commit(lock));
  std::vector<Merged> anew;
  const auto write = [&]() -> Status {
    Reindexer reindexer(meta(), pool());
    for (const IndexKind kind : {IndexKind::lexical, IndexKind::vector}) {
      std::vector<SegmentRow> from = rows(kind);
      for (std::uint64_t first = 1; first < committed_next_; first += kPassages) {
        const std::uint64_t last = std::min<std::uint64_t>(first + kPassages, committed_next_) - 1;
        anew.push_back({std::exchange(from, {}),
                        next_row(kind, static_cast<PassageId>(first), static_cast<PassageId>(last)), nullptr,
                        nullptr});
        GENKAI_RETURN_IF_ERROR(
            reindexer.write_segment(anew.back().into, files_, cancellation, embedder().dimension()));
        GENKAI_RETURN_IF_ERROR(open_new(anew.back()));
      }
    }
    return {};
  };
  if (auto status = write(); !status) {
    for (const Merged& merged : anew) files_.remove(merged.into);
    return status;
  }
  finished_ = std::move(anew);
  return commit_locked();
}

}  // namespace genkai::knowledge
