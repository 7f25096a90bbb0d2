#include "limits/hallucination/bound/fact_log.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/json.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::limits::hallucination::bound {
namespace {

using base::Code;
using base::Json;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// UTF-8 without NUL, which only other encodings and binary data have.
bool is_text(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if (byte == 0) return false;
    if (byte < 0x80) {
      ++at;
      continue;
    }
    const text::CodePoint point = text::code_point_at(bytes, at);
    if (!point.valid) return false;
    at += point.length;
  }
  return true;
}

// Lines of bounded length; the rest of a longer one is skipped.
class Lines {
 public:
  explicit Lines(std::istream& in) : in_(in), buffer_(kMostLineBytes + 1) {}
  bool next() {
    in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    auto size = static_cast<std::size_t>(in_.gcount());
    too_long_ = in_.fail() && !in_.eof() && size + 1 == buffer_.size();
    if (too_long_) {
      in_.clear();
      in_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    } else if (in_.fail()) {
      return false;
    } else if (!in_.eof()) {
      --size;  // the line end
    }
    line_ = {buffer_.data(), size};
    if (++number_ == 1 && line_.starts_with("\xEF\xBB\xBF")) line_.remove_prefix(3);
    return true;
  }
  std::string_view line() const { return line_; }
  bool too_long() const { return too_long_; }
  std::uint64_t number() const { return number_; }
  base::Status finish() const {
    if (!in_.bad()) return {};
    return base::fail(Code::unavailable, fmt::format("reading failed after line {}", number_));
  }

 private:
  std::istream& in_;
  std::vector<char> buffer_;
  std::string_view line_;
  bool too_long_ = false;
  std::uint64_t number_ = 0;
};

void note_malformed(LogReport& report, std::uint64_t line, std::string_view why) {
  if (report.malformed++ > 0) return;
  report.first_malformed = line;
  report.why = why;
}

base::Result<LogReport> ended(LogReport report, std::string_view what) {
  if (report.facts > 0) return report;
  if (report.malformed > 0)
    return base::fail(Code::invalid_argument,
                      fmt::format("no line holds a {}; line {} {}", what, report.first_malformed, report.why),
                      "one fact a line as UTF-8, JSON lines with --column, or --counts with fact<TAB>count");
  return base::fail(Code::invalid_argument, "it holds no fact", "give at least one, one a line");
}

base::Status count_fact(std::string_view fact, std::uint64_t times, const LogOptions& options,
                        FactCounts& counts, LogReport& report) {
  GENKAI_RETURN_IF_ERROR(options.fold ? counts.add(text::normalise(fact), times) : counts.add(fact, times));
  report.facts += times;
  return {};
}

// The fact that a JSON line holds, or nothing with the reason in `why`.
std::optional<std::string> fact_of(std::string_view line, const std::string& column, std::string& why) {
  const auto json = Json::parse(line);
  if (!json || !json->is_object()) {
    why = "is no JSON object";
    return std::nullopt;
  }
  const Json* value = json->find(column);
  if (!value || value->is_null()) {
    why = fmt::format("has no \"{}\"", column);
    return std::nullopt;
  }
  return value->is_string() ? std::string(trimmed(value->as_string())) : value->dump();
}

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value > FactCounts::kMostDraws)
    return std::nullopt;
  return value;
}

std::optional<double> number(std::string_view digits) {
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// The first byte that is no white space, left in the stream; 0 at its end.
char first_byte(std::istream& in) {
  for (int byte = in.peek(); byte != std::istream::traits_type::eof(); in.get(), byte = in.peek())
    if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n') return static_cast<char>(byte);
  in.clear();
  return 0;
}

base::Result<Json> whole_json(std::istream& in) {
  std::string bytes;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer), in.gcount() > 0) {
    bytes.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kMostJsonBytes)
      return base::fail(Code::resource_exhausted, "the JSON value is larger than 256 MiB",
                        "give lines instead, which may be of any number");
  }
  if (in.bad()) return base::fail(Code::unavailable, "reading failed");
  return Json::parse(bytes);
}

base::Result<LogReport> read_json_table(std::istream& in, const LogOptions& options, FactCounts& counts) {
  GENKAI_ASSIGN_OR_RETURN(const Json table, whole_json(in));
  LogReport report;
  for (const auto& [fact, times] : table.members()) {
    ++report.lines;
    if (!times.is_number() || times.as_double() != std::floor(times.as_double()) || times.as_double() < 0 ||
        times.as_double() > static_cast<double>(FactCounts::kMostDraws)) {
      note_malformed(report, report.lines, "has no count that is a whole number from 0");
      continue;
    }
    const auto count = static_cast<std::uint64_t>(times.as_double());
    GENKAI_RETURN_IF_ERROR(count_fact(trimmed(fact), count, options, counts, report));
  }
  return ended(std::move(report), "fact with a count");
}

}  // namespace

base::Result<LogReport> read_fact_log(std::istream& in, const LogOptions& options, FactCounts& counts) {
  LogReport report;
  std::string why;
  Lines lines(in);
  while (lines.next()) {
    ++report.lines;
    const std::string_view line = trimmed(lines.line());
    if (lines.too_long()) {
      note_malformed(report, lines.number(), "is longer than 1 MiB");
    } else if (line.empty()) {
      ++report.blank;
    } else if (!is_text(line)) {
      note_malformed(report, lines.number(), "is not UTF-8 text");
    } else if (options.column.empty()) {
      GENKAI_RETURN_IF_ERROR(count_fact(line, 1, options, counts, report));
    } else if (const auto fact = fact_of(line, options.column, why); !fact) {
      note_malformed(report, lines.number(), why);
    } else if (fact->empty()) {
      note_malformed(report, lines.number(), fmt::format("has an empty \"{}\"", options.column));
    } else {
      GENKAI_RETURN_IF_ERROR(count_fact(*fact, 1, options, counts, report));
    }
  }
  GENKAI_RETURN_IF_ERROR(lines.finish());
  return ended(std::move(report), "fact");
}

base::Result<LogReport> read_fact_table(std::istream& in, const LogOptions& options, FactCounts& counts) {
  if (first_byte(in) == '{') return read_json_table(in, options, counts);
  LogReport report;
  Lines lines(in);
  while (lines.next()) {
    ++report.lines;
    const std::string_view line = trimmed(lines.line());
    if (line.empty() && !lines.too_long()) {
      ++report.blank;
      continue;
    }
    const std::size_t tab = line.rfind('\t');
    if (lines.too_long()) {
      note_malformed(report, lines.number(), "is longer than 1 MiB");
    } else if (!is_text(line)) {
      note_malformed(report, lines.number(), "is not UTF-8 text");
    } else if (tab == std::string_view::npos) {
      note_malformed(report, lines.number(), "has no TAB before a count");
    } else if (const auto times = whole_number(trimmed(line.substr(tab + 1))); !times) {
      note_malformed(report, lines.number(), "has no count that is a whole number from 0");
    } else {
      GENKAI_RETURN_IF_ERROR(count_fact(trimmed(line.substr(0, tab)), *times, options, counts, report));
    }
  }
  GENKAI_RETURN_IF_ERROR(lines.finish());
  return ended(std::move(report), "fact with a count");
}

base::Result<std::vector<double>> read_distribution(std::istream& in) {
  std::vector<double> out;
  const auto wrong = [](const std::string& where) {
    return base::fail(Code::invalid_argument, where + " is no number",
                      "give one probability a line, or a JSON array of numbers");
  };
  if (const char first = first_byte(in); first == '[' || first == '{') {
    GENKAI_ASSIGN_OR_RETURN(const Json json, whole_json(in));
    for (const Json& item : json.items()) {
      if (!item.is_number()) return wrong(fmt::format("item {}", out.size() + 1));
      out.push_back(item.as_double());
    }
    for (const auto& [fact, item] : json.members()) {
      if (!item.is_number()) return wrong(fmt::format("member {}", out.size() + 1));
      out.push_back(item.as_double());
    }
  } else {
    Lines lines(in);
    while (lines.next()) {
      std::string_view line = trimmed(lines.line());
      if (line.empty() && !lines.too_long()) continue;
      if (const std::size_t tab = line.rfind('\t'); tab != std::string_view::npos)
        line = trimmed(line.substr(tab + 1));
      const auto value = lines.too_long() ? std::nullopt : number(line);
      if (!value) return wrong(fmt::format("line {}", lines.number()));
      out.push_back(*value);
    }
    GENKAI_RETURN_IF_ERROR(lines.finish());
  }
  if (out.empty())
    return base::fail(Code::invalid_argument, "it holds no probability", "give at least one, one a line");
  return out;
}

}  // namespace genkai::limits::hallucination::bound
