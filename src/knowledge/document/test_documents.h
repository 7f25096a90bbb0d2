#pragma once
// Helpers of this folder's tests: documents from bytes.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "knowledge/document/document.h"

namespace genkai::knowledge {

inline base::Result<std::vector<ParsedDocument>> parse_all(std::string_view bytes, std::string_view name,
                                                           const ParseLimits& limits = {}) {
  std::vector<ParsedDocument> documents;
  const auto status = parse_bytes(bytes, name, "", limits, [&](ParsedDocument document) {
    documents.push_back(std::move(document));
    return base::Status();
  });
  if (!status) return base::fail(status.error());
  return documents;
}

inline ParsedDocument parse(std::string_view bytes, std::string_view name) {
  auto documents = parse_all(bytes, name);
  if (!documents) {
    ADD_FAILURE() << name << ": " << documents.error().message;
    return {};
  }
  return documents->empty() ? ParsedDocument() : std::move(documents->front());
}

/// "H2 Hotels", "P Text.", "LI item", "TR a | b", "CODE x" of each block.
inline std::vector<std::string> outline(const ParsedDocument& document) {
  std::vector<std::string> lines;
  for (const Block& block : document.blocks) {
    switch (block.kind) {
      case Block::Kind::heading:
        lines.push_back("H" + std::to_string(block.level) + " " + block.text);
        break;
      case Block::Kind::paragraph:
        lines.push_back("P " + block.text);
        break;
      case Block::Kind::list_item:
        lines.push_back("LI " + block.text);
        break;
      case Block::Kind::table_row:
        lines.push_back("TR " + block.text);
        break;
      case Block::Kind::code:
        lines.push_back("CODE " + block.text);
        break;
    }
  }
  return lines;
}

}  // namespace genkai::knowledge
