#include "limits/reasoning/bound/tables.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "text/utf8.h"

namespace genkai::limits::reasoning::bound {
namespace {

using base::Code;

constexpr std::size_t kMostLines = 10'000'000, kMostBytes = 4096;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool parse(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size() && value <= (1ULL << 53U);
}

// Calls `take` with what stands before and after the first TAB of each line (or blank, without a TAB).
base::Status each_line(std::istream& in, const std::string& hint,
                       const std::function<bool(std::string_view, std::string_view)>& take) {
  std::string buffer(kMostBytes, '\0');
  std::size_t number = 0, taken = 0;
  const auto wrong = [&] {
    return base::fail(Code::invalid_argument, "line " + std::to_string(number) + " is not what was expected",
                      hint);
  };
  while (in.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
    ++number;
    const auto read = static_cast<std::size_t>(in.gcount());
    std::string_view line(buffer.data(), in.eof() ? read : read - 1);  // the last may lack its end
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    line = trimmed(line);
    if (line.empty()) continue;
    const std::size_t tab = line.find('\t');
    const auto rest = tab == line.npos ? std::string_view() : trimmed(line.substr(tab + 1));
    if (++taken > kMostLines || !take(trimmed(line.substr(0, tab)), rest)) return wrong();
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

base::Result<std::vector<Attempts>> read_attempts(std::istream& in) {
  std::vector<Attempts> out;
  GENKAI_RETURN_IF_ERROR(
      each_line(in, "write two whole numbers with a TAB between, the first not above the second",
                [&](std::string_view right, std::string_view of) {
                  Attempts& one = out.emplace_back();
                  return parse(right, one.right) && parse(of, one.n) && one.right <= one.n;
                }));
  return out;
}

base::Result<AnswerSet> read_exclusions(std::istream& in) {
  AnswerSet out;
  std::map<std::string, std::size_t, std::less<>> ids;
  // Bytes that are no text, or a third column, are of another file.
  const auto is_name = [](std::string_view text) {
    return text::is_valid_utf8(text) &&
           std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
  };
  const auto id = [&](std::string_view name) {
    return ids.try_emplace(std::string(name), ids.size()).first->second;
  };
  GENKAI_RETURN_IF_ERROR(each_line(in, "write two different names with a TAB between",
                                   [&](std::string_view a, std::string_view b) {
                                     if (!is_name(a) || !is_name(b)) return false;
                                     const std::size_t first = id(a);
                                     if (b.empty()) return true;
                                     out.exclusions.emplace_back(first, id(b));
                                     return a != b;
                                   }));
  out.answers = ids.size();
  return out;
}

}  // namespace genkai::limits::reasoning::bound
