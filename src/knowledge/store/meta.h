#pragma once
// meta.db: every row of a knowledge base, behind calls that say what they do
// (docs/formats/knowledge-base.md). Not thread-safe; a writer has one, each reading thread borrows one.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/store/knowledge_base.h"
#include "knowledge/store/prepare.h"
#include "knowledge/store/sqlite.h"

namespace genkai::knowledge {

enum class IndexKind { lexical = 1, vector = 2 };

/// One segment of the manifest. It covers the passages of [first, last]; without passages it has no file.
struct SegmentRow {
  IndexKind kind = IndexKind::lexical;
  std::uint64_t number = 0;  // names the file; never used twice
  core::PassageId first = 0, last = 0;
  std::uint64_t passages = 0, bytes = 0, checksum = 0;
  bool operator==(const SegmentRow&) const = default;
};

struct DocumentRow {
  std::int64_t row = 0, file = 0, generation = 0;
  std::uint64_t hash = 0;
  core::PassageId first = 0;
  std::uint32_t passages = 0;
};

struct FileRow {
  std::int64_t row = 0, generation = 0;
};

/// A passage with all that its indexes are made of. Valid only during the call that gives it.
struct StoredPassage {
  core::PassageId id = 0;
  std::string_view title, heading, text, vector;
};

std::string encode_vector(const QuantisedVector& vector);
QuantisedVector decode_vector(std::string_view blob);

class Meta {
 public:
  static constexpr int kFormat = 1;

  /// Checks that the file is of this format, and makes the tables of a new one.
  static base::Result<Meta> open(const base::Path& path, Database::Mode mode);

  base::Status begin();
  base::Status begin_reading();
  base::Status commit();
  void rollback();
  bool in_transaction() const { return database_.in_transaction(); }
  /// Changes when another connection has committed.
  base::Result<std::int64_t> data_version();

  base::Result<std::string> setting(std::string_view key);  // empty when it is not there
  base::Status set(std::string_view key, std::string_view value);
  base::Result<std::uint64_t> number(std::string_view key, std::uint64_t otherwise);

  base::Result<std::optional<DocumentRow>> find_document(std::string_view id);
  base::Result<std::int64_t> insert_document(const PreparedDocument& document, const DocumentRow& row);
  base::Status insert_section(core::PassageId first, std::size_t size, std::int64_t document,
                              std::string_view heading);
  base::Status insert_passage(core::PassageId id, core::PassageId section, const PreparedPassage& passage);
  base::Status set_vector(core::PassageId id, const QuantisedVector& vector);
  base::Status set_generation(std::int64_t document, std::int64_t file, std::int64_t generation);
  /// Removes the document with its sections and passages and leaves a tombstone.
  base::Status remove_document(const DocumentRow& document);

  base::Result<std::optional<FileRow>> find_file(std::string_view root, std::string_view key);
  /// Starts the next generation of the file's documents; the file counts as not ended.
  base::Result<FileRow> begin_file(const KnownFile& file);
  base::Status end_file(std::int64_t row, const KnownFile& file);
  base::Status remove_file(std::int64_t row);
  base::Result<std::vector<KnownFile>> known_files(std::string_view root);
  /// The file's documents of a generation below `generation`.
  base::Result<std::vector<DocumentRow>> documents_before(std::int64_t file, std::int64_t generation);

  base::Status insert_tombstone(core::PassageId first, std::uint64_t count);
  /// Calls `each(first, count)` for tombstones newer than `seen`, which is moved on.
  base::Status tombstones(std::int64_t& seen,
                          const std::function<void(core::PassageId, std::uint64_t)>& each);
  base::Status clear_tombstones();

  base::Result<std::vector<SegmentRow>> segments(IndexKind kind);
  base::Status insert_segment(const SegmentRow& row);
  base::Status remove_segment(const SegmentRow& row);

  base::Result<std::vector<KnowledgeView::SectionRange>> sections_from(core::PassageId first);
  base::Result<std::uint64_t> count_passages(core::PassageId first, core::PassageId last);
  /// At most `limit` passages of [first, last] in the order of their ids; returns how many.
  base::Result<std::size_t> read_passages(core::PassageId first, core::PassageId last, std::size_t limit,
                                          const std::function<void(const StoredPassage&)>& each);
  /// One passage, false when it is not there.
  base::Result<bool> read(core::PassageId id, core::Passage& passage);
  /// Documents whose passages lie below `limit`.
  base::Result<DocumentList> list_documents(const DocumentQuery& query, core::PassageId limit);
  base::Result<std::optional<StoredDocument>> read_document(std::string_view id, core::PassageId limit);
  base::Status counts(KnowledgeBaseInfo& info);
  /// SQLite's own check and the agreement of the tables with each other; appends what is wrong.
  base::Status check(std::vector<std::string>& damage);

 private:
  explicit Meta(Database database) : database_(std::move(database)) {}
  Database database_;
};

}  // namespace genkai::knowledge
