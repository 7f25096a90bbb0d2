#pragma once
// What Python asks of Unicode: identifiers and printable characters. ICU stays behind unicode.cc.

#include <string>
#include <string_view>

namespace genkai::logic {

bool starts_identifier(char32_t c);     // XID_Start or _
bool continues_identifier(char32_t c);  // XID_Continue
bool is_printable(char32_t c);          // str.isprintable: neither of "other" nor a separator, but the space
/// NFKC, in which Python compares identifiers. Of valid UTF-8.
std::string identifier_form(std::string_view utf8);

std::u32string to_code_points(std::string_view utf8);  // broken bytes become U+FFFD
std::string to_utf8(std::u32string_view text);

}  // namespace genkai::logic
