// Word documents: a zip archive with word/document.xml (ECMA-376 part 1, WordprocessingML).
#include <algorithm>
#include <map>
#include <set>

#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"
#include "knowledge/document/markup.h"
#include "knowledge/document/readers.h"
#include "knowledge/document/zip_reader.h"
#include "text/utf8.h"

namespace genkai::knowledge::reading {
namespace {

constexpr int kTitleLevel = -1;

// "heading 2" is level 2, "Title" the title; 0 for anything else.
int level_of_name(std::string_view name) {
  const std::string lower = lower_ascii(name);
  if (lower == "title") return kTitleLevel;
  if (!lower.starts_with("heading")) return 0;
  const std::string_view number = trim(std::string_view(lower).substr(7));
  return number.size() == 1 && number[0] >= '1' && number[0] <= '9' ? std::min(number[0] - '0', 6) : 0;
}

int outline_level(std::string_view value) {
  return value.size() == 1 && value[0] >= '0' && value[0] <= '8' ? std::min(value[0] - '0' + 1, 6) : 0;
}

// Which styles are headings: word/styles.xml, as their ids differ by the language of the program.
class Styles final : public MarkupHandler {
 public:
  void start(std::string_view name, const Attributes& attributes, std::uint32_t) override {
    if (name == "style") id_ = attributes.get("styleId");
    if (name == "name" && level_of_name(attributes.get("val")) != 0)
      levels_[id_] = level_of_name(attributes.get("val"));
    if (name == "outlineLvl" && levels_.count(id_) == 0 && outline_level(attributes.get("val")) > 0)
      levels_[id_] = outline_level(attributes.get("val"));
    if (name == "basedOn") parents_[id_] = attributes.get("val");
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}

  int level(const std::string& id) const {
    std::string at = id;
    for (int depth = 0; depth < 16; ++depth) {
      if (const auto found = levels_.find(at); found != levels_.end()) return found->second;
      const auto parent = parents_.find(at);
      if (parent == parents_.end()) break;
      at = parent->second;
    }
    return level_of_name(id);
  }

 private:
  std::string id_;
  std::map<std::string, int> levels_;
  std::map<std::string, std::string> parents_;
};

// docProps/core.xml.
class Properties final : public MarkupHandler {
 public:
  void start(std::string_view name, const Attributes&, std::uint32_t) override {
    name_ = name;
    value_.clear();
  }
  void end(std::string_view name) override {
    if (name == name_) values_[name_] = value_;
    value_.clear();
  }
  void text(std::string_view text) override { value_ += text; }
  std::string get(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second;
  }

 private:
  std::string name_, value_;
  std::map<std::string, std::string> values_;
};

class BodyReader final : public MarkupHandler {
 public:
  BodyReader(ParsedDocument& document, const Styles& styles) : document_(&document), styles_(&styles) {}

  void start(std::string_view name, const Attributes& attributes, std::uint32_t) override {
    ++depth_;
    if (skipped_at_ > 0) return;
    // Deleted text, field codes and the second copy of what older programs draw are not the text.
    static const std::set<std::string_view> kSkipped = {"del",      "moveFrom", "instrText",
                                                        "Fallback", "delText",  "rt"};
    if (kSkipped.count(name) > 0) {
      skipped_at_ = depth_;
    } else if (name == "p") {
      if (paragraphs_++ == 0) begin_paragraph();
    } else if (name == "pStyle") {
      level_ = styles_->level(std::string(attributes.get("val")));
    } else if (name == "outlineLvl" && level_ == 0) {
      level_ = outline_level(attributes.get("val"));
    } else if (name == "numPr") {
      listed_ = true;
    } else if (name == "r") {
      hidden_ = false;
    } else if (name == "vanish") {
      hidden_ = attributes.get("val") != "0" && attributes.get("val") != "false";
    } else if (name == "t") {
      in_text_ = true;
    } else if (name == "tab") {
      text_ += ' ';
    } else if (name == "br" || name == "cr") {
      text_ += '\n';
    } else if (name == "tbl") {
      tables_.emplace_back(*document_);
    } else if (name == "tblHeader" && !tables_.empty()) {
      tables_.back().header = true;
    } else if (name == "tr" && !tables_.empty()) {
      tables_.back().cells.clear();
      tables_.back().header = false;
    } else if (name == "tc" && !tables_.empty()) {
      tables_.back().cells.emplace_back();
    }
  }

  void end(std::string_view name) override {
    const int depth = depth_--;
    if (skipped_at_ > 0) {
      if (depth == skipped_at_) skipped_at_ = 0;
      return;
    }
    if (name == "t") {
      in_text_ = false;
    } else if (name == "p") {
      if (paragraphs_ > 0 && --paragraphs_ == 0)
        end_paragraph();
      else
        text_ += '\n';
    } else if (name == "tr" && !tables_.empty()) {
      Table& table = tables_.back();
      const bool header = table.header || table.rows == 0;
      if (tables_.size() == 1)
        table.writer.row(std::move(table.cells), header, 0);
      else if (!tables_[tables_.size() - 2].cells.empty())  // a table in a cell is text of the cell
        for (const std::string& cell : table.cells) tables_[tables_.size() - 2].cells.back() += cell + " ";
      table.cells.clear();
      ++table.rows;
    } else if (name == "tbl" && !tables_.empty()) {
      if (tables_.size() == 1) tables_.back().writer.finish();
      tables_.pop_back();
    }
  }

  void text(std::string_view text) override {
    if (!in_text_ || skipped_at_ > 0) return;
    if (hidden_)
      hidden_bytes_ += text.size();
    else
      text_ += text;
  }

  void finish() { warn_of_hidden(*document_, hidden_bytes_); }

 private:
  struct Table {
    explicit Table(ParsedDocument& document) : writer(document) {}
    TableWriter writer;
    std::vector<std::string> cells;
    std::size_t rows = 0;
    bool header = false;
  };

  void begin_paragraph() {
    level_ = 0;
    listed_ = hidden_ = false;
    text_.clear();
  }

  void end_paragraph() {
    std::string text = std::exchange(text_, {});
    if (!tables_.empty() && !tables_.back().cells.empty()) {
      tables_.back().cells.back() += text + "\n";
      return;
    }
    if (level_ == kTitleLevel) {
      if (document_->info.title.empty()) document_->info.title = collapse(text);
      level_ = 1;
    }
    const Block::Kind kind = level_ > 0 ? Block::Kind::heading
                             : listed_  ? Block::Kind::list_item
                                        : Block::Kind::paragraph;
    add_block(*document_, {kind, level_, std::move(text)});
  }

  ParsedDocument* document_;
  const Styles* styles_;
  std::vector<Table> tables_;
  std::string text_;
  int depth_ = 0, skipped_at_ = 0, paragraphs_ = 0, level_ = 0;
  bool in_text_ = false, listed_ = false, hidden_ = false;
  std::size_t hidden_bytes_ = 0;
};

}  // namespace

base::Status read_docx(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document) {
  GENKAI_ASSIGN_OR_RETURN(ZipReader archive, ZipReader::open(bytes, limits));
  Styles styles;
  Properties properties;
  // Both parts only help; a document without them is read all the same.
  if (const auto part = archive.read("word/styles.xml")) static_cast<void>(read_xml_events(*part, styles));
  if (const auto part = archive.read("docProps/core.xml"))
    static_cast<void>(read_xml_events(*part, properties));
  GENKAI_ASSIGN_OR_RETURN(const std::string body, archive.read("word/document.xml"));
  document.info.title = collapse(properties.get("title"));
  BodyReader reader(document, styles);
  if (auto status = read_xml_events(body, reader); !status) {
    if (document.blocks.empty() || status.error().code != base::Code::corrupt) return status;
    document.warnings.push_back("read only in part: " + status.error().message);
  }
  reader.finish();
  document.info.date = stated_date(document);
  if (document.info.date.empty()) document.info.date = find_date(properties.get("modified"));
  if (document.info.date.empty()) document.info.date = find_date(properties.get("created"));
  return {};
}

}  // namespace genkai::knowledge::reading
