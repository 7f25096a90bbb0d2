#pragma once
// A file becomes documents, a document sections, a section passages.
//
//   parse_file(path, {}, [&](ParsedDocument document) {
//     for (Section& section : split(document)) ...
//     return base::Status();
//   });

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/file.h"
#include "base/result.h"
#include "core/passage.h"

namespace genkai::knowledge {

/// A piece of a document in reading order.
struct Block {
  enum class Kind { heading, paragraph, list_item, table_row, code };
  Kind kind = Kind::paragraph;
  int level = 0;           // of a heading, 1 to 6
  std::string text;        // valid UTF-8, not empty, white space collapsed (code keeps its line ends)
  std::uint32_t page = 0;  // 1-based, 0 when unknown
  std::uint32_t line = 0;  // 1-based line of the source, 0 when unknown
};

struct ParsedDocument {
  core::DocumentInfo info;
  std::vector<Block> blocks;
  std::vector<std::string> warnings;  // what was lost in reading, for the ingest report
};

struct ParseLimits {
  std::size_t file_bytes = std::size_t{512} << 20;  // larger files are refused (JSONL is streamed: any size)
  std::size_t unpacked_bytes = std::size_t{256} << 20;  // of all entries of a DOCX or EPUB together
  std::size_t unpack_ratio = 200;                       // unpacked to packed size; beyond it is a zip bomb
  std::size_t line_bytes = std::size_t{64} << 20;       // one line of JSONL
  int pdf_seconds = 60;
};

using DocumentSink = std::function<base::Status(ParsedDocument)>;

/// True for the endings that parse_file reads: .txt .md .markdown .html .htm .xhtml .pdf .jsonl .docx .epub,
/// man pages
/// (.1 to .9, .3pm and the like), each also with .gz for text, HTML and man pages, and files without an
/// ending.
bool is_document(const base::Path& path);

/// Reads one file and gives each of its documents (one, except JSONL) to `sink`; an error of the sink ends
/// it. `id` is the document's id (JSONL brings its own). A JSONL line that is malformed is skipped with a
/// warning on the next document, or an error when no line was readable. Never throws; hostile input is a
/// clear error.
base::Status parse_file(const base::Path& path, std::string_view id, const ParseLimits& limits,
                        const DocumentSink& sink);

/// The same for bytes in memory. `name` chooses the format by its ending, as a file name would.
base::Status parse_bytes(std::string_view bytes, std::string_view name, std::string_view id,
                         const ParseLimits& limits, const DocumentSink& sink);

struct PassageText {
  std::string text;        // parts of one block as they stand there; blocks with an empty line between them
  std::uint32_t page = 0;  // where it starts, 1-based; 0 when unknown
  std::uint32_t line = 0;
};

/// A part of a document under one heading, at most 1,024 tokens (a longer one is cut into several at passage
/// ends).
struct Section {
  std::string heading;  // "Chapter > Section"; a heading that equals the document's title is left out
  std::vector<PassageText> passages;
};

/// Passages end at sentence ends and hold 64 to 128 estimated tokens: more never (a sentence, row or item of
/// more is cut at a clause or word end), fewer where a section ends or the next sentence is too long to join.
/// They are of nearly equal size within a section, and begin at paragraphs where that fits. Empty passages do
/// not occur; a heading with nothing below it is a passage. Takes time linear in the document's size.
std::vector<Section> split(const ParsedDocument& document);

}  // namespace genkai::knowledge
