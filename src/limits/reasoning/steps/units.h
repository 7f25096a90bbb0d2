#pragma once
// Units that can be turned into each other.
//
//   const Unit* hours = find_unit("hours");   // dimension time, 3600 seconds

#include <string_view>

#include "limits/reasoning/steps/rational.h"

namespace genkai::limits::reasoning::steps {

struct Unit {
  std::string_view name;
  char dimension;  // t time, l length, w weight, v volume, m money of one currency
  std::int64_t numerator,
      denominator;  // of the dimension's own unit: second, millimetre, milligram, millilitre, cent
};

/// By one lower-case word, singular or plural; nullptr for others. Months and years are none, as they differ.
const Unit* find_unit(std::string_view word);

}  // namespace genkai::limits::reasoning::steps
