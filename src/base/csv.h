#pragma once
// Comma-separated values (RFC 4180): quoted fields, doubled quotes, line breaks in quotes, CR LF or LF.
//
//   CsvReader reader(text);
//   std::vector<std::string> row;
//   while (reader.next(row)) use(row, reader.line());

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::base {

class CsvReader {
 public:
  /// `text` outlives the reader; a byte order mark is skipped.
  explicit CsvReader(std::string_view text, char separator = ',');
  /// The next row that is not blank; false at the end. What stands between a closing quote and the separator
  /// is kept as it is, and a quote that is never closed ends with the text: malformed input still gives rows.
  bool next(std::vector<std::string>& row);
  /// Of the row last read, 1-based: the line on which it began.
  std::size_t line() const { return line_; }

 private:
  std::string_view text_;
  char separator_;
  std::size_t at_ = 0, line_ = 0, next_line_ = 1;
};

}  // namespace genkai::base
