#pragma once
// Characters that a reader does not see but a program reads: a way to hide instructions or to break matching.
//
//   if (find_hidden(passage).tags > 0) distrust(passage);
//   matches(strip_hidden(passage), query);

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/text.h"

namespace genkai::text {

struct HiddenCharacters {
  std::size_t zero_width =
      0;  // U+200B-200D, 2060-2064, FEFF, 00AD, 034F, 061C, 115F-1160, 17B4-17B5, 180B-180F, 3164, FFA0
  std::size_t bidi = 0;  // U+200E-200F, 202A-202E, 2066-206F: they show text in another order
  std::size_t tags = 0;  // U+E0000-E007F: invisible copies of ASCII (those of flag emoji are not counted)
  std::size_t variation = 0;  // U+FE00-FE0F, E0100-E01EF beyond one after a visible character
  std::string tag_text;       // what the tag characters spell in ASCII
  std::vector<Span> spans;    // runs of hidden characters, in order

  std::size_t total() const { return zero_width + bidi + tags + variation; }
};

HiddenCharacters find_hidden(std::string_view utf8);

/// The text without the characters that find_hidden counts.
std::string strip_hidden(std::string_view utf8);

}  // namespace genkai::text
