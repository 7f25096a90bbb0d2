#include "knowledge/store/meta.h"

#include <charconv>
#include <cstring>

namespace genkai::knowledge {

using base::Code;
using base::Result;
using base::Status;
using core::PassageId;

namespace {

constexpr char kSchema[] = R"sql(
BEGIN;
CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files(id INTEGER PRIMARY KEY, root TEXT NOT NULL, key TEXT NOT NULL, bytes INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL, content_hash TEXT NOT NULL, generation INTEGER NOT NULL, UNIQUE(root, key));
CREATE TABLE documents(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, file INTEGER NOT NULL,
  generation INTEGER NOT NULL, hash INTEGER NOT NULL, first INTEGER NOT NULL, passages INTEGER NOT NULL,
  title TEXT NOT NULL, source TEXT NOT NULL, date TEXT NOT NULL, language TEXT NOT NULL);
CREATE INDEX documents_of_file ON documents(file) WHERE file <> 0;
CREATE TABLE sections(first INTEGER PRIMARY KEY, passages INTEGER NOT NULL, document INTEGER NOT NULL,
  heading TEXT NOT NULL);
CREATE TABLE passages(id INTEGER PRIMARY KEY, section INTEGER NOT NULL, page INTEGER NOT NULL, line INTEGER NOT NULL,
  text TEXT NOT NULL, vector BLOB);
CREATE TABLE tombstones(id INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE segments(kind INTEGER NOT NULL, number INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  passages INTEGER NOT NULL, bytes INTEGER NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY(kind, number))
  WITHOUT ROWID;
PRAGMA application_id = 0x474e4b31;
PRAGMA user_version = 1;
COMMIT;
)sql";
constexpr std::int64_t kApplication = 0x474e4b31;  // "GNK1"

Result<std::int64_t> pragma(Database& database, const char* sql) {
  Statement& query = database.statement(sql);
  query.start();
  const std::int64_t value = query.next() ? query.integer(0) : 0;
  GENKAI_RETURN_IF_ERROR(query.finish());
  return value;
}

Result<bool> is_new(Database& database) {
  Statement& query = database.statement("SELECT count(*) FROM sqlite_master");
  query.start();
  const bool empty = query.next() && query.integer(0) == 0;
  GENKAI_RETURN_IF_ERROR(query.finish());
  return empty;
}

DocumentRow document_row(const Statement& query) {
  DocumentRow row;
  row.row = query.integer(0);
  row.file = query.integer(1);
  row.generation = query.integer(2);
  row.hash = static_cast<std::uint64_t>(query.integer(3));
  row.first = static_cast<PassageId>(query.integer(4));
  row.passages = static_cast<std::uint32_t>(query.integer(5));
  return row;
}

}  // namespace

std::string encode_vector(const QuantisedVector& vector) {
  if (vector.scale == 0) return {};
  std::string blob(sizeof vector.scale + vector.codes.size(), '\0');
  std::memcpy(blob.data(), &vector.scale, sizeof vector.scale);
  std::memcpy(blob.data() + sizeof vector.scale, vector.codes.data(), vector.codes.size());
  return blob;
}

QuantisedVector decode_vector(std::string_view blob) {
  QuantisedVector vector;
  if (blob.size() <= sizeof vector.scale) return vector;
  std::memcpy(&vector.scale, blob.data(), sizeof vector.scale);
  vector.codes.resize(blob.size() - sizeof vector.scale);
  std::memcpy(vector.codes.data(), blob.data() + sizeof vector.scale, vector.codes.size());
  return vector;
}

Result<Meta> Meta::open(const base::Path& path, Database::Mode mode) {
  GENKAI_ASSIGN_OR_RETURN(Database database, Database::open(path, mode));
  const bool writes = mode == Database::Mode::create || mode == Database::Mode::read_write;
  if (writes) {
    GENKAI_RETURN_IF_ERROR(
        database.run("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                     "PRAGMA wal_autocheckpoint = 4096; PRAGMA cache_size = -65536;"
                     "PRAGMA journal_size_limit = 67108864"));
  } else if (mode == Database::Mode::read_only) {
    GENKAI_RETURN_IF_ERROR(database.run("PRAGMA cache_size = -16384"));
  }
  GENKAI_ASSIGN_OR_RETURN(const bool fresh, is_new(database));
  if (fresh) {
    if (mode == Database::Mode::read_only || mode == Database::Mode::read_write)
      return base::fail(Code::not_found, path.string() + " holds nothing yet", "ingest documents first");
    GENKAI_RETURN_IF_ERROR(database.run(kSchema));
    return Meta(std::move(database));
  }
  GENKAI_ASSIGN_OR_RETURN(const std::int64_t application, pragma(database, "PRAGMA application_id"));
  if (application != kApplication)
    return base::fail(Code::corrupt, path.string() + " is no knowledge base of genkai",
                      "name the folder of a knowledge base, or ingest into a new one");
  GENKAI_ASSIGN_OR_RETURN(const std::int64_t format, pragma(database, "PRAGMA user_version"));
  if (format != kFormat)
    return base::fail(Code::unsupported,
                      path.string() + " has format " + std::to_string(format) + "; this program reads " +
                          std::to_string(kFormat),
                      "use the program that wrote it, or ingest the documents again");
  return Meta(std::move(database));
}

Status Meta::begin() {
  return database_.statement("BEGIN IMMEDIATE").run();
}
Status Meta::begin_reading() {
  return database_.statement("BEGIN").run();
}
Status Meta::commit() {
  return database_.statement("COMMIT").run();
}
void Meta::rollback() {
  if (in_transaction()) (void)database_.statement("ROLLBACK").run();
}
Result<std::int64_t> Meta::data_version() {
  return pragma(database_, "PRAGMA data_version");
}

Result<std::string> Meta::setting(std::string_view key) {
  Statement& query = database_.statement("SELECT value FROM settings WHERE key = ?");
  query.start(key);
  std::string value;
  if (query.next()) value = query.text(0);
  GENKAI_RETURN_IF_ERROR(query.finish());
  return value;
}

Status Meta::set(std::string_view key, std::string_view value) {
  return database_.statement("INSERT OR REPLACE INTO settings VALUES(?, ?)").run(key, value);
}

Result<std::uint64_t> Meta::number(std::string_view key, std::uint64_t otherwise) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text, setting(key));
  std::uint64_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<std::optional<DocumentRow>> Meta::find_document(std::string_view id) {
  Statement& query =
      database_.statement("SELECT id, file, generation, hash, first, passages FROM documents WHERE name = ?");
  query.start(id);
  std::optional<DocumentRow> row;
  if (query.next()) row = document_row(query);
  GENKAI_RETURN_IF_ERROR(query.finish());
  return row;
}

Result<std::int64_t> Meta::insert_document(const PreparedDocument& document, const DocumentRow& row) {
  const core::DocumentInfo& info = document.info;
  Statement& insert = database_.statement(
      "INSERT INTO documents(name, file, generation, hash, first, passages, title, source, date, language)"
      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id");
  insert.start(info.id, row.file, row.generation, row.hash, row.first, row.passages, info.title, info.source,
               info.date, info.language);
  const std::int64_t id = insert.next() ? insert.integer(0) : 0;
  while (insert.next()) {
  }
  GENKAI_RETURN_IF_ERROR(insert.finish());
  return id;
}

Status Meta::insert_section(PassageId first, std::size_t size, std::int64_t document,
                            std::string_view heading) {
  return database_.statement("INSERT INTO sections VALUES(?, ?, ?, ?)").run(first, size, document, heading);
}

Status Meta::insert_passage(PassageId id, PassageId section, const PreparedPassage& passage) {
  Statement& insert = database_.statement("INSERT INTO passages VALUES(?, ?, ?, ?, ?, ?)");
  const PassageText& text = passage.passage;
  if (passage.vector.scale == 0) return insert.run(id, section, text.page, text.line, text.text, nullptr);
  return insert.run(id, section, text.page, text.line, text.text, Blob{encode_vector(passage.vector)});
}

Status Meta::set_vector(PassageId id, const QuantisedVector& vector) {
  Statement& update = database_.statement("UPDATE passages SET vector = ?2 WHERE id = ?1");
  if (vector.scale == 0) return update.run(id, nullptr);
  return update.run(id, Blob{encode_vector(vector)});
}

Status Meta::set_generation(std::int64_t document, std::int64_t file, std::int64_t generation) {
  return database_.statement("UPDATE documents SET file = ?, generation = ? WHERE id = ?")
      .run(file, generation, document);
}

Status Meta::remove_document(const DocumentRow& document) {
  const std::int64_t end = std::int64_t{document.first} + document.passages;
  GENKAI_RETURN_IF_ERROR(
      database_.statement("DELETE FROM passages WHERE id >= ? AND id < ?").run(document.first, end));
  GENKAI_RETURN_IF_ERROR(
      database_.statement("DELETE FROM sections WHERE first >= ? AND first < ?").run(document.first, end));
  GENKAI_RETURN_IF_ERROR(database_.statement("DELETE FROM documents WHERE id = ?").run(document.row));
  if (document.passages == 0) return {};
  return insert_tombstone(document.first, document.passages);
}

Result<std::optional<FileRow>> Meta::find_file(std::string_view root, std::string_view key) {
  Statement& query = database_.statement("SELECT id, generation FROM files WHERE root = ? AND key = ?");
  query.start(root, key);
  std::optional<FileRow> row;
  if (query.next()) row = FileRow{query.integer(0), query.integer(1)};
  GENKAI_RETURN_IF_ERROR(query.finish());
  return row;
}

Result<FileRow> Meta::begin_file(const KnownFile& file) {
  Statement& upsert = database_.statement(
      "INSERT INTO files(root, key, bytes, modified_ns, content_hash, generation) VALUES(?, ?, 0, 0, '', 1)"
      " ON CONFLICT(root, key) DO UPDATE SET bytes = 0, modified_ns = 0, content_hash = '',"
      " generation = generation + 1 RETURNING id, generation");
  upsert.start(file.root, file.key);
  FileRow row;
  if (upsert.next()) row = {upsert.integer(0), upsert.integer(1)};
  while (upsert.next()) {
  }
  GENKAI_RETURN_IF_ERROR(upsert.finish());
  return row;
}

Status Meta::end_file(std::int64_t row, const KnownFile& file) {
  return database_.statement("UPDATE files SET bytes = ?, modified_ns = ?, content_hash = ? WHERE id = ?")
      .run(file.bytes, file.modified_ns, file.content_hash, row);
}

Status Meta::remove_file(std::int64_t row) {
  return database_.statement("DELETE FROM files WHERE id = ?").run(row);
}

Result<std::vector<KnownFile>> Meta::known_files(std::string_view root) {
  Statement& query = database_.statement(
      "SELECT key, root, bytes, modified_ns, content_hash FROM files WHERE ?1 = '' OR root = ?1 ORDER BY "
      "root, key");
  query.start(root);
  std::vector<KnownFile> files;
  while (query.next()) {
    files.push_back({std::string(query.text(0)), std::string(query.text(1)),
                     static_cast<std::uint64_t>(query.integer(2)), query.integer(3),
                     std::string(query.text(4))});
  }
  GENKAI_RETURN_IF_ERROR(query.finish());
  return files;
}

Result<std::vector<DocumentRow>> Meta::documents_before(std::int64_t file, std::int64_t generation) {
  Statement& query = database_.statement(
      "SELECT id, file, generation, hash, first, passages FROM documents"
      " WHERE file = ? AND file <> 0 AND generation < ?");
  query.start(file, generation);
  std::vector<DocumentRow> rows;
  while (query.next()) rows.push_back(document_row(query));
  GENKAI_RETURN_IF_ERROR(query.finish());
  return rows;
}

}  // namespace genkai::knowledge
