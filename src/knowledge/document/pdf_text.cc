// What pdftotext wrote, cleaned: running heads, page numbers and hyphens at line ends go, paragraphs over
// page ends join.
#include <algorithm>
#include <unordered_map>

#include "knowledge/document/blocks.h"
#include "knowledge/document/readers.h"

namespace genkai::knowledge::reading {
namespace {

constexpr std::size_t kMarginLines = 2;  // lines at the top and bottom of a page that may repeat on others

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view page) {
  Lines lines;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    lines.push_back(trim(page.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

// The line without its digits, so that "Page 3" and "Page 4" are the same.
std::string shape(std::string_view line) {
  std::string out;
  for (const char c : line) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit)
      out += c;
    else if (out.empty() || out.back() != '#')
      out += '#';
  }
  return out;
}

// The first and last lines of a page that are not empty.
std::vector<std::size_t> margins(const Lines& lines) {
  std::vector<std::size_t> filled;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!lines[i].empty()) filled.push_back(i);
  if (filled.size() > 2 * kMarginLines)
    filled.erase(filled.begin() + kMarginLines, filled.end() - kMarginLines);
  return filled;
}

bool is_page_number(std::string_view shape) {
  for (const std::string_view own :
       {"#", "- # -", "– # –", "[#]", "Page #", "page #", "Page # of #", "# / #", "#/#", "# ページ", "p. #"})
    if (shape == own) return true;
  return false;
}

bool is_roman_number(std::string_view line) {
  return !line.empty() && line.size() <= 6 && line.find_first_not_of("ivxlc") == std::string_view::npos;
}

// A line of a table of contents, or what is left of one: "Scope . . . . . . 12", "2.3.4".
bool is_contents_line(std::string_view line) {
  return line.find(". . . .") != std::string_view::npos || line.find(".....") != std::string_view::npos ||
         (line.size() <= 12 && std::count(line.begin(), line.end(), '.') >= 2 &&
          line.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool is_letter(char c) {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

// A word broken over two lines becomes one again.
std::string join_hyphens(const Lines& lines) {
  std::string out;
  for (const std::string_view line : lines) {
    constexpr std::string_view kSoftHyphen = "\u00AD";
    std::string_view before = out;
    const bool lower = !line.empty() && line.front() >= 'a' && line.front() <= 'z';
    if (before.ends_with('\n')) before.remove_suffix(1);
    if (before.size() >= 2 && before.ends_with('-') && is_letter(before[before.size() - 2]) && lower)
      out.resize(before.size() - 1);
    else if (before.ends_with(kSoftHyphen) && !line.empty())
      out.resize(before.size() - kSoftHyphen.size());
    out += line;
    out += '\n';
  }
  return out;
}

// True when the paragraph at the end of one page goes on with the first of the next.
bool continues(const Block& before, const Block& after) {
  if (before.kind != Block::Kind::paragraph && before.kind != Block::Kind::list_item) return false;
  if (after.kind != Block::Kind::paragraph || ends_sentence(before.text)) return false;
  return (after.text.front() >= 'a' && after.text.front() <= 'z') ||
         (is_wide(last_code_point(before.text)) && is_wide(first_code_point(after.text)) &&
          before.text.size() > 90);
}

}  // namespace

void append_pdf_text(ParsedDocument& document, std::string_view text) {
  std::vector<Lines> pages;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\f', at), text.size());
    pages.push_back(lines_of(text.substr(at, end - at)));
    at = end + 1;
  }
  std::unordered_map<std::string, std::size_t> repeats;
  for (const Lines& page : pages)
    for (const std::size_t i : margins(page)) ++repeats[shape(page[i])];
  const std::size_t often = std::max<std::size_t>(3, pages.size() / 4);
  std::uint32_t number = 0;
  std::size_t empty_pages = 0;
  for (Lines& page : pages) {
    ++number;
    for (const std::size_t i : margins(page)) {
      const std::string own = shape(page[i]);
      if (repeats[own] >= often || is_page_number(own) || is_roman_number(page[i])) page[i] = {};
    }
    for (std::string_view& line : page)
      if (is_contents_line(line)) line = {};
    const std::size_t first = document.blocks.size();
    append_text(document, join_hyphens(page), 0, number);
    for (std::size_t i = first; i < document.blocks.size(); ++i) document.blocks[i].line = 0;
    if (document.blocks.size() == first) ++empty_pages;
    if (first > 0 && first < document.blocks.size() &&
        continues(document.blocks[first - 1], document.blocks[first])) {
      std::string& before = document.blocks[first - 1].text;
      const std::string& after = document.blocks[first].text;
      if (!is_wide(last_code_point(before)) || !is_wide(first_code_point(after))) before += ' ';
      before += after;
      document.blocks.erase(document.blocks.begin() + static_cast<std::ptrdiff_t>(first));
    }
  }
  if (empty_pages > 0 && !document.blocks.empty())
    document.warnings.push_back(std::to_string(empty_pages) + " of " + std::to_string(number) +
                                " pages hold no text, perhaps images of it");
  promote_title(document);
}

}  // namespace genkai::knowledge::reading
