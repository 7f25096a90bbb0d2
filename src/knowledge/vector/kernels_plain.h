#pragma once
// kernels.h in plain loops: what runs where there is no SIMD, and what the tests hold the SIMD versions
// against.

#include <cstring>

#include "knowledge/vector/kernels.h"

namespace genkai::knowledge::kernels::plain {

inline void dot_rows(const std::int16_t* query, const std::int8_t* codes, std::size_t stride,
                     std::size_t count, std::int32_t* out) {
  for (std::size_t r = 0; r < count; ++r, codes += stride) {
    out[r] = 0;
    for (std::size_t i = 0; i < stride; ++i) out[r] += std::int32_t{query[i]} * codes[i];
  }
}

inline void dot_gather(const std::int16_t* query, const std::int8_t* codes, std::size_t stride,
                       const std::uint32_t* rows, std::size_t count, std::int32_t* out) {
  for (std::size_t r = 0; r < count; ++r)
    dot_rows(query, codes + std::size_t{rows[r]} * stride, stride, 1, out + r);
}

inline void nearest(const float* vectors, const float* inverse, std::size_t count, std::size_t stride,
                    const float* centroids, const float* scale, const float* half, std::size_t groups,
                    std::uint32_t* best) {
  for (std::size_t v = 0; v < count; ++v) {
    float top = -3.0e38F;
    best[v] = 0;
    for (std::size_t c = 0; c < groups * kGroup; ++c) {
      const float* column = centroids + c / kGroup * stride * kGroup + c % kGroup;
      float dot = 0;
      for (std::size_t i = 0; i < stride; ++i) dot += vectors[v * stride + i] * column[i * kGroup];
      const float score = dot * scale[c] - half[c] * inverse[v];
      if (score <= top) continue;
      top = score;
      best[v] = static_cast<std::uint32_t>(c);
    }
  }
}

inline void scan_blocks(const ScanTable& query, const std::uint8_t* block, std::size_t block_bytes,
                        std::size_t stride, std::size_t blocks, float base, float threshold, float* estimates,
                        std::uint32_t* above) {
  for (std::size_t b = 0; b < blocks; ++b, block += block_bytes) {
    above[b] = 0;
    for (std::size_t j = 0; j < kBlock; ++j) {
      unsigned sum = 0;
      for (std::size_t group = 0; group < stride / 4; ++group) {
        const unsigned code = block[8 * kBlock + group * 16 + j % 16];
        sum += query.table[group * 16 + (j < 16 ? code & 15U : code >> 4)];
      }
      float factor = 0;
      std::memcpy(&factor, block + 4 * (kBlock + j), sizeof factor);
      const float estimate = base + factor * (query.step * static_cast<float>(sum) + query.bias);
      estimates[b * kBlock + j] = estimate;
      if (estimate > threshold) above[b] |= std::uint32_t{1} << j;
    }
  }
}

}  // namespace genkai::knowledge::kernels::plain
