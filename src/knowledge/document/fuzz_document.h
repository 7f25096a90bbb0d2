#pragma once
// What every fuzz target of this folder checks: parsing any bytes ends without a crash, and what split makes
// of them is valid, not empty and within its sizes.

#include <cstdlib>
#include <string_view>

#include "knowledge/document/document.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::knowledge {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline void check_split(const ParsedDocument& document) {
  for (const Block& block : document.blocks) require(!block.text.empty() && text::is_valid_utf8(block.text));
  for (const Section& section : split(document)) {
    require(!section.passages.empty() && text::is_valid_utf8(section.heading));
    for (const PassageText& passage : section.passages) {
      require(!passage.text.empty() && text::is_valid_utf8(passage.text));
      require(text::estimate_tokens(passage.text) <= 128);
    }
  }
}

inline void fuzz_document(std::string_view bytes, std::string_view name) {
  ParseLimits limits;
  limits.unpacked_bytes = std::size_t{8} << 20;
  const auto status = parse_bytes(bytes, name, "fuzz", limits, [](ParsedDocument document) {
    require(text::is_valid_utf8(document.info.title));
    check_split(document);
    return base::Status();
  });
  require(status.has_value() || !status.error().message.empty());
}

inline void fuzz_document(const unsigned char* data, std::size_t size, std::string_view name) {
  fuzz_document({reinterpret_cast<const char*>(data), size}, name);
}

}  // namespace genkai::knowledge
