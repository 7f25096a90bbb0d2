#pragma once
// A passage's text as the checks of the vetting stage read it, made once.
//
//   const VetText text = vet_text(passage.text);
//   const Orders orders = find_orders(text);

#include <string>
#include <string_view>
#include <vector>

#include "text/hidden.h"
#include "text/text.h"

namespace genkai::limits::retrieval {

struct VetText {
  std::string visible;             // without hidden characters
  std::string normalised;          // visible, text::normalise
  std::string folded;              // normalised, with lookalike letters as the ASCII ones
  text::HiddenCharacters hidden;   // of the text as it was
  std::vector<std::string> mixed;  // visible words of mixed scripts
};

VetText vet_text(std::string_view utf8);

/// Whether characters hide something: any tag character, three bidirectional controls, or three other
/// invisible characters inside words. Soft hyphens, and zero-width spaces between Japanese letters, where web
/// pages put them to break lines, do not count.
bool hides_text(const VetText& text, std::string_view raw);

/// At most 80 code points of a text around [begin, end), on one line, for a Finding.
std::string excerpt(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace genkai::limits::retrieval
