#pragma once
// The inner loops of the engine, SIMD chosen at run time (Highway). All are thread-safe and touch nothing but
// their arguments. Every output is summed in one order, whatever other rows and tokens are computed beside
// it.

#include <cstddef>
#include <cstdint>

#include "model/native/weights.h"

namespace genkai::model::native::kernels {

/// Values in a block of q8_0.
inline constexpr std::size_t kQuantum = 32;

/// Activations of some tokens. Products with q8_0 use the quantised form: per block of 32 a scale d = max |x|
/// / 127, rounded to F16, and 32 int8; scales stand 8 times and `offsets` holds -128 * (sum of 4 neighbouring
/// int8), both in the layout of SIMD lanes. Sizes per token: values [columns]; the others are padded to even
/// numbers of blocks with zeros.
struct Activations {
  const float* values = nullptr;          // [tokens][columns]
  const std::int8_t* quants = nullptr;    // [tokens][padded]
  const std::int32_t* offsets = nullptr;  // [tokens][padded / 4]
  const float* scales = nullptr;          // [tokens][padded / 4]
};

/// `columns` rounded up to a multiple of 64.
constexpr std::size_t padded(std::size_t columns) {
  return (columns + 63) / 64 * 64;
}

/// Quantises one token. A block with a value that is not finite gets the scale NaN, so that it is noticed.
/// REQUIRES: columns is a multiple of 32.
void quantise(const float* values, std::size_t columns, std::int8_t* quants, std::int32_t* offsets,
              float* scales);

/// out[t * stride + r] = dot(row r of matrix, token t), or += where `add`, for r in [first, last), t in [0,
/// tokens).
void multiply(const Matrix& matrix, std::size_t first, std::size_t last, const Activations& x,
              std::size_t tokens, float* out, std::size_t stride, bool add);

/// out = x / sqrt(mean(x^2) + epsilon) * weight; returns mean(x^2).
float rms_norm(const float* x, const float* weight, std::size_t n, float epsilon, float* out);

/// gate[i] = gate[i] / (1 + exp(-gate[i])) * up[i]
void silu_multiply(float* gate, const float* up, std::size_t n);

/// Keys and values of 32 tokens, of which the first is at `start`.
struct Block {
  const float* data = nullptr;
  std::size_t start = 0;
};

/// What one query sees (KvCache::View): positions [0, sinks) through `sink_query`, [first, position] through
/// `query`. `query` is rotated, and scaled by 1 / sqrt(head_size).
struct Query {
  const float* query = nullptr;
  const float* sink_query = nullptr;
  std::size_t sinks = 0, first = 0, position = 0;
};

/// Floats for one value vector in a block: head_size rounded up to a multiple of 16.
constexpr std::size_t value_stride(std::size_t head_size) {
  return (head_size + 15) / 16 * 16;
}

/// out[head_size] = softmax(query . keys) . values with an online softmax (Milakov and Gimelshein 2018).
/// At blocks[i].data + offset lie keys [head_size][32], then values [32][value_stride(head_size)].
/// REQUIRES: head_size <= 1024.
void attend(const Query& query, const Block* blocks, std::size_t count, std::size_t offset,
            std::size_t head_size, float* out);

}  // namespace genkai::model::native::kernels
