#include "knowledge/document/document.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"
#include "knowledge/document/readers.h"
#include "text/text.h"

namespace genkai::knowledge {
namespace {

using base::Code;
using base::fail;
using base::Result;
using base::Status;

struct Format {
  reading::Reader reader = nullptr;  // null for JSONL, which holds many documents
  bool gzip = false;
};

// ".1" to ".9" with a section's suffix (".3pm", ".1ssl"), but not ".7z".
bool is_man_ending(std::string_view ending) {
  return ending.size() >= 2 && ending.size() <= 8 && ending[1] >= '1' && ending[1] <= '9' &&
         ending != ".7z" &&
         std::all_of(ending.begin() + 2, ending.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

reading::Reader text_reader(std::string_view ending) {
  if (ending.empty() || ending == ".txt" || ending == ".text") return reading::read_plain_text;
  if (ending == ".md" || ending == ".markdown") return reading::read_markdown;
  if (ending == ".html" || ending == ".htm" || ending == ".xhtml") return reading::read_html;
  if (is_man_ending(ending)) return reading::read_man_page;
  return nullptr;
}

std::optional<Format> format_of(const base::Path& path) {
  const std::string name = path.filename().string();
  if (name.empty() || name.front() == '.') return std::nullopt;
  const std::string ending = reading::lower_ascii(path.extension().string());
  if (ending == ".jsonl") return Format{};
  if (ending == ".pdf") return Format{reading::read_pdf};
  if (ending == ".docx") return Format{reading::read_docx};
  if (ending == ".epub") return Format{reading::read_epub};

  const bool gzip = ending == ".gz";
  const std::string inner = gzip ? reading::lower_ascii(path.stem().extension().string()) : ending;
  if (const reading::Reader reader = text_reader(inner)) return Format{reader, gzip};
  return std::nullopt;
}

// A file without an ending may still say what it is.
reading::Reader sniff(std::string_view bytes, reading::Reader reader) {
  if (reader != reading::read_plain_text) return reader;
  const std::string_view start = reading::trim(bytes.substr(0, 512));
  if (start.starts_with("%PDF-")) return reading::read_pdf;
  if (reading::starts_with_ignoring_case(start, "<!doctype html") ||
      reading::starts_with_ignoring_case(start, "<html"))
    return reading::read_html;
  return reader;
}

base::Error with_name(base::Error error, std::string_view name) {
  error.message = std::string(name) + ": " + error.message;
  return error;
}

Status parse_one(std::string_view bytes, Format format, std::string_view name, std::string_view id,
                 const ParseLimits& limits, const DocumentSink& sink) {
  ParsedDocument document;
  std::string unpacked;
  if (format.gzip && bytes.starts_with("\x1F\x8B")) {
    auto result = reading::gunzip(bytes, limits);
    if (!result) return fail(with_name(result.error(), name));
    unpacked = std::move(*result);
    bytes = unpacked;
  }
  if (reading::trim(bytes).empty())
    return fail(Code::invalid_argument, std::string(name) + ": the file is empty");
  if (auto status = sniff(bytes, format.reader)(bytes, limits, document); !status)
    return fail(with_name(status.error(), name));
  GENKAI_RETURN_IF_ERROR(reading::complete(document, id, name));
  return sink(std::move(document));
}

Status unknown(std::string_view name) {
  return fail(Code::unsupported, std::string(name) + ": not a kind of document that is read",
              "read are .txt .md .html .pdf .jsonl .docx .epub and man pages");
}

class OpenFile {
 public:
  explicit OpenFile(const base::Path& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

namespace reading {
namespace {

// "1. Introduction" heads a part, not the whole.
bool is_numbered(std::string_view heading) {
  const std::size_t digits = heading.find_first_not_of("0123456789");
  return digits != std::string_view::npos && digits > 0 && heading[digits] == '.';
}

}  // namespace

Status complete(ParsedDocument& document, std::string_view id, std::string_view name) {
  if (document.blocks.empty()) return fail(Code::invalid_argument, std::string(name) + ": holds no text");
  core::DocumentInfo& info = document.info;
  info.id = std::string(id.empty() ? name : id);
  if (info.source.empty()) info.source = std::string(name);
  if (info.date.empty()) info.date = stated_date(document);
  info.title = collapse(info.title);
  if (info.title.empty()) {
    const auto heading = std::find_if(document.blocks.begin(), document.blocks.end(), [](const Block& block) {
      return block.kind == Block::Kind::heading && block.text.size() <= 300 && !is_numbered(block.text);
    });
    const bool at_start = heading - document.blocks.begin() < 4 && heading != document.blocks.end();
    if (at_start) info.title = heading->text;
  }
  constexpr std::size_t kSample = 64 << 10;
  std::string sample;
  for (const Block& block : document.blocks) {
    if (sample.size() >= kSample) break;
    sample += text::prefix(block.text, kSample);
    sample += '\n';
  }
  const text::Language language = text::detect_language(sample);
  info.language = language == text::Language::english    ? "en"
                  : language == text::Language::japanese ? "ja"
                                                         : "";
  return {};
}

void warn_replaced(ParsedDocument& document, std::size_t replaced, std::string_view encoding) {
  if (replaced == 0) return;
  document.warnings.push_back(std::to_string(replaced) + " byte sequences are not valid " +
                              std::string(encoding) + " and were replaced");
}

}  // namespace reading

bool is_document(const base::Path& path) {
  return format_of(path).has_value();
}

Status parse_file(const base::Path& path, std::string_view id, const ParseLimits& limits,
                  const DocumentSink& sink) {
  const std::string name = path.filename().string();
  const auto format = format_of(path);
  if (!format) return unknown(name);
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error))
    return fail(Code::invalid_argument, path.string() + " is not a file");
  if (format->reader != nullptr) {
    GENKAI_ASSIGN_OR_RETURN(const std::string bytes, base::read_file(path, limits.file_bytes));
    return parse_one(bytes, *format, name, id, limits, sink);
  }
  const OpenFile file(path);
  if (file.descriptor() < 0) return fail(base::system_error("cannot open " + path.string(), errno));
  const reading::ByteSource source = [&](char* buffer, std::size_t size) -> Result<std::size_t> {
    for (;;) {
      const ssize_t n = ::read(file.descriptor(), buffer, size);
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) return fail(base::system_error("cannot read " + path.string(), errno));
    }
  };
  return reading::read_jsonl(source, id.empty() ? std::string_view(name) : id, limits, sink);
}

Status parse_bytes(std::string_view bytes, std::string_view name, std::string_view id,
                   const ParseLimits& limits, const DocumentSink& sink) {
  const auto format = format_of(base::Path(name));
  if (!format) return unknown(name);
  if (format->reader != nullptr) {
    if (bytes.size() > limits.file_bytes)
      return fail(Code::resource_exhausted,
                  std::string(name) + " is larger than " + std::to_string(limits.file_bytes >> 20) + " MiB");
    return parse_one(bytes, *format, name, id, limits, sink);
  }
  const reading::ByteSource source = [&](char* buffer, std::size_t size) -> Result<std::size_t> {
    const std::size_t n = std::min(size, bytes.size());
    std::copy_n(bytes.data(), n, buffer);
    bytes.remove_prefix(n);
    return n;
  };
  return reading::read_jsonl(source, id.empty() ? name : id, limits, sink);
}

}  // namespace genkai::knowledge
