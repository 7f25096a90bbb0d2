#pragma once
// Whether a question asks for a value that has to be computed from others.
//
//   asked_for("How many days lie between the opening and the fire?")     // Wanted::between
//   asked_for("料金の合計はいくらですか")                                    // Wanted::total

#include <string_view>

namespace genkai::limits::reasoning::programs {

enum class Wanted {
  nothing,     // a value that can be looked up
  between,     // time from one day or hour to another; a day some time before or after another
  total,       // a sum, or a price times a count
  difference,  // how much more, longer, later
  average,     // a mean or median
  percentage,  // a share, a change in per cent
};
std::string_view to_string(Wanted wanted);

/// By words, in English and Japanese. A question whose answer the passages state (a total in a table) may be
/// among them: a program can also copy one value.
Wanted asked_for(std::string_view question);

}  // namespace genkai::limits::reasoning::programs
