#pragma once
// For tests: a vocabulary whose tokens are single bytes, so that any text has tokens and any tokens a text.

#include <cstdio>

#include "model/native/tokenizer.h"

namespace genkai::model::native {

/// <unk> 0, <s> 1, </s> 2, and byte b as 3 + b.
inline Vocabulary byte_vocabulary() {
  Vocabulary v;
  const auto add = [&](const char* piece, Vocabulary::Kind kind) {
    v.pieces.emplace_back(piece), v.scores.push_back(0), v.kinds.push_back(kind);
  };
  add("<unk>", Vocabulary::unknown), add("<s>", Vocabulary::control), add("</s>", Vocabulary::control);
  for (int byte = 0; byte < 256; ++byte) {
    char piece[8];
    std::snprintf(piece, sizeof piece, "<0x%02X>", byte);
    add(piece, Vocabulary::byte);
  }
  return v;
}

}  // namespace genkai::model::native
