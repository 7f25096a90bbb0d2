#include <algorithm>
#include <unordered_set>

#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"
#include "knowledge/document/hidden_style.h"
#include "knowledge/document/markup.h"
#include "knowledge/document/readers.h"
#include "text/text.h"

namespace genkai::knowledge::reading {
namespace {

using Names = std::unordered_set<std::string_view>;

const Names kDropped = {"script",   "style", "nav",    "footer",   "aside",   "template",
                        "noscript", "svg",   "iframe", "object",   "select",  "button",
                        "canvas",   "audio", "video",  "textarea", "datalist"};
const Names kBlocks = {"p",          "div",     "section", "article", "main",    "header",  "blockquote",
                       "ul",         "ol",      "dl",      "li",      "dt",      "dd",      "figure",
                       "figcaption", "address", "form",    "hr",      "center",  "details", "summary",
                       "fieldset",   "legend",  "body",    "table",   "caption", "tr",      "td",
                       "th",         "thead",   "tbody",   "tfoot",   "h1",      "h2",      "h3",
                       "h4",         "h5",      "h6",      "pre",     "title"};
constexpr std::size_t kLongCell = 1200;  // bytes; a longer cell is layout, not data

bool is_heading(std::string_view name) {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
}

// Classes that generators of documentation give to lists of links.
bool is_navigation(const Attributes& attributes) {
  static const Names kClasses = {"toc",       "nav",        "navbar", "navigation",  "navheader",
                                 "navfooter", "breadcrumb", "docnav", "breadcrumbs", "contents-local"};
  if (attributes.get("role") == "navigation") return true;
  std::string_view classes = attributes.get("class");
  while (!classes.empty()) {
    const std::size_t end = std::min(classes.find(' '), classes.size());
    if (kClasses.count(classes.substr(0, end)) > 0) return true;
    classes.remove_prefix(std::min(end + 1, classes.size()));
  }
  return false;
}

class HtmlWriter final : public MarkupHandler {
 public:
  explicit HtmlWriter(ParsedDocument& document) : document_(&document) {}

  void start(std::string_view name, const Attributes& attributes, std::uint32_t line) override {
    line_ = line;
    ++depth_;
    if (dropped_at_ > 0) return;
    if (name == "meta") return meta(attributes);
    if (name == "style") in_style_ = true;
    const bool hidden = name != "input" && hides(name, attributes);
    if (hidden || kDropped.count(name) > 0 || (is_navigation(attributes) && name != "body") ||
        (name == "header" && articles_ == 0)) {
      dropped_at_ = depth_;
      dropping_hidden_ = hidden || name == "template" || name == "noscript";
      return;
    }
    if (name == "article" || name == "main") ++articles_;
    if (kBlocks.count(name) > 0) start_block(name);
    if (name == "br") text_ += preformatted_ > 0 ? '\n' : '\v';
    if (name == "time" && time_.empty()) time_ = find_date(attributes.get("datetime"));
    if (name == "img" && text_.empty() && !attributes.get("alt").empty() &&
        attributes.get("alt").size() < 200)
      text("");
  }

  void end(std::string_view name) override {
    if (name == "style") in_style_ = false;
    if (dropped_at_ > 0) {
      if (depth_ == dropped_at_) {
        dropped_at_ = 0;
        dropping_hidden_ = false;
      }
      --depth_;
      return;
    }
    --depth_;
    if ((name == "article" || name == "main") && articles_ > 0) --articles_;
    if (kBlocks.count(name) > 0) end_block(name);
  }

  void text(std::string_view text) override {
    if (in_style_) styles_.read(text);
    if (dropped_at_ > 0) {
      if (dropping_hidden_ && !trim(text).empty()) hidden_bytes_ += text.size();
      return;
    }
    if (text_.empty()) text_line_ = line_;
    text_ += text;
  }

  void finish() {
    flush();
    while (!tables_.empty()) end_table();
    core::DocumentInfo& info = document_->info;
    if (info.title.empty()) info.title = first_heading_;
    if (info.date.empty()) info.date = modified_.empty() ? stated_date(*document_) : modified_;
    if (info.date.empty()) info.date = published_.empty() ? time_ : published_;
    warn_of_hidden(*document_, hidden_bytes_);
  }

 private:
  struct Table {
    explicit Table(ParsedDocument& document) : writer(document) {}
    TableWriter writer;
    std::vector<std::string> cells;
    bool all_header = true;
    bool layout = false;  // holds whole paragraphs: its cells are read as such
    bool in_cell = false;
    std::uint32_t line = 0;
  };

  bool hides(std::string_view name, const Attributes& attributes) const {
    return attributes.has("hidden") || lower_ascii(attributes.get("aria-hidden")) == "true" ||
           hides_text(attributes.get("style")) ||
           styles_.hide(name, attributes.get("class"), attributes.get("id"));
  }

  void meta(const Attributes& attributes) {
    std::string_view key = attributes.get("name");
    if (key.empty()) key = attributes.get("property");
    if (key.empty()) key = attributes.get("itemprop");
    const std::string name = lower_ascii(key);
    const std::string_view content = attributes.get("content");
    for (const std::string_view own :
         {"article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified", "datemodified",
          "last-modified", "revised", "lastmod"})
      if (name == own && modified_.empty()) modified_ = find_date(content);
    for (const std::string_view own : {"article:published_time", "dcterms.date", "dcterms.created",
                                       "dcterms.issued", "dc.date", "datepublished", "date", "pubdate"})
      if (name == own && published_.empty()) published_ = find_date(content);
  }

  // Inside a data table's cell, blocks only separate words.
  bool in_data_cell() const { return !tables_.empty() && tables_.back().in_cell && !tables_.back().layout; }

  void start_block(std::string_view name) {
    if (name == "table") {
      if (in_data_cell()) become_layout();
      flush();
      tables_.emplace_back(*document_);
    } else if (name == "tr" && !tables_.empty()) {
      end_row();
      tables_.back().line = line_;
    } else if ((name == "td" || name == "th") && !tables_.empty()) {
      end_cell();
      tables_.back().in_cell = true;
      tables_.back().all_header &= name == "th";
      return;
    }
    if (in_data_cell()) {
      if (is_heading(name) || name == "pre")
        become_layout();
      else {
        text_ += ' ';
        return;
      }
    }
    flush();
    if (name == "li") kinds_.push_back(Block::Kind::list_item);
    if (name == "dt") in_term_ = true;
    if (name == "dd") kinds_.push_back(Block::Kind::list_item);
    if (name == "pre") ++preformatted_;
    if (name == "title") in_title_ = true;
    if (is_heading(name)) heading_ = name[1] - '0';
  }

  void end_block(std::string_view name) {
    if ((name == "td" || name == "th") && !tables_.empty()) return end_cell();
    if (name == "tr" && !tables_.empty()) return end_row();
    if (name == "table" && !tables_.empty()) return end_table();
    if (in_data_cell()) {
      text_ += ' ';
      return;
    }
    flush();
    if ((name == "li" || name == "dd") && !kinds_.empty()) kinds_.pop_back();
    if (name == "dt") in_term_ = false;
    if (name == "dl") flush_term();
    if (name == "pre" && preformatted_ > 0) --preformatted_;
    if (name == "title") in_title_ = false;
    if (is_heading(name)) heading_ = 0;
  }

  // The cells so far were paragraphs after all.
  void become_layout() {
    Table& table = tables_.back();
    table.layout = true;
    for (std::string& cell : table.cells)
      add_block(*document_, {Block::Kind::paragraph, 0, std::move(cell), 0, table.line});
    table.cells.clear();
  }

  void end_cell() {
    Table& table = tables_.back();
    if (!table.in_cell) return;
    if (!table.layout && text_.size() > kLongCell) become_layout();
    if (table.layout) {
      flush();
    } else {
      std::replace(text_.begin(), text_.end(), '\v', ' ');
      table.cells.push_back(std::move(text_));
      text_.clear();
    }
    table.in_cell = false;
  }

  void end_row() {
    end_cell();
    Table& table = tables_.back();
    if (!table.cells.empty()) {
      if (table.cells.size() == 1)
        add_block(*document_, {Block::Kind::paragraph, 0, std::move(table.cells[0]), 0, table.line});
      else
        table.writer.row(std::move(table.cells), table.all_header, table.line);
    }
    table.cells.clear();
    table.all_header = true;
  }

  void end_table() {
    end_row();
    tables_.back().writer.finish();
    tables_.pop_back();
  }

  void flush() {
    if (text_.empty()) return;
    std::string text = std::move(text_);
    text_.clear();
    if (in_title_) {
      if (document_->info.title.empty()) document_->info.title = collapse(text);
      return;
    }
    if (trim(text).empty()) return;
    if (preformatted_ > 0) {
      flush_term();
      return add_block(*document_, {Block::Kind::code, 0, std::move(text), 0, text_line_});
    }
    if (heading_ > 0) {
      std::replace(text.begin(), text.end(), '\v', ' ');
      if (first_heading_.empty()) first_heading_ = collapse(text);
      flush_term();
      return add_block(*document_, {Block::Kind::heading, heading_, std::move(text), 0, text_line_});
    }
    if (in_term_) {
      flush_term();
      std::replace(text.begin(), text.end(), '\v', ' ');
      term_ = collapse(text);
      return;
    }
    write_paragraphs(text);
  }

  void flush_term() {
    add_defined(*document_, std::exchange(term_, {}), {Block::Kind::list_item, 0, {}, 0, text_line_});
  }

  // <br> ends a paragraph unless it only wraps a sentence.
  void write_paragraphs(std::string_view text) {
    const Block::Kind kind = kinds_.empty() ? Block::Kind::paragraph : kinds_.back();
    std::string joined;
    const auto write = [&] {
      add_defined(*document_, std::exchange(term_, {}), {kind, 0, std::move(joined), 0, text_line_});
      joined.clear();
    };
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\v'), text.size());
      const std::string_view piece = trim(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      if (piece.empty()) continue;
      const bool continues =
          !ends_sentence(joined) &&
          ((piece.front() >= 'a' && piece.front() <= 'z') ||
           (joined.size() > 60 && is_wide(last_code_point(joined)) && is_wide(first_code_point(piece))));
      if (!joined.empty() && !continues) write();
      if (!joined.empty()) joined += '\n';
      joined += piece;
    }
    if (!joined.empty()) write();
  }

  ParsedDocument* document_;
  std::vector<Table> tables_;
  std::vector<Block::Kind> kinds_;  // of the lists around the text
  std::string text_, term_, first_heading_, modified_, published_, time_;
  std::uint32_t line_ = 0, text_line_ = 0;
  int depth_ = 0, dropped_at_ = 0, articles_ = 0, preformatted_ = 0, heading_ = 0;
  HiddenStyles styles_;
  bool in_style_ = false, dropping_hidden_ = false, in_title_ = false, in_term_ = false;
  std::size_t hidden_bytes_ = 0;
};

}  // namespace

base::Status read_html(std::string_view bytes, const ParseLimits&, ParsedDocument& document) {
  GENKAI_ASSIGN_OR_RETURN(const text::Decoded decoded, text::decode(bytes, declared_encoding(bytes)));
  warn_replaced(document, decoded.replaced, decoded.encoding);
  HtmlWriter writer(document);
  if (!read_html_events(decoded.text, writer))
    document.warnings.push_back("nested too deeply: the rest of the page was not read");
  writer.finish();
  return {};
}

}  // namespace genkai::knowledge::reading
