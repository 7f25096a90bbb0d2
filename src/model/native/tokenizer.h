#pragma once
// Text to tokens and back, by the vocabulary of a GGUF file: "llama" (SentencePiece pieces with scores,
// single bytes for what has no piece) or "gpt2" (byte pairs, byte_pairs.h), as llama.cpp cuts it. Text is
// untrusted: control tokens are never read from it.
//
//   GENKAI_ASSIGN_OR_RETURN(Tokenizer tokenizer, Tokenizer::from(*file));
//   std::vector<TokenId> ids = tokenizer.encode("Question: Who?\nAnswer:", true);
//   tokenizer.decode(ids);
//
//   WholeCharacters characters;                 // token by token, never half a character
//   out += characters.add(tokenizer.piece(id));

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/native/architecture.h"
#include "model/native/byte_pairs.h"
#include "model/native/gguf.h"

namespace genkai::model::native {

/// What a GGUF file says of its tokens.
struct Vocabulary {
  enum Kind : std::int32_t { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };
  enum Form { scored_pieces, byte_pairs };
  std::vector<std::string> pieces;  // "▁" stands for a space, "<0x0A>" for a byte; else as_characters()
  std::vector<float> scores;        // the higher, the earlier two neighbours become this piece
  std::vector<std::int32_t> kinds;  // Kind
  TokenId unknown_id = 0, bos = 1, eos = 2;
  bool space_prefix = true;           // text is read as if a space stood before it
  bool add_bos = true;                // a text begins with `bos`
  Form form = scored_pieces;          // byte_pairs has no scores, perhaps no unknown_id (-1), and:
  std::vector<std::string> merges{};  // "left right", in the order in which they are tried
  std::string pre{};                  // names how words are cut
  /// Writes tokenizer.ggml.*.
  void write(GgufWriter& writer) const;
};

/// Immutable and thread-safe.
class Tokenizer {
 public:
  /// Errors: corrupt (lists of different lengths, special tokens outside), unsupported, naming the kind of
  /// tokenizer or the rule of words that is not known.
  static base::Result<Tokenizer> from(const Gguf& file);
  static base::Result<Tokenizer> from(Vocabulary vocabulary);

  /// Never fails: what has no piece becomes bytes (byte pairs without a piece for the byte: `unknown`, or
  /// nothing), broken UTF-8 U+FFFD. With `bos` the token that begins a text stands first, where the
  /// vocabulary wants one. User-defined pieces are whole tokens wherever they stand. `prefix` says whether
  /// the text begins anew (and takes the space that the vocabulary wants) or goes on where another ended.
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
  void encode_part(std::string_view text, bool prefix, std::vector<TokenId>& out) const;
  /// Merges the characters of one text, or of one word of it.
  void encode_pieces(std::string_view text, std::vector<TokenId>& out) const;
  /// How early two neighbours become one; nothing where they never do.
  std::optional<float> merge_score(std::string_view left, std::string_view right) const;

  Vocabulary vocabulary_;
  std::unordered_map<std::string, TokenId> ids_;
  std::vector<TokenId> bytes_;                    // of each byte; -1: none
  std::vector<TokenId> user_defined_;             // longest first
  std::unordered_map<std::string, float> ranks_;  // of merges, negative
  WordRule words_ = WordRule::gpt2;
};

/// Text from bytes as they come, never half a character.
class WholeCharacters {
 public:
  /// The characters that are whole now; a start of one waits for the rest.
  std::string add(std::string_view bytes);
  /// What is left: U+FFFD for half a character.
  std::string finish();

 private:
  std::string waiting_;
};

}  // namespace genkai::model::native
