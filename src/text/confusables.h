#pragma once
// Letters of other scripts that look like Latin ones: "раypal" with a Cyrillic р and а. The table holds the
// Cyrillic, Greek, Armenian and Cherokee letters of Unicode's confusables.txt (UTS 39) whose prototype is one
// ASCII letter; full-width and mathematical letters are ordinary letters after normalise().
//
//   for (const MixedWord& word : find_mixed_words(text)) suspect(word.span.of(text), word.plain);
//   matches(fold_confusables(normalise(text)), "ignore");

#include <string>
#include <string_view>
#include <vector>

#include "text/text.h"

namespace genkai::text {

/// The ASCII letter that `c` looks like, or 0.
char looks_like(char32_t c);

struct MixedWord {
  Span span;          // of the text
  std::string plain;  // with every lookalike as the ASCII letter it looks like
};

/// Words that hold ASCII letters and lookalikes of them. A Cyrillic lookalike needs two ASCII letters beside
/// it; a Greek one, which science puts into its words (NFκB, TNFα), three, and a lower-case one on either
/// side. Linear time.
std::vector<MixedWord> find_mixed_words(std::string_view utf8);

/// The text with each lookalike in a word that has an ASCII letter, and each word made of lookalikes alone in
/// a text whose other letters are mostly ASCII, as what it looks like. For matching, never for showing.
std::string fold_confusables(std::string_view utf8);

}  // namespace genkai::text
