#pragma once
// The fixed parts of a segment file; docs/formats/lexical-segment.md tells the whole.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/hash.h"

namespace genkai::knowledge::lexical {

static_assert(std::endian::native == std::endian::little, "segment files are little-endian");

constexpr std::string_view kHeader("GNKLEX\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00",
                                   16);  // byte 7 is the version
constexpr std::size_t kVersionByte = 7;
constexpr std::size_t kTermsPerBlock = 16;
constexpr std::size_t kInlinePostings = 2;                  // lists up to this long stand in the dictionary
constexpr std::uint32_t kMaxSpan = std::uint32_t{1} << 28;  // ids of one segment, holes included
constexpr std::size_t kHashedChunk = std::size_t{1} << 20;

enum Section : std::size_t { kLengths, kPostings, kDictionary, kIndex, kSections };

struct Footer {
  std::uint32_t first = 0;     // id of local number 0
  std::uint32_t span = 0;      // local numbers, 0 for an empty segment
  std::uint64_t passages = 0;  // local numbers with a length above 0
  std::uint64_t tokens = 0;    // sum of the lengths
  std::uint64_t terms = 0;
  std::array<std::uint64_t, kSections> sizes{};      // each a multiple of 16
  std::array<std::uint64_t, kSections> checksums{};  // section_hash of each section
  std::uint64_t checksum = 0;                        // hash64 of the header and of this footer up to here
};
static_assert(sizeof(Footer) == 104);

/// Up to three (frequency, length) pairs that no posting of a block beats under any mean length: each posting
/// has a frequency at most, and a length at least, that of one pair. Unused pairs repeat the first.
struct Competitive {
  std::array<std::uint8_t, 3> frequency{};  // frequency_code
  std::array<std::uint8_t, 3> length{};     // length_code
};
static_assert(sizeof(Competitive) == 6);

struct BlockMeta {
  std::uint32_t last = 0;    // last document of the block
  std::uint32_t offset = 0;  // of its bytes in the list's packed area, in units of 16 bytes
  std::uint8_t doc_bits = 0;
  std::uint8_t frequency_bits = 0;
  Competitive best;
};
static_assert(sizeof(BlockMeta) == 16);

/// What a list of 128 or more postings starts with; its BlockMeta, packed blocks and remaining postings
/// follow.
struct ListHeader {
  Competitive best;  // of the whole list
  std::uint16_t zero = 0;
};
static_assert(sizeof(ListHeader) == 8);

/// A block of terms in the sparse index.
struct TermBlock {
  std::uint64_t entries = 0;   // offset of its first entry in the dictionary
  std::uint64_t postings = 0;  // offset of its first list in the postings
};
static_assert(sizeof(TermBlock) == 16);

template <class T>
T load_at(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

inline std::uint64_t extend_hash(std::uint64_t hash, std::string_view chunk) {
  return base::hash64(chunk, hash);
}

/// XXH3 over chunks of 1 MiB, each seeded with the hash of those before, so that a writer can stream.
inline std::uint64_t section_hash(std::string_view bytes) {
  std::uint64_t hash = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kHashedChunk)
    hash = extend_hash(hash, bytes.substr(at, kHashedChunk));
  return hash;
}

/// The footer's own checksum, from the file's first bytes and the footer.
inline std::uint64_t footer_hash(std::string_view header, const Footer& footer) {
  return base::hash64({reinterpret_cast<const char*>(&footer), offsetof(Footer, checksum)},
                      base::hash64(header));
}

}  // namespace genkai::knowledge::lexical
