#pragma once
// Text to index terms, the same at index and at query time.
//
//   Analyzer analyzer;
//   std::vector<std::string> terms = analyzer.terms("Who wrote 源氏物語?");

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::text {

/// Not thread-safe: one a thread. Construction is cheap after the first (dictionaries are shared).
class Analyzer {
 public:
  /// Changes whenever the same text may give other terms; stored with a knowledge base, which is rebuilt on mismatch.
  static constexpr std::uint32_t kVersion = 1;

  Analyzer();
  ~Analyzer();
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;

  /// Index terms in order of appearance, repeats included: English stems (NFKC, case folded), and for Japanese
  /// character bigrams and words. Input need not be valid UTF-8. Appends to `out`.
  void analyze(std::string_view utf8, std::vector<std::string>& out);
  std::vector<std::string> terms(std::string_view utf8);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::text
