#pragma once
// The inner loops of vector search, SIMD chosen at run time (Highway). `stride` is row_stride(dimension), a
// multiple of
// 64. All are thread-safe and read or write nothing but their arguments.

#include <cstddef>
#include <cstdint>

namespace genkai::knowledge::kernels {

/// Vectors in one block of 1-bit codes, which are scanned side by side.
inline constexpr std::size_t kBlock = 32;
/// Centroids in one group of the interleaved layout of `nearest`.
inline constexpr std::size_t kGroup = 32;
/// Vectors that `nearest` places at once.
inline constexpr std::size_t kBatch = 6;

/// out[i] = sum over the stride of query * codes, for `count` rows one after another.
/// REQUIRES: |query| at most 2^31 / (128 * stride) each, so that no sum overflows.
void dot_rows(const std::int16_t* query, const std::int8_t* codes, std::size_t stride, std::size_t count,
              std::int32_t* out);

/// The same for the rows `rows[0 .. count)` of a table of codes.
void dot_gather(const std::int16_t* query, const std::int8_t* codes, std::size_t stride,
                const std::uint32_t* rows, std::size_t count, std::int32_t* out);

/// Places each of `count` vectors at the centroid c with the greatest dot(v, c) * scale[c] - half[c] *
/// inverse[v]. vectors: [count rounded up to kBatch][stride] floats. centroids: [groups][stride][kGroup]
/// floats; scale and half: [groups * kGroup]. best: [count rounded up to kBatch]. Sums of integers below 2^24
/// are exact in any order, so int8 codes give the same answer on every machine up to dimension 1,024.
void nearest(const float* vectors, const float* inverse, std::size_t count, std::size_t stride,
             const float* centroids, const float* scale, const float* half, std::size_t groups,
             std::uint32_t* best);

/// What a scan of 1-bit codes needs of the query: for each 4 dimensions, 16 sums as bytes.
struct ScanTable {
  const std::uint8_t* table;  // [stride / 4][16], 64-byte aligned
  float step;                 // the sum of signs * query = step * (sum of table bytes) + bias
  float bias;
};

/// Estimates of `blocks` blocks that lie `block_bytes` apart: estimate = base + factor * (step * sum + bias).
/// A block is kBlock row numbers (uint32), kBlock factors (float), then stride / 4 times 16 bytes of codes.
/// estimates: [blocks][kBlock]. above[b]: bit i set when estimate i of block b is greater than `threshold`.
void scan_blocks(const ScanTable& query, const std::uint8_t* block, std::size_t block_bytes,
                 std::size_t stride, std::size_t blocks, float base, float threshold, float* estimates,
                 std::uint32_t* above);

}  // namespace genkai::knowledge::kernels
