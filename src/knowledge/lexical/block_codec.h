#pragma once
// How postings become bytes: blocks of 128 numbers bit-packed in four interleaved lanes, variable-byte
// numbers for the rest, and one-byte codes for lengths and frequencies in bounds.
// docs/formats/lexical-segment.md has the layouts.
//
//   char packed[16 * 7];  pack(values, 7, packed);  unpack(packed, 7, values);

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace genkai::knowledge::lexical {

constexpr std::size_t kBlockSize = 128;
constexpr unsigned kMaxFrequency = 65535;  // frequencies and lengths saturate here

inline std::size_t packed_bytes(unsigned bits) {
  return std::size_t{16} * bits;
}

/// Packs 128 values below 2^bits (0 to 32 bits) into 16 * bits bytes.
void pack(const std::uint32_t* values, unsigned bits, char* out);
void unpack(const char* in, unsigned bits, std::uint32_t* values);
/// The value at `index` of a packed block.
std::uint32_t unpack_one(const char* in, unsigned bits, std::size_t index);
/// docs[i] = docs[i - 1] + 1 + gap[i], docs[-1] = `before`, none above `last` whatever the bytes are.
void unpack_docs(const char* in, unsigned bits, std::uint32_t before, std::uint32_t last,
                 std::uint32_t* docs);

void append_varint(std::string& out, std::uint64_t value);

/// Reads numbers from bytes that may be damaged: past the end or on a malformed number it fails for good.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  bool ok() const { return ok_; }
  const char* position() const { return at_; }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  std::uint64_t varint() {
    if (at_ < end_ && static_cast<signed char>(*at_) >= 0) return static_cast<unsigned char>(*at_++);
    return long_varint();
  }
  std::string_view bytes(std::uint64_t size) {
    if (size > remaining()) {
      ok_ = false;
      return {};
    }
    at_ += size;
    return {at_ - size, static_cast<std::size_t>(size)};
  }

 private:
  std::uint64_t long_varint();
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

/// Appends postings as variable-byte numbers; `before` is the document before the first (-1 as 2^32 - 1).
void append_postings(std::string& out, std::uint32_t before, std::span<const std::uint32_t> docs,
                     std::span<const std::uint32_t> frequencies);
/// Reads up to `count` postings after `before`; stops early at damage or at a document not below `limit`.
/// Returns how many were read; their documents increase and are below `limit`.
std::size_t read_postings(std::string_view bytes, std::uint32_t before, std::uint32_t limit,
                          std::size_t count, std::uint32_t* docs, std::uint32_t* frequencies);

/// One-byte length codes: exact below 32, then 16 steps an octave, rounded down. Monotone.
constexpr std::uint8_t length_code(std::uint32_t length) {
  if (length < 32) return static_cast<std::uint8_t>(length);
  const int octave = std::bit_width(length) - 5;
  return static_cast<std::uint8_t>(16 * octave + static_cast<int>(length >> octave));
}
/// The least length with this code.
constexpr std::uint32_t length_floor(std::uint8_t code) {
  if (code < 32) return code;
  const int octave = code / 16 - 1;
  return static_cast<std::uint32_t>(code % 16 + 16) << octave;
}
constexpr std::uint8_t frequency_code(std::uint32_t frequency) {
  return static_cast<std::uint8_t>(std::min(frequency, std::uint32_t{255}));
}
/// The greatest frequency with this code.
constexpr std::uint32_t frequency_ceiling(std::uint8_t code) {
  return code == 255 ? kMaxFrequency : code;
}

}  // namespace genkai::knowledge::lexical
