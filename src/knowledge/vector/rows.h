#pragma once
// Quantised vectors in memory, in order of id, appended by one thread and read by many.
//
//   RowStore store(256);
//   store.append(id, quantise(vector));
//   for (std::size_t i = 0, n = store.size(); i < n; ++i) use(store.row(i));

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "knowledge/vector/vector_index.h"

namespace genkai::knowledge {

/// Codes of a vector are stored padded with zeros to a whole number of 64 bytes, so that no SIMD loop has a
/// tail.
inline std::size_t row_stride(std::size_t dimension) {
  return (dimension + 63) / 64 * 64;
}

/// quantise() for values that are in the rotated basis already.
QuantisedVector quantise_rotated(std::span<const float> values);

/// Greater scales (and factors, and queries) are refused, so that no score overflows.
inline constexpr float kMaxScale = 1e9F;

/// One stored vector: rotated value = scale * codes[0 .. row_stride). `codes` belongs to the store or the
/// mapped segment.
struct Row {
  PassageId id = 0;
  float scale = 0;
  const std::int8_t* codes = nullptr;
};

/// Chunks that double in size and never move: a reader that has seen size() n may read rows [0, n) while the
/// writer appends. Thread-safe for one writer and many readers.
class RowStore {
 public:
  explicit RowStore(std::size_t dimension) : dimension_(dimension), stride_(row_stride(dimension)) {}

  /// False, and nothing stored, when the vector has another dimension or its id is not above the last one. A
  /// vector without direction (all zero, or a scale outside (0, kMaxScale]) is accepted and not stored.
  bool append(PassageId id, const QuantisedVector& vector);

  std::size_t dimension() const { return dimension_; }
  std::size_t stride() const { return stride_; }
  std::size_t size() const { return size_.load(std::memory_order_acquire); }
  Row row(std::size_t i) const {
    const Place place = place_of(i);
    const Chunk& chunk = chunks_[place.chunk];
    return {chunk.ids[place.offset], chunk.scales[place.offset], chunk.codes.get() + place.offset * stride_};
  }
  /// Rows that lie one after another in memory, from row `i` on; `count` may reach beyond size().
  struct Run {
    const PassageId* ids;
    const float* scales;
    const std::int8_t* codes;
    std::size_t count;
  };
  Run run(std::size_t i) const {
    const Place place = place_of(i);
    const Chunk& chunk = chunks_[place.chunk];
    return {chunk.ids.get() + place.offset, chunk.scales.get() + place.offset,
            chunk.codes.get() + place.offset * stride_, (kFirstChunk << place.chunk) - place.offset};
  }

 private:
  static constexpr std::size_t kFirstChunk = 1024;
  struct Chunk {
    std::unique_ptr<PassageId[]> ids;
    std::unique_ptr<float[]> scales;
    std::unique_ptr<std::int8_t[]> codes;
  };
  struct Place {
    std::size_t chunk, offset;
  };
  static Place place_of(std::size_t i) {
    const auto chunk = static_cast<std::size_t>(std::bit_width(i / kFirstChunk + 1)) - 1;
    // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): the width of what is above 0 is too
    return {chunk, i - kFirstChunk * ((std::size_t{1} << chunk) - 1)};
  }

  std::size_t dimension_, stride_;
  std::array<Chunk, 32> chunks_;
  std::atomic<std::size_t> size_{0};
  bool any_ = false;
  PassageId last_ = 0;
};

}  // namespace genkai::knowledge
