#pragma once
// What is stored and found: documents, their sections and passages.

#include <cstdint>
#include <string>

namespace genkai::core {

/// Identity of a passage inside one knowledge base. Ids grow with each ingest and are never used twice; the
/// passages of a section have consecutive ids, in reading order.
using PassageId = std::uint32_t;

/// Facts about a document, as its reader cares about them.
struct DocumentInfo {
  std::string id;  // given at ingest: the `id` of JSONL, else the path relative to the ingested folder
  std::string title;
  std::string source;    // who says so: the `source` of JSONL, else the folder or file it came from
  std::string date;      // ISO 8601 (YYYY, YYYY-MM or YYYY-MM-DD), empty when unknown
  std::string language;  // "en", "ja", or empty
};

/// A retrievable unit: 64 to 128 tokens of one section, ending at a sentence end.
struct Passage {
  PassageId id = 0;
  PassageId section_first = 0;  // ids [section_first, section_first + section_size) are its section
  std::uint32_t section_size = 0;
  DocumentInfo document;
  std::string heading;     // path of headings, "Travel > Hotels"; empty when the document has none
  std::string text;        // UTF-8, as written in the document (white space collapsed)
  std::uint32_t page = 0;  // 1-based page (PDF), 0 when unknown
  std::uint32_t line = 0;  // 1-based line of the source where it starts, 0 when unknown
};

}  // namespace genkai::core
