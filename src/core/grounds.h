#pragma once
// What every computed bound carries with its numbers: what it assumes, and where its formula comes from.
//
//   for (const Said& assumption : bound.grounds.assumptions) print(assumption.in(text::Language::japanese));

#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/text.h"

namespace genkai::core {

/// One sentence for people in both languages. REQUIRES: the text outlives it (literals do).
struct Said {
  std::string_view english, japanese;
  std::string_view in(text::Language language) const {
    return language == text::Language::japanese ? japanese : english;
  }
};

struct Grounds {
  std::vector<Said> assumptions;  // the bound holds if all of these do
  std::string_view source;        // the papers of the formula
};

inline bool is_probability(double value) {
  return value >= 0 && value <= 1;  // false for NaN
}
/// invalid_argument naming `what` unless `value` lies in [0, 1].
base::Status check_probability(std::string_view what, double value);
/// invalid_argument naming `what` unless `value` lies in (0, 1), as confidences and failure probabilities
/// must.
base::Status check_inside(std::string_view what, double value);

}  // namespace genkai::core
