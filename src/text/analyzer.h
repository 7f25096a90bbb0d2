#pragma once
// Text to index terms, the same at index and at query time.
//
//   Analyzer analyzer;
//   std::vector<std::string> terms = analyzer.terms("源氏物語は紫式部が書いた。");
//   for (const QueryTerm& q : analyzer.query_terms("Who wrote 源氏物語?")) score(q.term, q.weight);

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::text {

struct QueryTerm {
  std::string term;
  float weight = 1;  // multiplies the term's score
  bool operator==(const QueryTerm&) const = default;
};

/// Measured by plain BM25 with query_terms, k1 0.4 and b 0.9, recall@1/5/20: jaquad .884/.979/.996, xquad
/// .954/.995/.998. Not thread-safe: one a thread. Construction is cheap after the first (dictionaries are
/// shared).
class Analyzer {
 public:
  /// Changes whenever the same text may give other terms.
  static constexpr std::uint32_t kVersion = 1;
  /// kVersion, or kVersion + 1,000,000 on a machine without MeCab's dictionary, where Japanese words come
  /// from ICU. Stored with a knowledge base, which is rebuilt on mismatch.
  static std::uint32_t version();

  Analyzer();
  ~Analyzer();
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;

  /// Index terms in order of appearance, repeats included; input need not be valid UTF-8; appends to `out`.
  /// Latin and other spaced scripts: words, NFKC, case and accents folded, English stem; "1,234" is 1234.
  /// Japanese, over runs of kana and kanji: each kanji, each pair of neighbours (not hiragana before another
  /// script), and as "w:" the words of more than one character in their dictionary form. Thai, Korean and
  /// other unspaced scripts: pairs.
  void analyze(std::string_view utf8, std::vector<std::string>& out);
  std::vector<std::string> terms(std::string_view utf8);

  /// The terms of a question, each once, with its weight (0.3 to 4). Words that only ask (who, did, ですか)
  /// are left out unless there are no others.
  std::vector<QueryTerm> query_terms(std::string_view utf8);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::text
