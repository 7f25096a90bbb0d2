// PDF by poppler's pdftotext and pdfinfo in a limited subprocess: a PDF is hostile input, and poppler is GPL.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/subprocess.h"
#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"
#include "knowledge/document/readers.h"
#include "text/utf8.h"

namespace genkai::knowledge::reading {
namespace {

// The bytes as a file in memory, which the subprocess opens by its path under /proc.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("document.pdf", MFD_CLOEXEC)) {
    while (descriptor_ >= 0 && !bytes.empty()) {
      const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        ::close(std::exchange(descriptor_, -1));
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool ok() const { return descriptor_ >= 0; }
  std::string path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor_);
  }

 private:
  int descriptor_;
};

// Titles that programs write when the author gave none.
bool is_real_title(std::string_view title) {
  const std::string lower = lower_ascii(title);
  for (const std::string_view ending :
       {".doc", ".docx", ".dvi", ".tex", ".indd", ".ps", ".pdf", ".xls", ".rtf"})
    if (lower.ends_with(ending)) return false;
  return !lower.empty() && lower != "untitled" && !lower.starts_with("microsoft word");
}

void read_info(const std::string& info, ParsedDocument& document) {
  std::string modified, created;
  for (std::size_t at = 0; at < info.size();) {
    const std::size_t end = std::min(info.find('\n', at), info.size());
    const std::string_view line = std::string_view(info).substr(at, end - at);
    at = end + 1;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, colon), value = trim(line.substr(colon + 1));
    if (key == "Title" && is_real_title(value)) document.info.title = text::to_valid_utf8(value);
    if (key == "ModDate") modified = find_date(value);
    if (key == "CreationDate") created = find_date(value);
  }
  document.info.date = stated_date(document);
  if (document.info.date.empty()) document.info.date = modified.empty() ? created : modified;
}

}  // namespace

base::Status read_pdf(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document) {
  if (bytes.substr(0, 1024).find("%PDF-") == std::string_view::npos)
    return base::fail(base::Code::corrupt, "it is no PDF");
  const MemoryFile file(bytes);
  if (!file.ok()) return base::fail(base::system_error("no memory for the PDF", errno));
  base::SubprocessLimits process;
  process.wall = std::chrono::seconds(limits.pdf_seconds);
  process.cpu_seconds = limits.pdf_seconds;
  process.output_bytes = limits.unpacked_bytes;
  auto text = base::run_limited({"pdftotext", "-enc", "UTF-8", "-eol", "unix", file.path(), "-"}, process);
  if (!text) {
    base::Error error = text.error();
    if (error.code == base::Code::not_found)
      error.hint = "install poppler-utils";
    else if (error.message.find("password") != std::string::npos)
      error = {base::Code::unsupported, "the PDF is encrypted", "remove its password first"};
    else if (error.code == base::Code::unavailable)
      error.code = base::Code::corrupt;
    return base::fail(std::move(error));
  }
  std::size_t replaced = 0;
  const std::string valid = text::to_valid_utf8(*text, &replaced);
  warn_replaced(document, replaced, "UTF-8");
  append_pdf_text(document, valid);
  if (document.blocks.empty())
    return base::fail(base::Code::unsupported, "the PDF holds no text, only images", "run OCR over it first");
  // The document is readable without its properties, so a failure here only leaves them out.
  if (const auto info = base::run_limited({"pdfinfo", "-enc", "UTF-8", "-isodates", file.path()}, process))
    read_info(*info, document);
  return {};
}

}  // namespace genkai::knowledge::reading
