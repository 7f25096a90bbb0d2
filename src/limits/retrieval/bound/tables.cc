#include "limits/retrieval/bound/tables.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <string_view>

namespace genkai::limits::retrieval::bound {
namespace {

using base::Code;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

template <class Number>
bool parse(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

// Calls `take` with each line that is not blank; its false makes the line the error.
base::Status each_line(std::istream& in, const std::string& hint,
                       const std::function<bool(std::string_view)>& take) {
  std::array<char, 4096> buffer{};
  std::size_t number = 0, taken = 0;
  const auto wrong = [&] {
    return base::fail(Code::invalid_argument, fmt::format("line {} is not what was expected", number), hint);
  };
  while (in.getline(buffer.data(), buffer.size())) {
    ++number;
    const auto read = static_cast<std::size_t>(in.gcount());
    // gcount counts the line end, which the last line may lack.
    std::string_view line(buffer.data(), in.eof() ? read : read - 1);
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    line = trimmed(line);
    if (line.empty()) continue;
    if (!take(line)) return wrong();
    ++taken;
  }
  if (in.bad()) return base::fail(Code::unavailable, "reading failed");
  if (!in.eof()) {  // a line longer than the buffer
    ++number;
    return wrong();
  }
  if (taken == 0) return base::fail(Code::invalid_argument, "it holds no line", hint);
  return {};
}

}  // namespace

base::Result<std::vector<FirstRank>> read_ranks(std::istream& in) {
  std::vector<FirstRank> ranks;
  GENKAI_RETURN_IF_ERROR(each_line(in, "give a whole number from 1 a line, and - where nothing was found",
                                   [&](std::string_view line) {
                                     if (const auto tab = line.rfind('\t'); tab != std::string_view::npos)
                                       line = trimmed(line.substr(tab + 1));
                                     FirstRank rank = 0;
                                     if (line != "-" && !parse(line, rank)) return false;
                                     ranks.push_back(rank);
                                     return true;
                                   }));
  return ranks;
}

base::Result<std::vector<Need>> read_needs(std::istream& in) {
  std::vector<Need> needs;
  GENKAI_RETURN_IF_ERROR(
      each_line(in, "give tokens<TAB>weight a line, or tokens alone", [&](std::string_view line) {
        Need need;
        const auto tab = line.find('\t');
        if (!parse(trimmed(line.substr(0, tab)), need.tokens)) return false;
        if (tab != std::string_view::npos && !parse(trimmed(line.substr(tab + 1)), need.weight)) return false;
        needs.push_back(need);
        return std::isfinite(need.tokens) && std::isfinite(need.weight);
      }));
  return needs;
}

}  // namespace genkai::limits::retrieval::bound
