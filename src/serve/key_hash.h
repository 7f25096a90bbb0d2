#pragma once
// How keys are hashed. A key is "gk-<id>-<secret>": the id finds the one record to compare with, the secret
// is 256 random bits. Nobody guesses those, so one round of a salted SHA-256 protects them as well as a slow
// password hash would, and a request costs a microsecond.

#include <string>
#include <string_view>

namespace genkai::serve {

inline constexpr std::string_view kKeyPrefix = "gk-";
inline constexpr std::size_t kHashBytes = 32;

std::string to_hex(std::string_view bytes);
/// SHA-256 of the salt (as its hexadecimal digits) and the key, in hexadecimal digits.
std::string hash_of_key(std::string_view salt, std::string_view key);
/// Takes the same time wherever two strings of one length differ.
bool same_in_constant_time(std::string_view a, std::string_view b);
/// The id in a key; empty when it is no key of ours.
std::string_view id_of_key(std::string_view key);

}  // namespace genkai::serve
