#pragma once
// The tokens of a model as bytes, and which of them are no text.
//
//   Vocabulary vocabulary({{"a"}, {"\xE3\x81"}, {"<|end|>", TokenKind::end}});
//
// Control tokens (begin, padding, roles, end) stand for no text: a grammar whose literal spells one out is
// matched by the ordinary tokens of those letters, never by the control token.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::logic::grammar {

using TokenId = std::uint32_t;
enum class TokenKind : std::uint8_t { text, control, end };  // end: of the text; it is also a control token

struct Token {
  std::string bytes;  // any bytes, also parts of a character; a byte token <0x0A> is "\n" here
  TokenKind kind = TokenKind::text;
};

/// Tokens as a tree by their bytes, in preorder: a walk that leaves a branch jumps to `next`.
class TokenTrie {
 public:
  struct Node {
    std::uint32_t next = 0;    // the first node behind this one's branch
    std::uint32_t tokens = 0;  // where the tokens that end here begin; they end where the next node's begin
    std::uint32_t depth = 0;   // bytes before this one
    std::uint8_t byte = 0;
  };
  struct Entry {
    std::string_view bytes;
    TokenId token;
  };
  TokenTrie() : nodes_(1) {}
  /// REQUIRES: no entry is empty.
  explicit TokenTrie(std::vector<Entry> entries);
  std::size_t size() const { return nodes_.size() - 1; }
  const Node& node(std::size_t i) const { return nodes_[i]; }
  const std::vector<TokenId>& tokens() const { return tokens_; }
  std::size_t depth() const { return depth_; }  // bytes of the longest token

 private:
  std::vector<Node> nodes_;  // and one more at the end
  std::vector<TokenId> tokens_;
  std::size_t depth_ = 0;
};

/// Immutable, thread-safe.
class Vocabulary {
 public:
  explicit Vocabulary(std::vector<Token> tokens);
  std::size_t size() const { return tokens_.size(); }
  const Token& token(TokenId id) const { return tokens_[id]; }
  const TokenTrie& trie() const { return trie_; }
  const std::vector<TokenId>& ends() const { return ends_; }

 private:
  std::vector<Token> tokens_;
  TokenTrie trie_;
  std::vector<TokenId> ends_;
};

/// A bit for each token.
class TokenSet {
 public:
  explicit TokenSet(std::size_t tokens = 0) : size_(tokens), words_((tokens + 63) / 64, 0) {}
  std::size_t size() const { return size_; }
  bool contains(TokenId token) const { return (words_[token / 64] >> (token % 64) & 1) != 0; }
  void insert(TokenId token) { words_[token / 64] |= std::uint64_t{1} << (token % 64); }
  void clear() { words_.assign(words_.size(), 0); }
  TokenSet& operator|=(const TokenSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  std::size_t count() const;
  const std::vector<std::uint64_t>& words() const { return words_; }  // token t is bit t % 64 of word t / 64
  bool operator==(const TokenSet&) const = default;

 private:
  std::size_t size_;
  std::vector<std::uint64_t> words_;
};

}  // namespace genkai::logic::grammar
