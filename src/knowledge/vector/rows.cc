#include "knowledge/vector/rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "knowledge/vector/rotation.h"

namespace genkai::knowledge {

// Least squares: of all scales for these codes, <values, codes> / <codes, codes> leaves the smallest error.
// It makes the vector's length right on average, which ranks near-duplicates as the float vectors would.
QuantisedVector quantise_rotated(std::span<const float> values) {
  QuantisedVector result;
  result.codes.assign(values.size(), 0);
  float largest = 0;
  for (const float x : values) {
    if (!std::isfinite(x)) return result;
    largest = std::max(largest, std::abs(x));
  }
  const float step = largest / 127.0F;
  if (!(step > 0) || !std::isfinite(1.0F / step)) return result;
  double cross = 0, squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const long code = std::clamp(std::lround(values[i] / step), -127L, 127L);
    result.codes[i] = static_cast<std::int8_t>(code);
    cross += double{values[i]} * static_cast<double>(code);
    squares += static_cast<double>(code * code);
  }
  result.scale = static_cast<float>(cross / squares);
  return result;
}

QuantisedVector quantise(std::span<const float> vector) {
  return quantise_rotated(rotated(vector));
}

bool RowStore::append(PassageId id, const QuantisedVector& vector) {
  if (vector.codes.size() != dimension_ || (any_ && id <= last_)) return false;
  any_ = true;
  last_ = id;
  if (!(vector.scale > 0 && vector.scale <= kMaxScale)) return true;
  if (std::all_of(vector.codes.begin(), vector.codes.end(), [](std::int8_t code) { return code == 0; }))
    return true;

  const std::size_t i = size_.load(std::memory_order_relaxed);
  const Place place = place_of(i);
  Chunk& chunk = chunks_[place.chunk];
  if (!chunk.ids) {
    const std::size_t capacity = kFirstChunk << place.chunk;
    chunk.ids = std::make_unique_for_overwrite<PassageId[]>(capacity);
    chunk.scales = std::make_unique_for_overwrite<float[]>(capacity);
    chunk.codes = std::make_unique_for_overwrite<std::int8_t[]>(capacity * stride_);
  }
  chunk.ids[place.offset] = id;
  chunk.scales[place.offset] = vector.scale;
  std::int8_t* const codes = chunk.codes.get() + place.offset * stride_;
  std::memcpy(codes, vector.codes.data(), dimension_);
  std::memset(codes + dimension_, 0, stride_ - dimension_);
  size_.store(i + 1, std::memory_order_release);
  return true;
}

}  // namespace genkai::knowledge
