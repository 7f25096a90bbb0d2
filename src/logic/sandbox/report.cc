#include "logic/sandbox/report.h"

#include <algorithm>

#include "text/utf8.h"

namespace genkai::logic {
namespace {

constexpr std::string_view kStarted = "s\n", kKinds = "vemdpf", kBlank = " \t\r\n\v\f";

}  // namespace

std::string as_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const text::CodePoint c = text::code_point_at(bytes, at);
    if (c.valid)
      out.append(bytes.substr(at, c.length));
    else
      text::append_utf8(out, 0xFFFD);
    at += c.length;
  }
  return out;
}

std::string_view last_line(std::string_view text) {
  const auto end = text.find_last_not_of(kBlank);
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  const auto before = text.find_last_of('\n');
  if (before != std::string_view::npos) text.remove_prefix(before + 1);
  return text.substr(std::min(text.find_first_not_of(kBlank), text.size()));
}

Report parse_report(std::string_view bytes) {
  Report report;
  report.started = bytes.substr(0, kStarted.size()) == kStarted;
  if (report.started) bytes.remove_prefix(kStarted.size());
  if (bytes.empty()) return report;
  const char kind = bytes.front();
  if (report.started ? kKinds.find(kind) == std::string_view::npos : kind != 'w') return report;
  std::size_t at = 1;
  std::uint64_t line = 0;
  for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9'; ++at)
    line = std::min<std::uint64_t>(line * 10 + static_cast<std::uint64_t>(bytes[at] - '0'), UINT32_MAX);
  if (at == 1 || at >= bytes.size() || bytes[at] != ' ') return report;
  report.kind = kind;
  report.line = static_cast<std::uint32_t>(line);
  report.text = as_utf8(bytes.substr(at + 1));
  return report;
}

}  // namespace genkai::logic
