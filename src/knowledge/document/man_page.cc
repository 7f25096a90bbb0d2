// Manual pages in the man language; lines of mdoc go to mdoc.cc.
#include <algorithm>
#include <optional>
#include <unordered_set>

#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"
#include "knowledge/document/readers.h"
#include "knowledge/document/roff.h"
#include "text/text.h"

namespace genkai::knowledge::reading {
namespace {

std::string join(const std::vector<std::string>& words, std::string_view separator, std::size_t from = 0) {
  std::string out;
  for (std::size_t i = from; i < words.size(); ++i) {
    if (i > from) out += separator;
    out += words[i];
  }
  return plain_roff(out);
}

bool is_bullet(std::string_view term) {
  for (const std::string_view bullet : {"•", "*", "-", "–", "—", "o", "+", "·", "○", "□", "・"})
    if (term == bullet) return true;
  return term.empty();
}

// Tables of tbl: the format lines end with a full stop, then rows of cells between tabs; T{ to T} is a long
// cell.
class TableReader {
 public:
  explicit TableReader(ManWriter& writer) : writer_(&writer) {}

  void line(std::string_view text, std::uint32_t number) {
    if (in_format_) {
      if (const std::size_t tab = text.find("tab(");
          tab != std::string_view::npos && tab + 4 < text.size() && text[tab + 4] > 0)
        separator_ = text[tab + 4];
      if (trim(text).ends_with('.')) in_format_ = false;
      return;
    }
    if (trim(text) == ".T&") {
      in_format_ = true;
      return;
    }
    if (text.starts_with(".") || text == "_" || text == "=") return;
    for (;;) {
      if (in_long_cell_) {
        if (!text.starts_with("T}")) {
          cells_.back() += "\n" + plain_roff(text);
          return;
        }
        in_long_cell_ = false;
        text.remove_prefix(2);
        if (text.empty()) break;
        text.remove_prefix(1);
      }
      const std::size_t end = std::min(text.find(separator_), text.size());
      const std::string_view cell = text.substr(0, end);
      cells_.emplace_back();
      if (trim(cell) == "T{") {
        in_long_cell_ = true;
        return;
      }
      if (cell != "_" && cell != "=" && cell != "\\^") cells_.back() = plain_roff(cell);
      if (end == text.size()) break;
      text.remove_prefix(end + 1);
    }
    for (std::string& cell : cells_) cell = collapse(cell);
    writer_->row(cells_, number);
    cells_.clear();
  }

 private:
  ManWriter* writer_;
  char separator_ = '\t';
  bool in_format_ = true, in_long_cell_ = false;
  std::vector<std::string> cells_;
};

class ManReader {
 public:
  explicit ManReader(ParsedDocument& document)
      : document_(&document), writer_(document), mdoc_(writer_, document) {}

  void read(std::string_view page) {
    RoffReader reader(page);
    while (auto line = reader.next()) {
      if (table_) {
        if (line->request == "TE")
          table_.reset();
        else if (line->request.empty() || line->request == "T&")
          table_->line(line->request.empty() ? line->rest : std::string_view(".T&"), line->number);
        continue;
      }
      if (equation_) {
        equation_ = line->request != "EN";
        continue;
      }
      if (line->request.empty())
        text(plain_roff(line->rest), line->number);
      else
        request(*line);
    }
    writer_.finish();
    title();
  }

  const std::string& alias() const { return alias_; }

 private:
  void text(const std::string& line, std::uint32_t number) {
    if (heading_level_ > 0 && !trim(line).empty()) return heading(line, number);
    if (trim(line).empty() && !writer_.in_code()) {
      writer_.end_paragraph();
      return;
    }
    if (term_follows_) {
      term_follows_ = false;
      const std::string term = collapse(line);
      return writer_.begin_item(is_bullet(term) ? std::string() : term, number);
    }
    writer_.text(line, number);
  }

  void request(const RoffLine& line) {
    static const std::unordered_set<std::string_view> kFonts = {"B", "I", "SM", "SB", "R"};
    static const std::unordered_set<std::string_view> kAlternating = {"BR", "BI", "RB", "RI", "IR", "IB"};
    static const std::unordered_set<std::string_view> kParagraphs = {"PP", "P", "LP", "HP", "Sp", "RE", "YS"};
    const std::string& name = line.request;
    if (name == "TH") {
      if (line.arguments.size() > 2) document_->info.date = find_date(plain_roff(line.arguments[2]));
    } else if (name == "SH" || name == "SS") {
      heading_level_ = name == "SH" ? 1 : 2;
      if (!line.arguments.empty()) heading(join(line.arguments, " "), line.number);
    } else if (kFonts.count(name) > 0) {
      if (!line.arguments.empty()) text(join(line.arguments, " "), line.number);
    } else if (kAlternating.count(name) > 0) {
      if (!line.arguments.empty()) text(join(line.arguments, ""), line.number);
    } else if (kParagraphs.count(name) > 0) {
      writer_.end_item();
    } else if (name == "TP" || name == "TQ") {
      writer_.end_paragraph();
      term_follows_ = true;
    } else if (name == "IP") {
      const std::string term =
          line.arguments.empty() ? std::string() : collapse(plain_roff(line.arguments[0]));
      writer_.end_paragraph();
      writer_.begin_item(is_bullet(term) ? std::string() : term, line.number);
    } else if (name == "nf" || name == "EX" || name == "Vb") {
      writer_.begin_code();
    } else if (name == "fi" || name == "EE" || name == "Ve") {
      writer_.end_code();
    } else if (name == "br" || name == "sp") {
      if (writer_.in_code()) {
        if (name == "sp") writer_.text("", line.number);
      } else {
        writer_.end_paragraph();
      }
    } else if (name == "UR" || name == "MT") {
      link_ = join(line.arguments, " ");
    } else if (name == "UE" || name == "ME") {
      if (!link_.empty()) text("<" + std::exchange(link_, {}) + ">" + join(line.arguments, ""), line.number);
    } else if (name == "SY") {
      writer_.end_item();
      writer_.text(join(line.arguments, " "), line.number);
    } else if (name == "OP") {
      writer_.text("[" + join(line.arguments, " ") + "]", line.number);
    } else if (name == "TS") {
      writer_.end_paragraph();
      table_.emplace(writer_);
    } else if (name == "EQ") {
      equation_ = true;
    } else if (name == "so") {
      alias_ = join(line.arguments, " ");
    } else {
      mdoc_.read(line);
    }
  }

  void heading(const std::string& heading_text, std::uint32_t number) {
    writer_.heading(heading_level_, heading_text, number);
    heading_level_ = 0;
    term_follows_ = false;
  }

  // The text of the first section (NAME) is the title: "ls - list directory contents".
  void title() {
    if (!document_->info.title.empty()) return;
    const auto& blocks = document_->blocks;
    for (std::size_t i = 0; i + 1 < blocks.size() && i < 8; ++i) {
      if (blocks[i].kind != Block::Kind::heading || blocks[i + 1].kind == Block::Kind::heading) continue;
      const std::string& text = blocks[i + 1].text;
      if (text.find(" - ") != std::string::npos || text.find(" — ") != std::string::npos ||
          text.find(" – ") != std::string::npos)
        document_->info.title = text::prefix(text, 200);
      return;
    }
  }

  ParsedDocument* document_;
  ManWriter writer_;
  MdocReader mdoc_;
  std::optional<TableReader> table_;
  std::string link_, alias_;
  int heading_level_ = 0;  // of a heading whose text comes on the next line
  bool term_follows_ = false, equation_ = false;
};

bool has_requests(std::string_view page) {
  for (const std::string_view request : {".TH", ".SH", ".Dd", ".Dt", ".Sh", ".so", ".\\\"", "'\\\""}) {
    const std::size_t at = page.substr(0, 64 << 10).find(request);
    if (at != std::string_view::npos && (at == 0 || page[at - 1] == '\n')) return true;
  }
  return false;
}

}  // namespace

base::Status read_man_page(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document) {
  GENKAI_ASSIGN_OR_RETURN(const text::Decoded decoded, text::decode(bytes));
  // A name such as "release.2" does not make a manual page.
  if (!has_requests(decoded.text)) return read_plain_text(bytes, limits, document);
  warn_replaced(document, decoded.replaced, decoded.encoding);
  ManReader reader(document);
  reader.read(decoded.text);
  if (document.blocks.empty() && !reader.alias().empty())
    return base::fail(base::Code::unsupported, "only refers to " + reader.alias());
  return {};
}

}  // namespace genkai::knowledge::reading
