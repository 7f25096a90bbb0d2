#pragma once
// The part of the roff language that manual pages are written in: escapes to characters, requests with their
// arguments, conditions. Definitions of macros are skipped.
//
//   RoffReader reader(page);
//   while (auto line = reader.next())
//     if (line->request == "SH") heading(join(line->arguments));

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/document/document.h"

namespace genkai::knowledge::reading {

/// The text with its escapes resolved: fonts and sizes gone, \- and \(em as characters.
std::string plain_roff(std::string_view text);

struct RoffLine {
  std::string request;                 // "SH", "TP", "Sh"; empty for a line of text
  std::vector<std::string> arguments;  // quotes removed, escapes still in
  std::string_view rest;               // what follows the request, or the line of text; escapes still in
  std::uint32_t number = 0;            // 1-based
};

class RoffReader {
 public:
  explicit RoffReader(std::string_view page) : page_(page) {}
  std::optional<RoffLine> next();

 private:
  struct Raw {
    std::string_view text;
    std::uint32_t number = 0;
  };
  std::optional<Raw> next_raw();
  void skip_definition(std::string_view end);
  void skip_braces(std::string_view first);
  bool condition(std::string_view& rest);

  std::string_view page_;
  std::size_t at_ = 0;
  std::uint32_t number_ = 0;
  std::string joined_;        // a line continued by a backslash
  std::string_view pending_;  // what follows a condition that holds
  bool has_pending_ = false;
  bool last_condition_ = false;  // of .ie, for .el
};

/// Collects a manual page's text and writes it as blocks.
class ManWriter {
 public:
  explicit ManWriter(ParsedDocument& document) : document_(&document) {}

  void heading(int level, std::string_view text, std::uint32_t line);
  /// A line of running text, or of code between begin_code and end_code.
  void text(std::string_view text, std::uint32_t line);
  /// Ends the paragraph; its term, if it still waits for a text, stays.
  void end_paragraph();
  /// Ends the paragraph and its list item.
  void end_item();
  void begin_item(std::string_view term, std::uint32_t line);
  void begin_code();
  void end_code();
  bool in_code() const { return code_; }
  void row(const std::vector<std::string>& cells, std::uint32_t line);
  void finish() { end_item(); }

 private:
  ParsedDocument* document_;
  std::string text_, term_;
  std::uint32_t line_ = 0;
  bool code_ = false, item_ = false;
};

/// One line of an mdoc page; false when the request is none of mdoc's.
class MdocReader {
 public:
  MdocReader(ManWriter& writer, ParsedDocument& document) : writer_(&writer), document_(&document) {}
  bool read(const RoffLine& line);

 private:
  void render(const std::vector<std::string>& words, std::size_t from, std::uint32_t line);
  std::string inline_text(const std::vector<std::string>& words, std::size_t from);

  ManWriter* writer_;
  ParsedDocument* document_;
  std::string name_;
  std::vector<bool> lists_;  // of each open list: are its items' terms shown
  bool in_name_section_ = false;
  std::string pending_;  // text of a line that the next one continues without a space
};

}  // namespace genkai::knowledge::reading
