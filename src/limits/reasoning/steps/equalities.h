#pragma once
// The chains of equal expressions that a step states: "A = (4 + 3 - 5) = 2", "16 - 3 = <<16-3=13>>13 eggs".
//
//   for (const Equality& chain : equalities_in(step)) ...

#include <string>
#include <string_view>
#include <vector>

#include "limits/reasoning/steps/tokens.h"

namespace genkai::limits::reasoning::steps {

/// Sides of one chain, first to last, two at least. A side is [begin, end) of the tokens.
struct Equality {
  struct Side {
    std::size_t begin = 0, end = 0;
    bool cut = false;  // it goes on with something that cannot be read: = 3 dozen, = 5 + the rest
  };
  std::vector<Side> sides;
  bool cut = false;   // something that cannot be read stands right before its first side: x + 3 = 5
  bool said = false;  // by a word, "is", and not by a sign
};

struct EqualityScan {
  std::vector<Token> tokens;
  std::vector<Equality> equalities;
};

/// Of text without calculator annotations.
EqualityScan scan_equalities(std::string_view step);

/// Takes calculator annotations (<<16-3=13>>) out of a step; each with the number that follows it.
struct Annotation {
  std::string inside;    // 16-3=13
  std::string followed;  // the 20 bytes after it
};
std::string without_annotations(std::string_view step, std::vector<Annotation>& found);

}  // namespace genkai::limits::reasoning::steps
