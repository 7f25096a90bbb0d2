#include <utility>

#include "knowledge/document/blocks.h"
#include "knowledge/document/roff.h"

namespace genkai::knowledge::reading {

void ManWriter::heading(int level, std::string_view text, std::uint32_t line) {
  end_code();
  end_item();
  add_block(*document_, {Block::Kind::heading, level, std::string(text), 0, line});
}

void ManWriter::text(std::string_view text, std::uint32_t line) {
  if (text_.empty()) line_ = line;
  if (!text_.empty() || code_) text_ += '\n';
  text_ += text;
}

void ManWriter::end_paragraph() {
  if (text_.empty()) return;
  if (code_) {
    add_defined(*document_, std::exchange(term_, {}), {Block::Kind::list_item, 0, {}, 0, line_});
    add_block(*document_, {Block::Kind::code, 0, std::exchange(text_, {}), 0, line_});
    return;
  }
  const Block::Kind kind = item_ ? Block::Kind::list_item : Block::Kind::paragraph;
  add_defined(*document_, std::exchange(term_, {}), {kind, 0, std::exchange(text_, {}), 0, line_});
}

void ManWriter::end_item() {
  end_paragraph();
  if (!term_.empty()) add_block(*document_, {Block::Kind::list_item, 0, std::exchange(term_, {}), 0, line_});
  item_ = false;
}

void ManWriter::begin_item(std::string_view term, std::uint32_t line) {
  end_paragraph();
  // Terms that follow each other share the text after the last.
  if (!term_.empty() && !term.empty()) term_ += ", ";
  term_ += term;
  if (text_.empty()) line_ = line;
  item_ = true;
}

void ManWriter::begin_code() {
  if (code_) return;
  end_paragraph();
  code_ = true;
}

void ManWriter::end_code() {
  if (!code_) return;
  end_paragraph();
  code_ = false;
}

void ManWriter::row(const std::vector<std::string>& cells, std::uint32_t line) {
  std::string text;
  for (const std::string& cell : cells) {
    if (cell.empty()) continue;
    if (!text.empty()) text += " | ";
    text += cell;
  }
  add_block(*document_, {Block::Kind::table_row, 0, std::move(text), 0, line});
}

}  // namespace genkai::knowledge::reading
