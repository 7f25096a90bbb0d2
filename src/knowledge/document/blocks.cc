#include "knowledge/document/blocks.h"

#include <algorithm>

#include "text/utf8.h"

namespace genkai::knowledge::reading {
namespace {

constexpr std::string_view kIdeographicSpace = "\u3000";

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Bytes of the white space character at `at`, or 0.
std::size_t space_length(std::string_view text, std::size_t at) {
  if (is_space(text[at])) return 1;
  if (text[at] == '\xC2' && text.substr(at, 2) == "\u00A0") return 2;
  if (text[at] == '\xE3' && text.substr(at, 3) == kIdeographicSpace) return 3;
  return 0;
}

bool has_short_names(const std::vector<std::string>& header) {
  return std::any_of(header.begin(), header.end(), [](const auto& name) { return !name.empty(); }) &&
         std::all_of(header.begin(), header.end(), [](const auto& name) { return columns(name) <= 32; });
}

}  // namespace

char32_t first_code_point(std::string_view utf8) {
  return utf8.empty() ? U'\0' : text::code_point_at(utf8, 0).value;
}

char32_t last_code_point(std::string_view utf8) {
  return utf8.empty() ? U'\0' : text::code_point_before(utf8, utf8.size()).value;
}

bool is_wide(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF01 && c <= 0xFF60) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

std::size_t columns(std::string_view utf8) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if ((static_cast<unsigned char>(utf8[i]) & 0xC0) == 0x80) continue;
    count +=
        static_cast<unsigned char>(utf8[i]) >= 0xE2 && is_wide(text::code_point_at(utf8, i).value) ? 2 : 1;
  }
  return count;
}

std::string_view trim(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = space_length(text, 0);
    if (length == 0) break;
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    if (is_space(text.back()))
      text.remove_suffix(1);
    else if (text.ends_with(kIdeographicSpace))
      text.remove_suffix(kIdeographicSpace.size());
    else if (text.ends_with("\u00A0"))
      text.remove_suffix(2);
    else
      break;
  }
  return text;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && lower_ascii(text.substr(0, prefix.size())) == lower_ascii(prefix);
}

std::string collapse(std::string_view text) {
  text = trim(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t first = space_length(text, i);
    if (first == 0) {
      out += text[i++];
      continue;
    }
    const bool ideographic = first == kIdeographicSpace.size();
    bool line_end = false;
    std::size_t length = first;
    while (length > 0) {
      line_end |= text[i] == '\n';
      i += length;
      length = i < text.size() ? space_length(text, i) : 0;
    }
    if (line_end && is_wide(last_code_point(out)) && is_wide(first_code_point(text.substr(i)))) continue;
    if (ideographic)
      out += kIdeographicSpace;
    else
      out += ' ';
  }
  return out;
}

bool ends_sentence(std::string_view text) {
  static constexpr std::string_view kClosing[] = {"\"", "'",  ")",  "]",  "”", "’",
                                                  "」", "』", "）", "】", "*", "_"};
  static constexpr std::string_view kEnds[] = {".", "!", "?", ":", "…", "。", "！", "？", "：", "．"};
  for (bool stripped = true; stripped;) {
    stripped = false;
    for (const std::string_view closing : kClosing)
      if (text.ends_with(closing)) {
        text.remove_suffix(closing.size());
        stripped = true;
      }
  }
  return std::any_of(std::begin(kEnds), std::end(kEnds),
                     [&](std::string_view end) { return text.ends_with(end); });
}

void add_block(ParsedDocument& document, Block block) {
  if (block.kind == Block::Kind::code) {
    std::string_view text = block.text;
    const std::size_t first = text.find_first_not_of(" \t\r\n\f\v");
    if (first == std::string_view::npos) return;
    const std::size_t line_start = text.rfind('\n', first);
    text = text.substr(line_start == std::string_view::npos ? 0 : line_start + 1);
    block.text = std::string(text.substr(0, text.find_last_not_of(" \t\r\n\f\v") + 1));
  } else {
    block.text = collapse(block.text);
    if (block.text.empty()) return;
  }
  document.blocks.push_back(std::move(block));
}

void add_defined(ParsedDocument& document, std::string term, Block block) {
  constexpr std::size_t kLongTerm = 120;
  term = collapse(term);
  if (!term.empty() && (term.size() > kLongTerm || collapse(block.text).empty())) {
    add_block(document, {Block::Kind::list_item, 0, std::move(term), block.page, block.line});
    term.clear();
  }
  if (!term.empty()) block.text = term + (ends_sentence(term) ? " " : ": ") + block.text;
  add_block(document, std::move(block));
}

void TableWriter::row(std::vector<std::string> cells, bool header, std::uint32_t line) {
  for (std::string& cell : cells) cell = collapse(cell);
  if (std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.empty(); })) return;
  if (header && header_.empty()) {
    header_ = std::move(cells);
    header_line_ = line;
    return;
  }
  const bool named = !header && has_short_names(header_);
  header_used_ |= named;
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    if (!text.empty()) text += " | ";
    if (named && i < header_.size() && !header_[i].empty()) {
      text += header_[i];
      text += ": ";
    }
    text += cells[i];
  }
  if (!named && !header_used_) finish();
  add_block(*document_, {Block::Kind::table_row, 0, std::move(text), 0, line});
}

void TableWriter::finish() {
  if (header_used_ || header_.empty()) return;
  std::string text;
  for (const std::string& name : header_) {
    if (name.empty()) continue;
    if (!text.empty()) text += " | ";
    text += name;
  }
  header_used_ = true;
  add_block(*document_, {Block::Kind::table_row, 0, std::move(text), 0, header_line_});
}

void warn_of_hidden(ParsedDocument& document, std::size_t bytes) {
  if (bytes > 0)
    document.warnings.push_back("hidden text was left out (" + std::to_string(bytes) + " bytes)");
}

}  // namespace genkai::knowledge::reading
