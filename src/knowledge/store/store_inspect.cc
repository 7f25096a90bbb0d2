// What a knowledge base says about itself.

#include "knowledge/store/store.h"

namespace genkai::knowledge {

using base::Result;
using base::Status;

Result<std::vector<KnownFile>> Store::known_files(std::string_view root) const {
  const std::lock_guard lock(shared_->mutex);
  return meta().known_files(root);
}

Result<KnowledgeBaseInfo> Store::info() const {
  KnowledgeBaseInfo info;
  const std::lock_guard lock(shared_->mutex);
  info.folder = folder_;
  base::Path name = folder_.filename().empty() ? folder_.parent_path() : folder_;
  info.name = options_.in_memory ? "in memory" : name.filename().string();
  GENKAI_RETURN_IF_ERROR(meta().counts(info));
  info.deleted_passages = shared_->deleted.size();
  std::error_code ignored;
  for (const char* suffix : {"", "-wal"}) {
    const auto bytes = std::filesystem::file_size(shared_->meta_path.string() + suffix, ignored);
    if (!ignored) info.meta_bytes += bytes;
  }
  for (const auto& segment : indexes_.lexical) {
    info.lexical_bytes += segment.row.bytes;
    info.lexical_segments += segment.file ? 1 : 0;
  }
  for (const auto& segment : indexes_.vector) {
    info.vector_bytes += segment.row.bytes;
    info.vector_segments += segment.file ? 1 : 0;
  }
  info.memtable_passages = indexes_.memtable->passages();
  info.analyzer_version = text::Analyzer::version();
  info.embedder = embedder().name();
  return info;
}

Result<std::vector<std::string>> Store::check() const {
  std::vector<std::string> damage;
  const std::lock_guard lock(shared_->mutex);
  GENKAI_RETURN_IF_ERROR(meta().check(damage));
  if (options_.in_memory) return damage;
  for (const IndexKind kind : {IndexKind::lexical, IndexKind::vector}) {
    auto rows = meta().segments(kind);
    if (!rows) {
      damage.push_back(rows.error().message);
      continue;
    }
    for (const SegmentRow& row : *rows)
      if (auto status = files_.verify(row); !status) damage.push_back(status.error().message);
  }
  const auto note = [&](const Result<bool>& another, const char* what) {
    if (another && *another) damage.push_back(std::string("indexed by another ") + what);
  };
  note(another_analyzer(), "analyser");
  note(another_embedder(), "embedder");
  return damage;
}

}  // namespace genkai::knowledge
