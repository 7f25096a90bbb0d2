#pragma once
// Finds in a passage what a language model says it has quoted from it.
//
//   QuoteFinder passage(evidence.passage.text);
//   if (auto place = passage.find("opens at 9 o'clock")) cite(place->of(text));

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/text.h"

namespace genkai::answer {

class QuoteFinder {
 public:
  /// `text` outlives this.
  explicit QuoteFinder(std::string_view text);
  /// The whole sentences of the text in which the quote stands word for word, width, case, white space,
  /// quotation marks and kinds of dashes aside; the quote alone where these would be more than 300 code
  /// points. A quote of fewer than 4 bytes says nothing.
  std::optional<text::Span> find(std::string_view quote) const;

 private:
  std::string_view text_;
  std::string bare_;
  std::vector<text::Span> origin_;  // of each byte of bare_, in text_
  std::vector<text::Span> sentences_;
};

}  // namespace genkai::answer
