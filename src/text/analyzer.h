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
};

/// Not thread-safe: one a thread. Construction is cheap after the first (dictionaries are shared).
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

  /// Index terms in order of appearance, repeats included: English stems (NFKC, case folded), and for
  /// Japanese character bigrams and words. Input need not be valid UTF-8. Appends to `out`.
  void analyze(std::string_view utf8, std::vector<std::string>& out);
  std::vector<std::string> terms(std::string_view utf8);

  /// The terms of a question, each once, with the weight that it deserves.
  std::vector<QueryTerm> query_terms(std::string_view utf8);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::text
