#pragma once
// The small text rules of HTTP that both the server and its parser need.

#include <optional>
#include <string>
#include <string_view>

namespace genkai::serve {

/// Names of headers, and of schemes of authorization, are the same in any case.
bool same_name(std::string_view a, std::string_view b);
/// RFC 3986, section 2.1; nothing when a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);
/// What stands behind a status; clients ignore it, people read it.
std::string_view reason_phrase(int status);

}  // namespace genkai::serve
