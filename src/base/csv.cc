#include "base/csv.h"

namespace genkai::base {

CsvReader::CsvReader(std::string_view text, char separator) : text_(text), separator_(separator) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
}

bool CsvReader::next(std::vector<std::string>& row) {
  row.clear();
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) {
    if (text_[at_] == '\n') ++next_line_;
    ++at_;
  }
  if (at_ >= text_.size()) return false;
  line_ = next_line_;
  std::string field;
  bool quoted = false;
  for (bool start = true;; ++at_) {
    const bool end = at_ >= text_.size();
    const char c = end ? '\n' : text_[at_];
    if (c == '\n' && !end) ++next_line_;
    if (quoted && !end) {
      if (c != '"') {
        field += c;
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += c;
        ++at_;
      } else {
        quoted = false;
      }
      continue;
    }
    if (start && c == '"') {
      quoted = true;
      start = false;
      continue;
    }
    start = false;
    if (c == separator_) {
      row.push_back(std::move(field));
      field.clear();
      start = true;
    } else if (c == '\n') {
      if (!field.empty() && field.back() == '\r') field.pop_back();
      row.push_back(std::move(field));
      if (!end) ++at_;
      return true;
    } else {
      field += c;
    }
  }
}

}  // namespace genkai::base
