#include <algorithm>

#include "knowledge/document/blocks.h"
#include "knowledge/document/front_matter.h"
#include "knowledge/document/readers.h"
#include "text/text.h"

namespace genkai::knowledge::reading {
namespace {

constexpr std::string_view kSpaces = " \t\r\f\v";

struct Line {
  std::string_view text;  // without trailing white space
  std::uint32_t number = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

std::size_t indent(std::string_view line) {
  std::size_t width = 0;
  for (const char c : line) {
    if (c == ' ')
      ++width;
    else if (c == '\t')
      width += 8;
    else
      break;
  }
  return width;
}

// The level of an underline ("=====", "-----"), or 0.
int underline_level(std::string_view line) {
  if (line.size() < 3) return 0;
  const char mark = line.front();
  const std::size_t kind = std::string_view("=-~^").find(mark);
  if (kind == std::string_view::npos || line.find_first_not_of(mark) != std::string_view::npos) return 0;
  return static_cast<int>(kind) + 1;
}

// Levels of "1.2 Scope": 2; 0 when the line does not start so.
int numbered_level(std::string_view line) {
  int level = 0;
  std::size_t i = 0;
  while (i < line.size() && is_digit(line[i])) {
    std::size_t end = i;
    while (end < line.size() && is_digit(line[end])) ++end;
    if (end - i > 3) return 0;
    ++level;
    i = end;
    if (i < line.size() && line[i] == '.') ++i;
  }
  if (level == 0 || i >= line.size() || line[i] != ' ') return 0;
  const std::string_view rest = trim(line.substr(i));
  const bool capital = !rest.empty() && (is_upper(rest.front()) || is_wide(first_code_point(rest)));
  return capital ? std::min(level, 6) : 0;
}

bool is_japanese_chapter(std::string_view line) {
  if (!line.starts_with("第")) return false;
  for (const std::string_view mark : {"章", "節", "部", "条", "編", "回"}) {
    const std::size_t at = line.find(mark);
    if (at != std::string_view::npos && at >= 4 && at <= 18) return true;
  }
  return false;
}

// The level of a line that stands alone and looks like a heading, or 0.
int heading_level(std::string_view line) {
  if (line.size() > 240) return 0;
  const std::size_t hashes = line.find_first_not_of('#');
  if (hashes != std::string_view::npos && hashes >= 1 && hashes <= 6 && line[hashes] == ' ')
    return static_cast<int>(hashes);
  const std::size_t width = columns(line);
  if (width > 72 || ends_sentence(line) || line.ends_with(',') || line.ends_with(';') ||
      line.ends_with("、")) {
    // "【…】" ends with a bracket that closes no sentence.
    if (!line.starts_with("【") || width > 60) return 0;
  }
  if (const int level = numbered_level(line); level > 0) return level;
  if (is_japanese_chapter(line)) return 1;
  for (const std::string_view word : {"chapter ", "section ", "appendix ", "part "})
    if (starts_with_ignoring_case(line, word) && width <= 60 && is_upper(line.front())) return 1;
  for (const std::string_view mark : {"■", "◆", "●", "【", "□", "◇"})
    if (line.starts_with(mark) && width <= 60) return 2;
  const auto capitals = std::count_if(line.begin(), line.end(), is_upper);
  if (capitals >= 4 && std::none_of(line.begin(), line.end(), is_lower) && is_upper(line.front()) &&
      width <= 60)
    return 2;
  return 0;
}

std::string_view heading_text(std::string_view line) {
  const std::size_t first = line.find_first_not_of('#');
  if (first != std::string_view::npos && first > 0 && line[first] == ' ') {
    line = trim(line.substr(first));
    const std::size_t last = line.find_last_not_of('#');
    return last == std::string_view::npos ? line : trim(line.substr(0, last + 1));
  }
  return trim(line);
}

// Bytes of the bullet or number that starts a list item, or 0.
std::size_t bullet_length(std::string_view line) {
  for (const std::string_view bullet : {"- ", "* ", "+ ", "• ", "– ", "・", "o "})
    if (line.starts_with(bullet)) return bullet.size();
  std::size_t digits = 0;
  while (digits < line.size() && digits < 3 && is_digit(line[digits])) ++digits;
  if (digits > 0 && digits + 1 < line.size() && (line[digits] == ')' || line[digits] == '.') &&
      line[digits + 1] == ' ')
    return digits + 2;
  return 0;
}

// True for program text and aligned columns, whose lines must not be joined.
bool is_preformatted(const std::vector<Line>& lines) {
  if (lines.size() < 2) return false;
  std::size_t aligned = 0, symbols = 0;
  for (const Line& line : lines) {
    const std::string_view text =
        line.text.substr(std::min(line.text.find_first_not_of(kSpaces), line.text.size()));
    bool columned = text.find('\t') != std::string_view::npos;
    for (std::size_t at = text.find("   "); !columned && at != std::string_view::npos;
         at = text.find("   ", at + 3))
      columned = at > 0;
    aligned += columned ? 1 : 0;
    if (!text.empty() &&
        (text.ends_with(';') || text.ends_with('{') || text.ends_with('}') || text.ends_with('\\') ||
         text.starts_with("$ ") || text.starts_with("# ") || text.starts_with("</")))
      ++symbols;
  }
  return aligned * 2 > lines.size() || symbols * 2 > lines.size();
}

// True when the line end after `line` was chosen by its writer, not by a wrapping editor: the next word would
// have fit.
bool is_hard_break(std::string_view line, std::string_view next, std::size_t width) {
  if (is_lower(next.front())) return false;
  const std::size_t colon = next.substr(0, 32).find(": ");  // a field, "Upstream-Name: zlib"
  if (is_upper(next.front()) && colon != std::string_view::npos && next.find(' ') > colon) return true;
  const std::size_t word = is_wide(first_code_point(next)) ? 2 : std::min(next.find(' '), next.size());
  return (columns(line) + 1 + word) * 10 < width * 7 || (width < 40 && !is_wide(last_code_point(line)));
}

class TextWriter {
 public:
  TextWriter(ParsedDocument& document, std::uint32_t page) : document_(&document), page_(page) {}

  void add(Line line) {
    const std::string_view trimmed = trim(line.text);
    if (trimmed.empty()) return flush();
    // A Japanese paragraph may start by an ideographic space alone, without a blank line.
    if (line.text.starts_with("\u3000") && !lines_.empty()) flush();
    lines_.push_back(line);
    // A text without blank lines is written in parts, so that memory stays small.
    if (lines_.size() >= 4096) flush();
  }

  void flush() {
    if (!lines_.empty()) write(lines_);
    lines_.clear();
  }

 private:
  void write(std::vector<Line>& lines) {
    std::size_t first = 0;
    if (lines.size() >= 3 && underline_level(trim(lines[0].text)) > 0 &&
        underline_level(trim(lines[2].text)) > 0)
      first = 1;
    if (lines.size() >= first + 2) {
      const int level = underline_level(trim(lines[first + 1].text));
      if (level > 0 && columns(trim(lines[first].text)) <= 100) {
        heading(level, lines[first]);
        lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(first) + 2);
        if (lines.empty()) return;
      }
    }
    if (lines.size() == 1) {
      const std::string_view line = trim(lines[0].text);
      if (const int level = heading_level(line); level > 0) return heading(level, lines[0]);
      if (underline_level(line) > 0) return;
    }
    if (is_preformatted(lines)) return preformatted(lines);
    paragraphs(lines);
  }

  void heading(int level, const Line& line) {
    add_block(*document_,
              {Block::Kind::heading, level, std::string(heading_text(trim(line.text))), page_, line.number});
  }

  void preformatted(const std::vector<Line>& lines) {
    std::size_t common = lines[0].text.size();
    for (const Line& line : lines)
      common = std::min(common, std::min(line.text.find_first_not_of(' '), line.text.size()));
    std::string text;
    for (const Line& line : lines) {
      text += line.text.substr(common);
      text += '\n';
    }
    add_block(*document_, {Block::Kind::code, 0, std::move(text), page_, lines[0].number});
  }

  void paragraphs(const std::vector<Line>& lines) {
    std::size_t width = 0;
    for (const Line& line : lines) width = std::max(width, columns(trim(line.text)));
    Block block;
    std::size_t item_indent = 0;
    const auto end = [&] {
      add_block(*document_, block);
      block = {};
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string_view line = trim(lines[i].text);
      const std::size_t bullet = bullet_length(line);
      const bool expected =
          i == 0 || block.kind == Block::Kind::list_item || ends_sentence(trim(lines[i - 1].text)) ||
          std::string_view("*-+").find(line.front()) != std::string_view::npos || line.front() < 0;
      const bool starts_item = bullet > 0 && bullet < line.size() && expected;
      const bool leaves_item = block.kind == Block::Kind::list_item && indent(lines[i].text) < item_indent;
      if (is_numbered_heading(lines, i, width)) {
        end();
        heading(numbered_level(line), lines[i]);
        continue;
      }
      if (!block.text.empty() &&
          (starts_item || leaves_item || is_hard_break(trim(lines[i - 1].text), line, width)))
        end();
      if (block.text.empty()) block.line = lines[i].number, block.page = page_;
      if (starts_item) {
        block.kind = Block::Kind::list_item;
        item_indent = indent(lines[i].text);
      }
      if (!block.text.empty()) block.text += '\n';
      block.text += starts_item && !is_digit(line.front()) ? line.substr(bullet) : line;
    }
    end();
  }

  // "1.2 Scope" on a line of its own, as PDFs have it without a blank line after it.
  bool is_numbered_heading(const std::vector<Line>& lines, std::size_t i, std::size_t width) const {
    const std::string_view line = trim(lines[i].text);
    const int level = numbered_level(line);
    if (level < (page_ > 0 ? 1 : 2) || columns(line) > 72 || line.ends_with('.') || line.ends_with("。"))
      return false;
    if (i > 0 && !is_hard_break(trim(lines[i - 1].text), line, width) &&
        !ends_sentence(trim(lines[i - 1].text)))
      return false;
    if (i + 1 == lines.size()) return level >= 2;
    const std::string_view next = trim(lines[i + 1].text);
    return is_hard_break(line, next, width) && (level >= 2 || numbered_level(next) != 1);
  }

  ParsedDocument* document_;
  std::uint32_t page_;
  std::vector<Line> lines_;
};

}  // namespace

void promote_title(ParsedDocument& document) {
  if (document.blocks.size() < 2) return;
  Block& first = document.blocks.front();
  if (first.kind != Block::Kind::paragraph || columns(first.text) > 80 || ends_sentence(first.text) ||
      first.text.find(": ") != std::string::npos)
    return;
  if (document.blocks[1].line == first.line + 1) return;
  first.kind = Block::Kind::heading;
  first.level = 1;
}

void append_text(ParsedDocument& document, std::string_view text, std::uint32_t first_line,
                 std::uint32_t page) {
  TextWriter writer(document, page);
  for (std::size_t at = 0; at < text.size(); ++first_line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    line = line.substr(0, line.find_last_not_of(kSpaces) + 1);
    writer.add({line, first_line});
    at = end + 1;
  }
  writer.flush();
}

base::Status read_plain_text(std::string_view bytes, const ParseLimits&, ParsedDocument& document) {
  GENKAI_ASSIGN_OR_RETURN(const text::Decoded decoded, text::decode(bytes));
  warn_replaced(document, decoded.replaced, decoded.encoding);
  std::string_view text = decoded.text;
  const std::uint32_t lines = take_front_matter(text, document.info);
  append_text(document, text, lines + 1, 0);
  promote_title(document);
  return {};
}

}  // namespace genkai::knowledge::reading
