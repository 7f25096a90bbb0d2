#include <algorithm>
#include <cstring>
#include <optional>

#include "base/json.h"
#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"
#include "knowledge/document/readers.h"
#include "text/text.h"

namespace genkai::knowledge::reading {
namespace {

constexpr std::size_t kReadSize = std::size_t{1} << 18;
constexpr std::size_t kMostWarnings = 20;  // a document; the rest is counted

// Gives one line at a time and skips, without keeping it, a line that is too long.
class LineReader {
 public:
  LineReader(const ByteSource& source, std::size_t limit) : source_(&source), limit_(limit) {}

  struct Line {
    std::string_view text;  // valid until the next call
    bool too_long = false;
    bool end = false;
  };

  base::Result<Line> next() {
    bool too_long = false;
    for (std::size_t searched = used_;;) {
      const std::size_t end = buffer_.find('\n', searched);
      if (end != std::string::npos) {
        const std::size_t start = std::exchange(used_, end + 1);
        too_long |= end - start > limit_;
        return Line{std::string_view(buffer_).substr(start, too_long ? 0 : end - start), too_long, false};
      }
      buffer_.erase(0, std::exchange(used_, 0));
      if (buffer_.size() > limit_) too_long = true;
      if (too_long) buffer_.clear();
      const std::size_t kept = searched = buffer_.size();
      buffer_.resize(kept + kReadSize);
      GENKAI_ASSIGN_OR_RETURN(const std::size_t read, (*source_)(buffer_.data() + kept, kReadSize));
      buffer_.resize(kept + read);
      if (read == 0) {
        used_ = kept;
        return Line{buffer_, too_long, kept == 0 && !too_long};
      }
    }
  }

 private:
  const ByteSource* source_;
  std::size_t limit_;
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of the buffer that were given out
};

std::string scalar(const base::Json& line, std::string_view key) {
  const base::Json* value = line.find(key);
  if (value == nullptr || value->is_null()) return {};
  if (const std::string_view text = value->as_string(); !text.empty()) return std::string(text);
  const std::string dumped = value->dump();
  return dumped.starts_with('[') || dumped.starts_with('{') || dumped.starts_with('"') ? std::string()
                                                                                       : dumped;
}

base::Result<ParsedDocument> document_of(std::string_view line, std::uint32_t number, std::string_view name) {
  auto parsed = base::Json::parse(line);
  ParsedDocument document;
  if (!parsed) {
    // A line in another encoding than UTF-8 is still a document.
    GENKAI_ASSIGN_OR_RETURN(const text::Decoded decoded, text::decode(line));
    if (decoded.encoding == "UTF-8" && decoded.replaced == 0) return base::fail(parsed.error());
    warn_replaced(document, decoded.replaced, decoded.encoding);
    parsed = base::Json::parse(decoded.text);
    if (!parsed) return base::fail(parsed.error());
  }
  const base::Json* text = parsed->find("text");
  if (text == nullptr || text->as_string().empty())
    return base::fail(base::Code::invalid_argument, "has no \"text\"");
  document.info.id = scalar(*parsed, "id");
  document.info.title = collapse(scalar(*parsed, "title"));
  document.info.source = scalar(*parsed, "source");
  document.info.date = find_date(scalar(*parsed, "date"));
  append_text(document, text->as_string(), 1, 0);
  for (Block& block : document.blocks) block.line = number;
  std::string id =
      document.info.id.empty() ? std::string(name) + "#" + std::to_string(number) : document.info.id;
  GENKAI_RETURN_IF_ERROR(complete(document, id, name));
  return document;
}

// What was wrong with lines, for the next document that can be read.
class LineWarnings {
 public:
  void add(std::uint32_t number, const std::string& why) {
    ++count_;
    if (warnings_.size() < kMostWarnings)
      warnings_.push_back("line " + std::to_string(number) + " skipped: " + why);
  }
  void move_to(ParsedDocument& document) {
    if (count_ > warnings_.size())
      warnings_.push_back("and " + std::to_string(count_ - warnings_.size()) + " more lines skipped");
    document.warnings.insert(document.warnings.end(), std::make_move_iterator(warnings_.begin()),
                             std::make_move_iterator(warnings_.end()));
    warnings_.clear();
    count_ = 0;
  }
  std::string first() const { return warnings_.empty() ? "it is empty" : warnings_.front(); }

 private:
  std::vector<std::string> warnings_;
  std::size_t count_ = 0;
};

}  // namespace

base::Status read_jsonl(const ByteSource& source, std::string_view name, const ParseLimits& limits,
                        const DocumentSink& sink) {
  LineReader lines(source, limits.line_bytes);
  LineWarnings warnings;
  // The last document waits, so that warnings about later lines still reach a document.
  std::optional<ParsedDocument> waiting;
  for (std::uint32_t number = 1;; ++number) {
    GENKAI_ASSIGN_OR_RETURN(const LineReader::Line line, lines.next());
    if (line.end) break;
    if (line.too_long) {
      warnings.add(number, "longer than " + std::to_string(limits.line_bytes >> 20) + " MiB");
      continue;
    }
    std::string_view text = line.text;
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (trim(text).empty()) continue;
    auto document = document_of(text, number, name);
    if (!document) {
      warnings.add(number, document.error().message);
      continue;
    }
    if (waiting) GENKAI_RETURN_IF_ERROR(sink(std::move(*waiting)));
    warnings.move_to(*document);
    waiting = std::move(*document);
  }
  if (!waiting)
    return base::fail(base::Code::invalid_argument,
                      std::string(name) + ": no line could be read as a document: " + warnings.first(),
                      "each line is an object such as {\"id\": \"a1\", \"text\": \"...\"}");
  warnings.move_to(*waiting);
  return sink(std::move(*waiting));
}

}  // namespace genkai::knowledge::reading
