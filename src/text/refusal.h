#pragma once
// Replies that give no answer, in English and Japanese.
//
//   if (says_unknown(reply)) abstained = true;      // "I don't know", "not in the passages", 分かりません

#include <string_view>

namespace genkai::text {

/// Whether a reply says that it has no answer. A text of more than 120 code points is an answer that mentions
/// what is missing, whatever it says. Rules over the normalised text; a refusal in other words is not seen.
bool says_unknown(std::string_view reply);

}  // namespace genkai::text
