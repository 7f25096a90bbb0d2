#pragma once
// A vocabulary for a model trained here: byte pair encoding (Sennrich et al. 2016), in the form that "llama"
// tokenizers read: the score of a piece is minus the rank of its merge.
//
//   model::native::Vocabulary vocabulary = train_vocabulary(texts, {.size = 2048});
//   GENKAI_ASSIGN_OR_RETURN(auto tokenizer, model::native::Tokenizer::from(std::move(vocabulary)));

#include <span>
#include <string>

#include "model/native/tokenizer.h"

namespace genkai::lab::train {

struct VocabularyOptions {
  std::size_t size = 2048;  // pieces in all: 3 special ones, 256 bytes, characters, merges; fewer when the
                            // texts give no more
  std::size_t characters = 1024;  // the most frequent characters are pieces; others become bytes
  std::size_t least = 2;          // a merge, or a character, is seen so often at least
};

/// Merges stay inside a run of letters of one script with the space before it: digits, punctuation and line
/// ends are pieces of their own. The same texts in the same order give the same vocabulary. REQUIRES: size >=
/// 259.
model::native::Vocabulary train_vocabulary(std::span<const std::string> texts,
                                           const VocabularyOptions& options = {});

}  // namespace genkai::lab::train
