#pragma once
// What counts as a fact of running text. Both readings are crude on purpose: they are counted, not believed.
//
//   TextFacts facts(FactUnit::pairs);
//   facts.of("Marie Curie won the prize in 1903.", [&](std::string_view fact) { ... });
//                                             // one draw: marie curie + date 1903

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "text/analyzer.h"

namespace genkai::limits::hallucination::bound {

enum class FactUnit {
  words,  // each content word, once a sentence: index terms without words that only hold sentences together;
          // of Japanese the dictionary forms of more than one character
  pairs,  // the first name of a sentence (person, place, other entity) with each other typed value in it
          // (name, date, number with unit), once a sentence. Of spans that nest the outermost counts. A
          // sentence without a name, or without another value, states nothing
};
std::string_view to_string(FactUnit unit);
std::optional<FactUnit> fact_unit_of(std::string_view name);  // "words", "pairs"

/// Not thread-safe.
class TextFacts {
 public:
  explicit TextFacts(FactUnit unit) : unit_(unit) {}
  /// Gives each draw of the text, as normalised text that names the fact, to `sink`.
  void of(std::string_view utf8, const std::function<void(std::string_view fact)>& sink);
  std::uint64_t sentences() const { return sentences_; }
  std::uint64_t silent() const { return silent_; }  // sentences that stated nothing

 private:
  std::uint64_t words_of(std::string_view sentence, const std::function<void(std::string_view)>& sink);
  static std::uint64_t pairs_of(std::string_view sentence, const std::function<void(std::string_view)>& sink);
  FactUnit unit_;
  text::Analyzer analyzer_;
  std::uint64_t sentences_ = 0, silent_ = 0;
};

}  // namespace genkai::limits::hallucination::bound
