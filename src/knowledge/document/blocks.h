#pragma once
// What the readers of all formats share: clean text, blocks, tables.
//
//   add_block(document, {.kind = Block::Kind::heading, .level = 1, .text = "  Opening\nhours ", .line = 3});

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/document/document.h"

namespace genkai::knowledge::reading {

/// The first and the last code point of a text, 0 of an empty one.
char32_t first_code_point(std::string_view utf8);
char32_t last_code_point(std::string_view utf8);
/// True for kanji, kana and full-width forms, which are written without spaces between words.
bool is_wide(char32_t c);
/// Columns of a terminal that the text takes: two for each wide character.
std::size_t columns(std::string_view utf8);

/// Without surrounding white space, the ideographic space included.
std::string_view trim(std::string_view text);
std::string lower_ascii(std::string_view text);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

/// White space runs become one space; a line end between two wide characters disappears.
std::string collapse(std::string_view text);

/// True when the text ends like a sentence: . ! ? : and their full-width forms, closing quotes and brackets
/// ignored.
bool ends_sentence(std::string_view text);

/// Collapses the block's text (code only loses blank lines around it) and appends it unless it is empty.
void add_block(ParsedDocument& document, Block block);

/// One table, row by row. A row becomes "name: cell | name: cell" when the header's names are short, else
/// "cell | cell".
class TableWriter {
 public:
  explicit TableWriter(ParsedDocument& document) : document_(&document) {}
  void row(std::vector<std::string> cells, bool header, std::uint32_t line);
  /// Writes the header itself if no row followed it.
  void finish();

 private:
  ParsedDocument* document_;
  std::vector<std::string> header_;
  std::uint32_t header_line_ = 0;
  bool header_used_ = false;
};

/// Unpacked gzip data. Beyond the limits' sizes it is resource_exhausted, damaged data is corrupt.
base::Result<std::string> gunzip(std::string_view bytes, const ParseLimits& limits);

/// Plain text as blocks: paragraphs, headings that look like it, lists, preformatted parts.
void append_text(ParsedDocument& document, std::string_view text, std::uint32_t first_line,
                 std::uint32_t page);

/// Warns that this many bytes of hidden text were left out; 0 is nothing to warn of.
void warn_of_hidden(ParsedDocument& document, std::size_t bytes);

/// Makes a short first block that is no sentence the document's top heading.
void promote_title(ParsedDocument& document);

/// "term: text", as definition lists and manual pages put a term before its text; a long term stays a block
/// by itself.
void add_defined(ParsedDocument& document, std::string term, Block block);

}  // namespace genkai::knowledge::reading
