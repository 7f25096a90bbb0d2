#pragma once
// WordPiece tokenising as BERT's uncased models do it (Devlin et al. 2019; the reference is BasicTokenizer
// and WordpieceTokenizer of google-research/bert): white space and punctuation split words, every CJK
// ideograph is a word, words are lower-cased without accents, then cut into the longest known pieces from the
// left.
//
//   WordPiece pieces("un\n##able\nlock\n");
//   std::vector<std::uint32_t> ids;
//   pieces.tokenize("Unlock, unable", ids);  // unlock and the comma are unknown: {kUnknown, kUnknown, 0, 1}

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace genkai::knowledge {

/// Immutable after construction, so thread-safe.
class WordPiece {
 public:
  /// A word of which no cut into known pieces exists, or of more than kLongestWord code points.
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;
  static constexpr std::size_t kLongestWord = 100;

  /// `vocabulary` has one piece a line, each ended by \n; a piece inside a word starts with ##; a piece's id
  /// is the number of its line from 0. The bytes must outlive the object.
  explicit WordPiece(std::string_view vocabulary);

  /// Appends the ids of the text's pieces in order. Bytes that are not UTF-8 are skipped like control
  /// characters.
  void tokenize(std::string_view utf8, std::vector<std::uint32_t>& ids) const;

  std::size_t size() const { return pieces_.size(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t id = kUnknown;
  };
  std::uint32_t find(std::string_view piece, std::uint32_t hash) const;
  void cut(std::string_view word, std::size_t code_points, std::vector<std::uint32_t>& ids) const;

  std::vector<std::string_view> pieces_;  // by id, without ##
  std::vector<Slot> slots_;               // open addressing, a power of two, at most half full
  std::size_t longest_ = 0;               // bytes of the longest piece
};

}  // namespace genkai::knowledge
