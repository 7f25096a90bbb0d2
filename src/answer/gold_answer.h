#pragma once
// Whether an answer is right, where the right ones are known.
//
//   holds_answer("It was built on March 3, 1932.", {"3 March 1932"}) == true
//   holds_answer("Doors open at 15:30.", {"5"}) == false

#include <string>
#include <string_view>
#include <vector>

namespace genkai::answer {

/// True when `text` contains one of `gold` after normalising (text::normalise, white space collapsed), not as
/// a part of a longer number or word of Latin letters; or when a gold answer is as a whole a date or an
/// amount and `text` holds one of the same value and kind (23,000 and 二万三千). No gold answer: false.
bool holds_answer(std::string_view text, const std::vector<std::string>& gold);

}  // namespace genkai::answer
