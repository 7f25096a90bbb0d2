#include "knowledge/document/front_matter.h"

#include <algorithm>
#include <map>
#include <string>

#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"

namespace genkai::knowledge::reading {
namespace {

std::string unquote(std::string_view value) {
  value = trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    value = value.substr(1, value.size() - 2);
  return collapse(value);
}

// The value of the first of `keys` that has one.
std::string first_of(const std::map<std::string, std::string>& values,
                     std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    if (const auto found = values.find(std::string(key)); found != values.end()) return found->second;
  return {};
}

}  // namespace

std::uint32_t take_front_matter(std::string_view& text, core::DocumentInfo& info) {
  constexpr std::size_t kLimit = 64 << 10;
  if (!text.starts_with("---\n")) return 0;
  std::map<std::string, std::string> values;
  std::uint32_t lines = 1;
  for (std::size_t at = 4; at < text.size() && at < kLimit;) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    ++lines;
    at = std::min(end + 1, text.size());
    if (trim(line) == "---" || trim(line) == "...") {
      text.remove_prefix(at);
      info.title = first_of(values, {"title"});
      info.date = find_date(first_of(values, {"updated", "last updated", "last_updated", "last-updated",
                                              "lastmod", "modified", "date"}));
      info.source = first_of(values, {"source", "author", "publisher"});
      return lines;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      if (!trim(line).empty() && line.front() != ' ' && line.front() != '-' && line.front() != '#') return 0;
      continue;
    }
    if (line.front() == ' ' || line.front() == '#') continue;
    std::string value = unquote(line.substr(colon + 1));
    if (!value.empty()) values.emplace(lower_ascii(trim(line.substr(0, colon))), std::move(value));
  }
  return 0;
}

}  // namespace genkai::knowledge::reading
