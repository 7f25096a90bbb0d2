#include "knowledge/store/view.h"

namespace genkai::knowledge {

using base::Result;
using core::PassageId;

namespace {

template <class Segment>
std::vector<std::shared_ptr<const Segment>> files_of(const std::vector<OpenSegment<Segment>>& segments) {
  std::vector<std::shared_ptr<const Segment>> files;
  for (const auto& segment : segments)
    if (segment.file) files.push_back(segment.file);
  return files;
}

}  // namespace

Result<Reader> Reader::borrow(Shared& shared) {
  Reader reader(shared);
  if (shared.meta_path.empty()) {
    reader.lock_ = std::unique_lock(shared.mutex);
    reader.meta_ = shared.meta.get();
    return reader;
  }
  {
    const std::lock_guard lock(shared.readers_mutex);
    if (!shared.idle.empty()) {
      reader.own_ = std::move(shared.idle.back());
      shared.idle.pop_back();
    }
  }
  if (!reader.own_) {
    GENKAI_ASSIGN_OR_RETURN(Meta meta, Meta::open(shared.meta_path, Database::Mode::read_only));
    reader.own_ = std::make_unique<Meta>(std::move(meta));
  }
  GENKAI_RETURN_IF_ERROR(reader.own_->begin_reading());
  reader.meta_ = reader.own_.get();
  return reader;
}

Reader::~Reader() {
  if (!own_) return;
  own_->rollback();
  const std::lock_guard lock(shared_->readers_mutex);
  shared_->idle.push_back(std::move(own_));
}

View::View(std::shared_ptr<Shared> shared, const Indexes& indexes, PassageId limit, std::size_t passages)
    : shared_(std::move(shared)),
      limit_(limit),
      passages_(passages),
      deleted_([set = &shared_->deleted, limit](PassageId id) { return id >= limit || set->contains(id); }),
      lexical_(files_of(indexes.lexical), indexes.memtable),
      vectors_(files_of(indexes.vector), indexes.vector_memtable) {}

Result<std::vector<core::Passage>> View::passages(std::span<const PassageId> ids) const {
  std::vector<core::Passage> found;
  found.reserve(ids.size());
  GENKAI_ASSIGN_OR_RETURN(Reader reader, Reader::borrow(*shared_));
  for (const PassageId id : ids) {
    if (deleted_(id)) continue;
    core::Passage& passage = found.emplace_back();
    GENKAI_ASSIGN_OR_RETURN(const bool there, reader->read(id, passage));
    if (!there) found.pop_back();
  }
  return found;
}

std::vector<KnowledgeView::SectionRange> View::sections(std::span<const PassageId> ids) const {
  std::vector<SectionRange> ranges = shared_->sections.find(ids);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (deleted_(ids[i])) ranges[i] = {};
  return ranges;
}

Result<DocumentList> View::documents(const DocumentQuery& query) const {
  GENKAI_ASSIGN_OR_RETURN(Reader reader, Reader::borrow(*shared_));
  return reader->list_documents(query, limit_);
}

Result<StoredDocument> View::document(std::string_view id) const {
  GENKAI_ASSIGN_OR_RETURN(Reader reader, Reader::borrow(*shared_));
  GENKAI_ASSIGN_OR_RETURN(auto found, reader->read_document(id, limit_));
  if (!found)
    return base::fail(base::Code::not_found,
                      "there is no document \"" + std::string(id.substr(0, 200)) + "\"");
  return std::move(*found);
}

}  // namespace genkai::knowledge
