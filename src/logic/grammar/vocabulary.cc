#include "logic/grammar/vocabulary.h"

#include <algorithm>
#include <bit>

namespace genkai::logic::grammar {

TokenTrie::TokenTrie(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.bytes != b.bytes ? a.bytes < b.bytes : a.token < b.token;
  });
  std::vector<std::uint32_t> open;  // the nodes on the way to the last token
  std::string_view last;
  const auto close = [&](std::size_t depth) {
    for (; open.size() > depth; open.pop_back())
      nodes_[open.back()].next = static_cast<std::uint32_t>(nodes_.size());
  };
  for (const Entry& entry : entries) {
    std::size_t shared = 0;
    while (shared < last.size() && shared < entry.bytes.size() && last[shared] == entry.bytes[shared])
      ++shared;
    if (shared < entry.bytes.size() || last.empty()) {
      close(shared);
      for (std::size_t i = shared; i < entry.bytes.size(); ++i) {
        open.push_back(static_cast<std::uint32_t>(nodes_.size()));
        nodes_.push_back({0, static_cast<std::uint32_t>(tokens_.size()), static_cast<std::uint32_t>(i),
                          static_cast<std::uint8_t>(entry.bytes[i])});
      }
      depth_ = std::max(depth_, entry.bytes.size());
    }
    tokens_.push_back(entry.token);
    last = entry.bytes;
  }
  close(0);
  nodes_.push_back(
      {static_cast<std::uint32_t>(nodes_.size()), static_cast<std::uint32_t>(tokens_.size()), 0, 0});
}

Vocabulary::Vocabulary(std::vector<Token> tokens) : tokens_(std::move(tokens)) {
  std::vector<TokenTrie::Entry> entries;
  for (TokenId id = 0; id < tokens_.size(); ++id) {
    if (tokens_[id].kind == TokenKind::end) ends_.push_back(id);
    if (tokens_[id].kind == TokenKind::text && !tokens_[id].bytes.empty())
      entries.push_back({tokens_[id].bytes, id});
  }
  trie_ = TokenTrie(std::move(entries));
}

std::size_t TokenSet::count() const {
  std::size_t sum = 0;
  for (const std::uint64_t word : words_) sum += static_cast<std::size_t>(std::popcount(word));
  return sum;
}

}  // namespace genkai::logic::grammar
