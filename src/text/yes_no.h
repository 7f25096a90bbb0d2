#pragma once
// Whether an answer opens with a yes or a no.
//
//   yes_or_no("Yes, since 1931.")   // true
//   yes_or_no("いいえ、違います")       // false
//   yes_or_no("Noah did.")           // none

#include <optional>
#include <string_view>

namespace genkai::text {

/// The first words of the text, in English or Japanese, width and case aside; "true" and "false", 正しい and
/// 誤り count too. None where a longer word only begins alike.
std::optional<bool> yes_or_no(std::string_view answer);

}  // namespace genkai::text
