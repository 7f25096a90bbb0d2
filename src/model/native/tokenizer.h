#pragma once
// Text to tokens and back, by the vocabulary of a GGUF file: "llama" (SentencePiece pieces with scores,
// single bytes for what has no piece) as llama.cpp cuts it. Text is untrusted: control tokens are never read
// from it.
//
//   GENKAI_ASSIGN_OR_RETURN(Tokenizer tokenizer, Tokenizer::from(*file));
//   std::vector<TokenId> ids = tokenizer.encode("Question: Who?\nAnswer:", true);
//   tokenizer.decode(ids);
//
//   Decoding decoding(tokenizer);               // token by token, never half a character
//   out += decoding.add(id);

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/native/architecture.h"
#include "model/native/gguf.h"

namespace genkai::model::native {

/// What a GGUF file says of its tokens.
struct Vocabulary {
  enum Kind : std::int32_t { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };
  std::vector<std::string> pieces;  // "▁" stands for a space, "<0x0A>" for a byte
  std::vector<float> scores;        // the higher, the earlier two neighbours become this piece
  std::vector<std::int32_t> kinds;  // Kind
  TokenId unknown_id = 0, bos = 1, eos = 2;
  bool space_prefix = true;  // text is read as if a space stood before it
  /// Writes tokenizer.ggml.*.
  void write(GgufWriter& writer) const;
};

/// Immutable and thread-safe.
class Tokenizer {
 public:
  /// Errors: corrupt (lists of different lengths, a piece twice, special tokens outside, bytes missing),
  /// unsupported, naming the kind of tokenizer.
  static base::Result<Tokenizer> from(const Gguf& file);
  static base::Result<Tokenizer> from(Vocabulary vocabulary);

  /// Never fails: what has no piece becomes bytes, broken UTF-8 U+FFFD. With `bos` the token that begins a
  /// text stands first. `prefix` says whether the text begins anew (and takes the space that the vocabulary
  /// wants) or goes on where another ended.
  std::vector<TokenId> encode(std::string_view text, bool bos, bool prefix = true) const;
  /// What the tokens say; control tokens say nothing. Text that begins anew loses the space of `encode`.
  std::string decode(std::span<const TokenId> tokens, bool prefix = true) const;

  /// The bytes that one token stands for, with spaces as spaces. REQUIRES: 0 <= id < size().
  std::string piece(TokenId id) const;
  std::size_t size() const { return vocabulary_.pieces.size(); }
  TokenId bos() const { return vocabulary_.bos; }
  TokenId eos() const { return vocabulary_.eos; }
  bool is_control(TokenId id) const;
  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  explicit Tokenizer(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}
  base::Status index();
  void encode_pieces(std::string_view text, std::vector<TokenId>& out) const;

  Vocabulary vocabulary_;
  std::unordered_map<std::string, TokenId> ids_;
  std::vector<TokenId> bytes_;  // of each byte
};

/// Text from tokens as they come. Not thread-safe.
class Decoding {
 public:
  explicit Decoding(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
  /// The characters that are whole now; a start of one waits for the rest.
  std::string add(TokenId id);
  /// What is left: U+FFFD for half a character.
  std::string finish();

 private:
  const Tokenizer& tokenizer_;
  std::string waiting_;
};

}  // namespace genkai::model::native
