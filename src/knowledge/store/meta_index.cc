// The part of Meta that the indexes and readers use: tombstones, manifest, passages.

#include <algorithm>

#include "knowledge/store/meta.h"

namespace genkai::knowledge {

using base::Result;
using base::Status;
using core::PassageId;

namespace {

// For LIKE with the escape character '!': anything that contains `text`.
std::string like_pattern(std::string_view text) {
  if (text.empty()) return "%";
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + '%';
}

// Of a row of name, title, source, date, language, first, passages.
StoredDocument stored_document(const Statement& row) {
  StoredDocument document;
  document.info.id = row.text(0);
  document.info.title = row.text(1);
  document.info.source = row.text(2);
  document.info.date = row.text(3);
  document.info.language = row.text(4);
  document.first = static_cast<PassageId>(row.integer(5));
  document.passages = static_cast<std::uint32_t>(row.integer(6));
  return document;
}

}  // namespace

Status Meta::insert_tombstone(PassageId first, std::uint64_t count) {
  return database_.statement("INSERT INTO tombstones(first, passages) VALUES(?, ?)").run(first, count);
}

Status Meta::tombstones(std::int64_t& seen, const std::function<void(PassageId, std::uint64_t)>& each) {
  Statement& query =
      database_.statement("SELECT id, first, passages FROM tombstones WHERE id > ? ORDER BY id");
  query.start(seen);
  while (query.next()) {
    seen = query.integer(0);
    each(static_cast<PassageId>(query.integer(1)), static_cast<std::uint64_t>(query.integer(2)));
  }
  return query.finish();
}

Status Meta::clear_tombstones() {
  return database_.statement("DELETE FROM tombstones").run();
}

Result<std::vector<SegmentRow>> Meta::segments(IndexKind kind) {
  Statement& query = database_.statement(
      "SELECT number, first, last, passages, bytes, checksum FROM segments WHERE kind = ? ORDER BY first");
  query.start(static_cast<int>(kind));
  std::vector<SegmentRow> rows;
  while (query.next()) {
    rows.push_back(
        {kind, static_cast<std::uint64_t>(query.integer(0)), static_cast<PassageId>(query.integer(1)),
         static_cast<PassageId>(query.integer(2)), static_cast<std::uint64_t>(query.integer(3)),
         static_cast<std::uint64_t>(query.integer(4)), static_cast<std::uint64_t>(query.integer(5))});
  }
  GENKAI_RETURN_IF_ERROR(query.finish());
  return rows;
}

Status Meta::insert_segment(const SegmentRow& row) {
  return database_.statement("INSERT INTO segments VALUES(?, ?, ?, ?, ?, ?, ?)")
      .run(static_cast<int>(row.kind), row.number, row.first, row.last, row.passages, row.bytes,
           row.checksum);
}

Status Meta::remove_segment(const SegmentRow& row) {
  return database_.statement("DELETE FROM segments WHERE kind = ? AND number = ?")
      .run(static_cast<int>(row.kind), row.number);
}

Result<std::vector<KnowledgeView::SectionRange>> Meta::sections_from(PassageId first) {
  Statement& query =
      database_.statement("SELECT first, passages FROM sections WHERE first >= ? ORDER BY first");
  query.start(first);
  std::vector<KnowledgeView::SectionRange> ranges;
  while (query.next())
    ranges.push_back(
        {static_cast<PassageId>(query.integer(0)), static_cast<std::uint32_t>(query.integer(1))});
  GENKAI_RETURN_IF_ERROR(query.finish());
  return ranges;
}

Result<std::uint64_t> Meta::count_passages(PassageId first, PassageId last) {
  Statement& query =
      database_.statement("SELECT coalesce(sum(passages), 0) FROM sections WHERE first BETWEEN ? AND ?");
  query.start(first, last);
  const std::uint64_t count = query.next() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
  GENKAI_RETURN_IF_ERROR(query.finish());
  return count;
}

Result<std::size_t> Meta::read_passages(PassageId first, PassageId last, std::size_t limit,
                                        const std::function<void(const StoredPassage&)>& each) {
  Statement& query = database_.statement(
      "SELECT p.id, d.title, s.heading, p.text, p.vector FROM passages p CROSS JOIN sections s ON s.first = "
      "p.section"
      " CROSS JOIN documents d ON d.id = s.document WHERE p.id BETWEEN ? AND ? ORDER BY p.id LIMIT ?");
  query.start(first, last, limit);
  std::size_t count = 0;
  while (query.next()) {
    each({static_cast<PassageId>(query.integer(0)), query.text(1), query.text(2), query.text(3),
          query.blob(4)});
    ++count;
  }
  GENKAI_RETURN_IF_ERROR(query.finish());
  return count;
}

Result<bool> Meta::read(PassageId id, core::Passage& passage) {
  Statement& query = database_.statement(
      "SELECT p.section, p.page, p.line, p.text, s.passages, s.heading, d.name, d.title, d.source, d.date, "
      "d.language"
      " FROM passages p CROSS JOIN sections s ON s.first = p.section CROSS JOIN documents d ON d.id = "
      "s.document"
      " WHERE p.id = ?");
  query.start(id);
  const bool found = query.next();
  if (found) {
    passage.id = id;
    passage.section_first = static_cast<PassageId>(query.integer(0));
    passage.page = static_cast<std::uint32_t>(query.integer(1));
    passage.line = static_cast<std::uint32_t>(query.integer(2));
    passage.text = query.text(3);
    passage.section_size = static_cast<std::uint32_t>(query.integer(4));
    passage.heading = query.text(5);
    passage.document.id = query.text(6);
    passage.document.title = query.text(7);
    passage.document.source = query.text(8);
    passage.document.date = query.text(9);
    passage.document.language = query.text(10);
  }
  GENKAI_RETURN_IF_ERROR(query.finish());
  return found;
}

Result<DocumentList> Meta::list_documents(const DocumentQuery& wanted, PassageId limit) {
  const std::string pattern = like_pattern(wanted.text);
  DocumentList list;
  Statement& count = database_.statement(
      "SELECT count(*) FROM documents WHERE first < ?1 AND (?2 = '%' OR name LIKE ?2 ESCAPE '!'"
      " OR title LIKE ?2 ESCAPE '!' OR source LIKE ?2 ESCAPE '!')");
  count.start(limit, pattern);
  if (count.next()) list.total = static_cast<std::uint64_t>(count.integer(0));
  GENKAI_RETURN_IF_ERROR(count.finish());
  Statement& query = database_.statement(
      "SELECT name, title, source, date, language, first, passages FROM documents"
      " WHERE first < ?1 AND (?2 = '%' OR name LIKE ?2 ESCAPE '!' OR title LIKE ?2 ESCAPE '!'"
      " OR source LIKE ?2 ESCAPE '!') ORDER BY name LIMIT ?3 OFFSET ?4");
  query.start(limit, pattern, wanted.limit, std::min(wanted.offset, list.total));
  while (query.next()) list.documents.push_back(stored_document(query));
  GENKAI_RETURN_IF_ERROR(query.finish());
  return list;
}

Result<std::optional<StoredDocument>> Meta::read_document(std::string_view id, PassageId limit) {
  Statement& query = database_.statement(
      "SELECT name, title, source, date, language, first, passages FROM documents"
      " WHERE name = ? AND first < ?");
  query.start(id, limit);
  std::optional<StoredDocument> found;
  if (query.next()) found = stored_document(query);
  GENKAI_RETURN_IF_ERROR(query.finish());
  return found;
}

Status Meta::counts(KnowledgeBaseInfo& info) {
  Statement& languages = database_.statement(
      "SELECT language, count(*), sum(passages) FROM documents GROUP BY language ORDER BY sum(passages) "
      "DESC, language");
  languages.start();
  while (languages.next()) {
    const auto passages = static_cast<std::uint64_t>(languages.integer(2));
    info.documents += static_cast<std::uint64_t>(languages.integer(1));
    info.passages += passages;
    info.languages.emplace_back(languages.text(0), passages);
  }
  GENKAI_RETURN_IF_ERROR(languages.finish());
  Statement& sections = database_.statement("SELECT count(*) FROM sections");
  sections.start();
  if (sections.next()) info.sections = static_cast<std::uint64_t>(sections.integer(0));
  return sections.finish();
}

Status Meta::check(std::vector<std::string>& damage) {
  Statement& quick = database_.statement("PRAGMA quick_check(20)");
  quick.start();
  while (quick.next())
    if (quick.text(0) != "ok") damage.push_back("meta.db: " + std::string(quick.text(0)));
  if (auto status = quick.finish(); !status) damage.push_back(status.error().message);
  struct Rule {
    const char* sql;
    const char* what;
  };
  // Each counts the rows that break a rule between tables.
  static constexpr Rule kRules[] = {
      {"SELECT count(*) FROM passages p LEFT JOIN sections s ON s.first = p.section"
       " WHERE s.first IS NULL OR p.id < s.first OR p.id >= s.first + s.passages",
       " passages outside their section"},
      {"SELECT count(*) FROM sections s LEFT JOIN documents d ON d.id = s.document"
       " WHERE d.id IS NULL OR s.first < d.first OR s.first + s.passages > d.first + d.passages",
       " sections outside their document"},
      {"SELECT abs((SELECT coalesce(sum(passages), 0) FROM documents) - (SELECT count(*) FROM passages))",
       " passages too few or too many"},
  };
  for (const Rule& rule : kRules) {
    Statement& query = database_.statement(rule.sql);
    query.start();
    const std::int64_t broken = query.next() ? query.integer(0) : 0;
    if (auto status = query.finish(); !status) damage.push_back(status.error().message);
    if (broken > 0) damage.push_back("meta.db: " + std::to_string(broken) + rule.what);
  }
  return {};
}

}  // namespace genkai::knowledge
