#include "knowledge/store/store.h"

#include <algorithm>
#include <limits>

namespace genkai::knowledge {

using base::Code;
using base::Result;
using base::Status;
using core::PassageId;

namespace {

constexpr std::size_t kBulkMemory = std::size_t{1}
                                    << 30;  // a bulk's lexical builder; beyond it, a segment is written

}  // namespace

Status Store::writable() const {
  if (options_.read_only)
    return base::fail(Code::invalid_argument,
                      "the knowledge base " + folder_.string() + " is open for reading only");
  return {};
}

Status Store::ensure_transaction() {
  GENKAI_RETURN_IF_ERROR(writable());
  if (meta().in_transaction()) return {};
  GENKAI_RETURN_IF_ERROR(meta().begin());
  for (const auto& [first, count] : ghosts_)
    if (auto status = meta().insert_tombstone(first, count); !status) return undo(status.error());
  return {};
}

Status Store::undo(base::Error error) {
  meta().rollback();
  for (const Merged& merged : new_segments_) files_.remove(merged.into);
  new_segments_.clear();
  new_sections_.clear();
  new_deleted_.clear();
  memtable_sealed_ = false;
  bulk_.reset();
  file_.reset();
  if (next_ > committed_next_) {
    // The memtable may hold these; no view has shown them and none will.
    shared_->deleted.add(committed_next_, next_ - committed_next_);
    ghosts_.emplace_back(committed_next_, next_ - committed_next_);
    committed_next_ = next_;
  }
  passages_ = committed_passages_;
  sealed_end_ = covered_end();
  return base::fail(std::move(error));
}

Status Store::add(const ParsedDocument& document) {
  text::Analyzer analyzer;
  GENKAI_ASSIGN_OR_RETURN(PreparedDocument prepared, prepare(document, analyzer, embedder()));
  auto added = add_prepared(std::move(prepared));
  if (!added) return base::fail(std::move(added).error());
  return {};
}

Result<Added> Store::add_prepared(PreparedDocument document) {
  if (document.info.id.empty()) return base::fail(Code::invalid_argument, "a document without an id");
  const std::lock_guard lock(shared_->mutex);
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  auto added = add_locked(document);
  if (!added) {
    if (auto undone = undo(added.error()); !undone) return base::fail(std::move(undone).error());
  }
  return added;
}

Result<Added> Store::add_locked(const PreparedDocument& document) {
  DocumentRow row;
  row.hash = document.hash;
  row.file = file_ ? file_->row.row : 0;
  row.generation = file_ ? file_->row.generation : 0;
  GENKAI_ASSIGN_OR_RETURN(const auto before, meta().find_document(document.info.id));
  Added added = Added::fresh;
  if (before) {
    if (before->hash == document.hash) {
      if (before->file != row.file || before->generation != row.generation)
        GENKAI_RETURN_IF_ERROR(meta().set_generation(before->row, row.file, row.generation));
      return Added::unchanged;
    }
    if (document.held) return Added::needed;
    added = row.file != 0 && before->file == row.file && before->generation == row.generation
                ? Added::duplicate
                : Added::replaced;
    GENKAI_RETURN_IF_ERROR(remove_rows(*before));
  }
  if (document.held) return Added::needed;
  std::uint64_t count = 0;
  for (const PreparedSection& section : document.sections) count += section.passages.size();
  if (next_ + count >= std::numeric_limits<PassageId>::max())
    return base::fail(Code::resource_exhausted, "the knowledge base has given out all its passage ids",
                      "ingest into a new knowledge base");
  row.first = next_;
  row.passages = static_cast<std::uint32_t>(count);
  GENKAI_ASSIGN_OR_RETURN(const std::int64_t id, meta().insert_document(document, row));
  for (const PreparedSection& section : document.sections) {
    const PassageId first = next_;
    if (section.passages.empty()) continue;
    GENKAI_RETURN_IF_ERROR(meta().insert_section(first, section.passages.size(), id, section.heading));
    new_sections_.push_back({first, static_cast<std::uint32_t>(section.passages.size())});
    for (const PreparedPassage& passage : section.passages) {
      GENKAI_RETURN_IF_ERROR(meta().insert_passage(next_, first, passage));
      index(next_++, passage.terms, passage.vector);
    }
  }
  passages_ += count;
  if (bulk_ &&
      (bulk_->lexical.passages() >= options_.segment_passages || bulk_->lexical.memory_bytes() > kBulkMemory))
    GENKAI_RETURN_IF_ERROR(seal_all());
  return added;
}

void Store::index(PassageId id, const std::vector<std::string>& terms, const QuantisedVector& vector) {
  const bool readable = vector.scale != 0 && vector.codes.size() == embedder().dimension();
  if (!bulk_ && (options_.in_memory ||
                 (!memtable_sealed_ && indexes_.memtable->passages() < options_.memtable_passages))) {
    indexes_.memtable->add(id, terms);
    if (readable) indexes_.vector_memtable->add(id, vector);
    return;
  }
  if (!bulk_) bulk_.emplace(id, embedder().dimension());
  bulk_->lexical.add(id, terms);
  if (readable) bulk_->vectors.add(id, vector);
}

Status Store::remove_rows(const DocumentRow& document) {
  GENKAI_RETURN_IF_ERROR(meta().remove_document(document));
  if (document.passages > 0) new_deleted_.emplace_back(document.first, document.passages);
  passages_ -= document.passages;
  return {};
}

bool Store::holds(std::string_view id, std::uint64_t hash) const {
  auto reader = Reader::borrow(*shared_);
  if (!reader) return false;
  auto document = (*reader)->find_document(id);
  return document && *document && (*document)->hash == hash;
}

Status Store::begin_file(const KnownFile& file) {
  const std::lock_guard lock(shared_->mutex);
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  auto row = meta().begin_file(file);
  if (!row) return undo(row.error());
  file_ = CurrentFile{*row, file};
  return {};
}

Status Store::end_file() {
  const std::lock_guard lock(shared_->mutex);
  if (!file_) return base::fail(Code::invalid_argument, "no file was begun, or it was undone by a failure");
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  auto left = meta().documents_before(file_->row.row, file_->row.generation);
  if (!left) return undo(left.error());
  for (const DocumentRow& document : *left)
    if (auto status = remove_rows(document); !status) return undo(status.error());
  if (auto status = meta().end_file(file_->row.row, file_->file); !status) return undo(status.error());
  file_.reset();
  return {};
}

Status Store::touch_file(const KnownFile& file) {
  const std::lock_guard lock(shared_->mutex);
  GENKAI_ASSIGN_OR_RETURN(const auto row, meta().find_file(file.root, file.key));
  if (!row) return base::fail(Code::not_found, "the file " + file.key + " is not in the knowledge base");
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  if (auto status = meta().end_file(row->row, file); !status) return undo(status.error());
  return {};
}

Status Store::remove_file(std::string_view root, std::string_view key) {
  const std::lock_guard lock(shared_->mutex);
  GENKAI_ASSIGN_OR_RETURN(const auto row, meta().find_file(root, key));
  if (!row)
    return base::fail(Code::not_found, "the file " + std::string(key) + " is not in the knowledge base");
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  auto documents = meta().documents_before(row->row, std::numeric_limits<std::int64_t>::max());
  if (!documents) return undo(documents.error());
  for (const DocumentRow& document : *documents)
    if (auto status = remove_rows(document); !status) return undo(status.error());
  if (auto status = meta().remove_file(row->row); !status) return undo(status.error());
  return {};
}

Status Store::remove_document(std::string_view id) {
  const std::lock_guard lock(shared_->mutex);
  GENKAI_ASSIGN_OR_RETURN(const auto document, meta().find_document(id));
  if (!document)
    return base::fail(Code::not_found, "the document " + std::string(id) + " is not in the knowledge base");
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  if (auto status = remove_rows(*document); !status) return undo(status.error());
  return commit_locked();
}

Status Store::commit() {
  const std::lock_guard lock(shared_->mutex);
  GENKAI_RETURN_IF_ERROR(writable());
  return commit_locked();
}

Status Store::commit_locked() {
  if (!meta().in_transaction() && finished_.empty()) return {};
  GENKAI_RETURN_IF_ERROR(ensure_transaction());
  if (auto status = commit_changes(); !status) return undo(status.error());
  // From here on meta.db holds the new state, and memory follows.
  for (const auto& [first, count] : new_deleted_) shared_->deleted.add(first, count);
  shared_->sections.append(new_sections_);
  for (const Merged& merged : new_segments_) adopt(merged);
  const bool changed = next_ != committed_next_ || !new_deleted_.empty() || !new_segments_.empty();
  if (memtable_sealed_) fresh_memtable();
  memtable_sealed_ = false;
  new_deleted_.clear();
  new_sections_.clear();
  new_segments_.clear();
  ghosts_.clear();
  committed_next_ = next_;
  committed_passages_ = passages_;
  if (changed) publish();
  merge_in_background();
  return {};
}

Status Store::commit_changes() {
  if (bulk_ || (!options_.in_memory && indexes_.memtable->passages() >= options_.memtable_passages))
    GENKAI_RETURN_IF_ERROR(seal_all());
  const std::size_t sealed = new_segments_.size();
  for (Merged& merged : finished_) new_segments_.push_back(std::move(merged));
  finished_.clear();
  for (std::size_t i = sealed; i < new_segments_.size(); ++i)
    GENKAI_RETURN_IF_ERROR(put_manifest(new_segments_[i]));
  GENKAI_RETURN_IF_ERROR(meta().set("next_passage", std::to_string(next_)));
  GENKAI_RETURN_IF_ERROR(meta().set("next_segment", std::to_string(next_segment_)));
  GENKAI_RETURN_IF_ERROR(meta().set("passages", std::to_string(passages_)));
  return meta().commit();
}

SegmentRow Store::next_row(IndexKind kind, PassageId first, PassageId last) {
  SegmentRow row;
  row.kind = kind;
  row.number = next_segment_++;
  row.first = first;
  row.last = last;
  return row;
}

Status Store::add_segment(SegmentRow row, const std::function<Status(const base::Path&)>& write) {
  new_segments_.push_back({{}, row, nullptr, nullptr});
  Merged& added = new_segments_.back();
  if (row.passages > 0) {
    GENKAI_RETURN_IF_ERROR(write(files_.path(row)));
    GENKAI_RETURN_IF_ERROR(files_.seal(added.into));
    GENKAI_RETURN_IF_ERROR(open_new(added));
  }
  return put_manifest(added);
}

Status Store::seal_all() {
  using base::Path;
  // The bulk begins where the memtable ends; both ranges together leave no gap after sealed_end_.
  if (!memtable_sealed_ && indexes_.memtable->passages() + indexes_.vector_memtable->size() > 0) {
    const PassageId last = bulk_ ? bulk_->first - 1 : next_ - 1;
    SegmentRow lexical = next_row(IndexKind::lexical, sealed_end_, last);
    SegmentRow vector = next_row(IndexKind::vector, sealed_end_, last);
    lexical.passages = indexes_.memtable->passages();
    vector.passages = indexes_.vector_memtable->size();
    GENKAI_RETURN_IF_ERROR(
        add_segment(lexical, [&](const Path& path) { return indexes_.memtable->write(path); }));
    GENKAI_RETURN_IF_ERROR(
        add_segment(vector, [&](const Path& path) { return indexes_.vector_memtable->write(path); }));
    memtable_sealed_ = true;
    sealed_end_ = last + 1;
  }
  if (bulk_) {
    SegmentRow lexical = next_row(IndexKind::lexical, sealed_end_, next_ - 1);
    SegmentRow vector = next_row(IndexKind::vector, sealed_end_, next_ - 1);
    lexical.passages = bulk_->lexical.passages();
    vector.passages = bulk_->vectors.size();
    GENKAI_RETURN_IF_ERROR(
        add_segment(lexical, [&](const Path& path) { return bulk_->lexical.write(path); }));
    GENKAI_RETURN_IF_ERROR(add_segment(vector, [&](const Path& path) { return bulk_->vectors.write(path); }));
    bulk_.reset();
    sealed_end_ = next_;
  }
  return {};
}

Status Store::open_new(Merged& merged) const {
  if (merged.into.passages == 0) return {};
  const base::Path path = files_.path(merged.into);
  if (merged.into.kind == IndexKind::lexical) {
    GENKAI_ASSIGN_OR_RETURN(merged.lexical, LexicalSegment::open(path, false));
  } else {
    GENKAI_ASSIGN_OR_RETURN(merged.vector, VectorSegment::open(path, false));
  }
  return {};
}

Status Store::put_manifest(const Merged& merged) {
  for (const SegmentRow& row : merged.from) GENKAI_RETURN_IF_ERROR(meta().remove_segment(row));
  return meta().insert_segment(merged.into);
}

void Store::adopt(const Merged& merged) {
  const auto replace = [&](auto& segments, auto file) {
    std::erase_if(segments, [&](const auto& segment) {
      return std::find(merged.from.begin(), merged.from.end(), segment.row) != merged.from.end();
    });
    const auto place = std::find_if(segments.begin(), segments.end(), [&](const auto& segment) {
      return segment.row.first > merged.into.first;
    });
    segments.insert(place, {merged.into, std::move(file)});
  };
  if (merged.into.kind == IndexKind::lexical) {
    replace(indexes_.lexical, merged.lexical);
  } else {
    replace(indexes_.vector, merged.vector);
  }
  for (const SegmentRow& row : merged.from) files_.remove(row);
}

void Store::fresh_memtable() const {
  indexes_.memtable = std::make_shared<Memtable>();
  indexes_.vector_memtable = std::make_shared<VectorMemtable>(embedder().dimension());
}

void Store::publish() const {
  auto view = std::make_shared<View>(shared_, indexes_, committed_next_, committed_passages_);
  const std::lock_guard lock(view_mutex_);
  view_ = std::move(view);
  additions_seen_ = nullptr;
}

}  // namespace genkai::knowledge
