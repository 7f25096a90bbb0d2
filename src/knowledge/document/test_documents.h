#pragma once
// Helpers of this folder's tests: documents from bytes, zip archives in memory.

#include <gtest/gtest.h>
#include <zip.h>

#include <string>
#include <utility>
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

inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries,
                          const char* password = nullptr) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : entries) {
    const auto index =
        zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0),
                     ZIP_FL_ENC_UTF_8);
    if (password != nullptr)
      zip_file_set_encryption(archive, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, password);
  }
  EXPECT_EQ(zip_close(archive), 0);
  EXPECT_EQ(zip_source_open(target), 0);
  std::string bytes;
  char buffer[4096];
  for (zip_int64_t n = 0; (n = zip_source_read(target, buffer, sizeof buffer)) > 0;)
    bytes.append(buffer, static_cast<std::size_t>(n));
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

}  // namespace genkai::knowledge
