#pragma once
// Checksums and content hashes by xxHash (XXH3). Not cryptographic: they notice damage and change, not an
// attacker.

#include <cstdint>
#include <string>
#include <string_view>

namespace genkai::base {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);
/// 128 bits as 32 hexadecimal digits: the identity of a document's content.
std::string content_hash(std::string_view bytes);

}  // namespace genkai::base
