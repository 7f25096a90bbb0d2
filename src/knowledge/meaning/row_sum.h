#pragma once
// The inner loop of the static embedder: adding up int8 rows, each times its scale, by SIMD chosen at run
// time.

#include <cstddef>
#include <cstdint>
#include <span>

namespace genkai::knowledge {

struct ScaledRow {
  const std::int8_t* values = nullptr;
  float scale = 0;
};

/// out[i] = sum over rows of scale * values[i], then divided by its length; all zeros when the length is 0 or
/// the rows are none. Every row has `dimension` values.
void sum_to_unit(std::span<const ScaledRow> rows, std::size_t dimension, float* out);

}  // namespace genkai::knowledge
