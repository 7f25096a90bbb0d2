#pragma once
// Amounts and dates as what they leave possible, and the words around them.
//
//   framed("The tower is at least 300 metres tall.", "")[0]   // frame of "the tower is # metres tall", [300,
//   inf)

#include <string>
#include <string_view>
#include <vector>

#include "limits/reasoning/consistency/statement.h"

namespace genkai::limits::reasoning {

/// A number's interval, or a date to some precision.
struct Amount {
  double low = 0, high = 0;
  bool low_open = false, high_open = false;
  std::string date;  // "1932", "1932-04-04", "T13:05"; empty for a number
};
bool exclude(const Amount& a, const Amount& b);
/// Whether what `a` leaves possible is all within `b`, and less.
bool narrower(const Amount& a, const Amount& b);

struct Framed {
  Statement frame;  // the statement with # for the amount; its units stay
  Amount amount;
};

/// One for each amount or date of the words that could have one value only; "about 300" has none.
std::vector<Framed> framed(std::string_view words, std::string_view subject);

}  // namespace genkai::limits::reasoning
