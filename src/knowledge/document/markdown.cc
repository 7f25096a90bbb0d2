// Markdown by cmark-gfm: its syntax tree is walked once, without recursion.
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <memory>

#include "knowledge/document/blocks.h"
#include "knowledge/document/front_matter.h"
#include "knowledge/document/readers.h"
#include "text/text.h"

namespace genkai::knowledge::reading {
namespace {

struct Free {
  void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
  void operator()(cmark_node* node) const { cmark_node_free(node); }
  void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

std::string_view view(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// The library does not publish the node types of its extensions, only their names.
bool is_extension(cmark_node* node, std::string_view name) {
  return cmark_node_get_type_string(node) == name;
}

// Inline HTML: only a line break carries meaning.
bool is_line_break(std::string_view html) {
  return starts_with_ignoring_case(html, "<br");
}

class MarkdownWalker {
 public:
  MarkdownWalker(ParsedDocument& document, std::uint32_t lines_before, const ParseLimits& limits)
      : document_(&document), table_(document), lines_before_(lines_before), limits_(&limits) {}

  void walk(cmark_node* root) {
    const std::unique_ptr<cmark_iter, Free> iterator(cmark_iter_new(root));
    for (;;) {
      const cmark_event_type event = cmark_iter_next(iterator.get());
      if (event == CMARK_EVENT_DONE) break;
      cmark_node* node = cmark_iter_get_node(iterator.get());
      if (event == CMARK_EVENT_ENTER)
        enter(node);
      else
        leave(node);
    }
  }

 private:
  std::uint32_t line_of(cmark_node* node) const {
    const int line = cmark_node_get_start_line(node);
    return line > 0 ? lines_before_ + static_cast<std::uint32_t>(line) : 0;
  }

  void enter(cmark_node* node) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) {
      text_ += view(cmark_node_get_literal(node));
    } else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
      text_ += '\n';
    } else if (type == CMARK_NODE_HTML_INLINE) {
      if (is_line_break(view(cmark_node_get_literal(node)))) text_ += '\n';
    } else if (type == CMARK_NODE_CODE_BLOCK) {
      add_block(*document_,
                {Block::Kind::code, 0, std::string(view(cmark_node_get_literal(node))), 0, line_of(node)});
    } else if (type == CMARK_NODE_HTML_BLOCK) {
      html(node);
    } else if (type == CMARK_NODE_ITEM) {
      item_ = true;
    } else if (is_extension(node, "table")) {
      table_ = TableWriter(*document_);
    } else if (is_extension(node, "table_row") || is_extension(node, "table_header")) {
      cells_.clear();
    }
  }

  void leave(cmark_node* node) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_HEADING) {
      write(Block::Kind::heading, cmark_node_get_heading_level(node), node);
    } else if (type == CMARK_NODE_PARAGRAPH) {
      write(item_ ? Block::Kind::list_item : Block::Kind::paragraph, 0, node);
      item_ = false;
    } else if (is_extension(node, "table_cell")) {
      cells_.push_back(std::move(text_));
      text_.clear();
    } else if (is_extension(node, "table_row") || is_extension(node, "table_header")) {
      table_.row(std::move(cells_), cmark_gfm_extensions_get_table_row_is_header(node) != 0, line_of(node));
      cells_.clear();
    } else if (is_extension(node, "table")) {
      table_.finish();
    } else if (type == CMARK_NODE_LIST) {
      item_ = false;
    }
  }

  void write(Block::Kind kind, int level, cmark_node* node) {
    add_block(*document_, {kind, level, std::move(text_), 0, line_of(node)});
    text_.clear();
  }

  // An HTML block keeps its text; what the HTML reader drops (scripts, hidden text) is dropped here too.
  void html(cmark_node* node) {
    ParsedDocument part;
    if (!read_html(view(cmark_node_get_literal(node)), *limits_, part)) return;
    for (Block& block : part.blocks) {
      block.line = line_of(node);
      document_->blocks.push_back(std::move(block));
    }
    for (std::string& warning : part.warnings) document_->warnings.push_back(std::move(warning));
  }

  ParsedDocument* document_;
  TableWriter table_;
  std::uint32_t lines_before_;
  const ParseLimits* limits_;
  std::string text_;
  std::vector<std::string> cells_;
  bool item_ = false;
};

// cmark-gfm 0.29 fills every row up to the width of its table's header, so that a wide header and many short
// rows take far more memory than the file. Such files are read without tables.
bool is_table_bomb(std::string_view text) {
  constexpr std::size_t kMostCells = 10'000'000;
  std::size_t lines = 0, widest = 0;
  for (std::size_t at = 0; at < text.size(); ++lines) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (line.find_first_not_of("|:- \t>") == std::string_view::npos)
      widest = std::max(widest, static_cast<std::size_t>(std::count(line.begin(), line.end(), '|')));
    at = end + 1;
  }
  return widest > 0 && lines > kMostCells / widest;
}

void attach_extensions(cmark_parser* parser, bool tables) {
  static const bool registered = (cmark_gfm_core_extensions_ensure_registered(), true);
  if (!registered) return;
  for (const char* name : {"strikethrough", "table"}) {
    if (!tables && std::string_view(name) == "table") break;
    if (cmark_syntax_extension* extension = cmark_find_syntax_extension(name))
      cmark_parser_attach_syntax_extension(parser, extension);
  }
}

}  // namespace

base::Status read_markdown(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document) {
  GENKAI_ASSIGN_OR_RETURN(const text::Decoded decoded, text::decode(bytes));
  warn_replaced(document, decoded.replaced, decoded.encoding);
  std::string_view text = decoded.text;
  const std::uint32_t front_matter_lines = take_front_matter(text, document.info);
  const std::unique_ptr<cmark_parser, Free> parser(cmark_parser_new(CMARK_OPT_DEFAULT));
  const bool bomb = is_table_bomb(text);
  if (bomb) document.warnings.push_back("its tables are too wide and long: they were read as plain lines");
  attach_extensions(parser.get(), !bomb);
  cmark_parser_feed(parser.get(), text.data(), text.size());
  const std::unique_ptr<cmark_node, Free> root(cmark_parser_finish(parser.get()));
  MarkdownWalker(document, front_matter_lines, limits).walk(root.get());
  return {};
}

}  // namespace genkai::knowledge::reading
