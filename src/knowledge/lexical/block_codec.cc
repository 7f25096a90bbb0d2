#include "knowledge/lexical/block_codec.h"

#include <array>
#include <cstring>
#include <utility>

namespace genkai::knowledge::lexical {
namespace {

constexpr std::size_t kLanes = 4;
constexpr std::size_t kRows = kBlockSize / kLanes;

// Four lanes at once; both compilers turn it into one vector register on every machine.
using Lanes = std::uint32_t __attribute__((vector_size(16)));

inline Lanes load(const char* in) {
  Lanes v;
  std::memcpy(&v, in, sizeof v);
  return v;
}
inline void store(Lanes v, std::uint32_t* out) {
  std::memcpy(out, &v, sizeof v);
}

template <unsigned kBits, std::size_t kRow>
inline Lanes row(const char* in) {
  if constexpr (kBits == 0) {
    return Lanes{};
  } else if constexpr (kBits == 32) {
    return load(in + 16 * kRow);
  } else {
    constexpr std::size_t kWord = kRow * kBits / 32;
    constexpr unsigned kShift = kRow * kBits % 32;
    constexpr std::uint32_t kMask = (std::uint32_t{1} << kBits) - 1;
    Lanes v = load(in + 16 * kWord) >> kShift;
    if constexpr (kShift + kBits > 32) v |= load(in + 16 * (kWord + 1)) << (32 - kShift);
    if constexpr (kShift + kBits != 32) v &= Lanes{kMask, kMask, kMask, kMask};
    return v;
  }
}

template <unsigned kBits, std::size_t... kRow>
void unpack_rows(const char* in, std::uint32_t* values, std::index_sequence<kRow...>) {
  (store(row<kBits, kRow>(in), values + kLanes * kRow), ...);
}

inline Lanes running_sum(Lanes gaps, Lanes& before) {
  const Lanes zero{};
  Lanes v = gaps + 1;
  v += __builtin_shufflevector(zero, v, 0, 4, 5, 6);
  v += __builtin_shufflevector(zero, v, 0, 1, 4, 5);
  v += before;
  before = __builtin_shufflevector(v, v, 3, 3, 3, 3);
  return v;
}

template <unsigned kBits, std::size_t... kRow>
void unpack_docs_rows(const char* in, Lanes before, Lanes last, std::uint32_t* docs,
                      std::index_sequence<kRow...>) {
  const auto one = [&](Lanes gaps, std::uint32_t* out) {
    const Lanes v = running_sum(gaps, before);
    store(v < last ? v : last, out);
  };
  (one(row<kBits, kRow>(in), docs + kLanes * kRow), ...);
}

using Unpack = void (*)(const char*, std::uint32_t*);
using UnpackDocs = void (*)(const char*, std::uint32_t, std::uint32_t, std::uint32_t*);

template <unsigned kBits>
void unpack_bits(const char* in, std::uint32_t* values) {
  unpack_rows<kBits>(in, values, std::make_index_sequence<kRows>());
}
template <unsigned kBits>
void unpack_docs_bits(const char* in, std::uint32_t before, std::uint32_t last, std::uint32_t* docs) {
  unpack_docs_rows<kBits>(in, Lanes{before, before, before, before}, Lanes{last, last, last, last}, docs,
                          std::make_index_sequence<kRows>());
}
template <unsigned... kBits>
constexpr std::array<Unpack, 33> unpack_table(std::integer_sequence<unsigned, kBits...>) {
  return {unpack_bits<kBits>...};
}
template <unsigned... kBits>
constexpr std::array<UnpackDocs, 33> unpack_docs_table(std::integer_sequence<unsigned, kBits...>) {
  return {unpack_docs_bits<kBits>...};
}
constexpr auto kUnpack = unpack_table(std::make_integer_sequence<unsigned, 33>());
constexpr auto kUnpackDocs = unpack_docs_table(std::make_integer_sequence<unsigned, 33>());

std::uint32_t word(const char* in, std::size_t index) {
  std::uint32_t v;
  std::memcpy(&v, in + 4 * index, sizeof v);
  return v;
}

}  // namespace

void pack(const std::uint32_t* values, unsigned bits, char* out) {
  std::array<std::uint32_t, kLanes * 33> words{};
  for (std::size_t i = 0; i < kBlockSize && bits > 0; ++i) {
    const std::size_t lane = i % kLanes, at = i / kLanes * bits;
    const std::uint64_t shifted = std::uint64_t{values[i]} << (at % 32);
    words[at / 32 * kLanes + lane] |= static_cast<std::uint32_t>(shifted);
    words[(at / 32 + 1) * kLanes + lane] |= static_cast<std::uint32_t>(shifted >> 32);
  }
  std::memcpy(out, words.data(), packed_bytes(bits));
}

void unpack(const char* in, unsigned bits, std::uint32_t* values) {
  kUnpack[bits](in, values);
}

void unpack_docs(const char* in, unsigned bits, std::uint32_t before, std::uint32_t last,
                 std::uint32_t* docs) {
  kUnpackDocs[bits](in, before, last, docs);
}

std::uint32_t unpack_one(const char* in, unsigned bits, std::size_t index) {
  if (bits == 0) return 0;
  const std::size_t lane = index % kLanes, at = index / kLanes * bits;
  std::uint64_t v = word(in, at / 32 * kLanes + lane);
  if (at % 32 + bits > 32) v |= std::uint64_t{word(in, (at / 32 + 1) * kLanes + lane)} << 32;
  return static_cast<std::uint32_t>((v >> (at % 32)) & ((std::uint64_t{1} << bits) - 1));
}

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 128) {
    out.push_back(static_cast<char>(value | 128));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

std::uint64_t ByteReader::long_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; at_ < end_ && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at_++);
    value |= std::uint64_t{byte & 127U} << shift;
    if (byte < 128) return value;
  }
  ok_ = false;
  at_ = end_;
  return 0;
}

void append_postings(std::string& out, std::uint32_t before, std::span<const std::uint32_t> docs,
                     std::span<const std::uint32_t> frequencies) {
  for (std::size_t i = 0; i < docs.size(); ++i) {
    const std::uint64_t gap = docs[i] - before - 1;
    append_varint(out, gap << 1 | (frequencies[i] > 1 ? 1 : 0));
    if (frequencies[i] > 1) append_varint(out, frequencies[i] - 2);
    before = docs[i];
  }
}

std::size_t read_postings(std::string_view bytes, std::uint32_t before, std::uint32_t limit,
                          std::size_t count, std::uint32_t* docs, std::uint32_t* frequencies) {
  ByteReader reader(bytes);
  std::uint64_t next = std::uint32_t{before + 1};
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t head = reader.varint();
    const std::uint64_t more = (head & 1) != 0 ? reader.varint() + 1 : 0;
    next += head >> 1;
    if (!reader.ok() || head >> 33 != 0 || next >= limit) return i;
    docs[i] = static_cast<std::uint32_t>(next++);
    frequencies[i] = static_cast<std::uint32_t>(std::min<std::uint64_t>(more, kMaxFrequency - 1)) + 1;
  }
  return count;
}

}  // namespace genkai::knowledge::lexical
