#pragma once
// The inner loops in plain C++, for machines without SIMD that Highway knows. Meanings as in kernels.h.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "model/native/kernels.h"

namespace genkai::model::native::kernels::plain {

inline void multiply(const Matrix& matrix, std::size_t first, std::size_t last, const Activations& x,
                     std::size_t tokens, float* out, std::size_t stride, bool add) {
  std::vector<float> row(matrix.columns);
  const bool quantised = matrix.type == WeightType::q8_0;
  for (std::size_t r = first; r < last; ++r) {
    decode_row(matrix, r, row.data());
    for (std::size_t t = 0; t < tokens; ++t) {
      float sum = 0;
      for (std::size_t i = 0; i < matrix.columns; ++i) {
        const std::size_t at = t * padded(matrix.columns) + i;
        sum += row[i] * (quantised ? x.scales[at / 4] * static_cast<float>(x.quants[at])
                                   : x.values[t * matrix.columns + i]);
      }
      float& to = out[t * stride + r];
      to = add ? to + sum : sum;
    }
  }
}

/// Rounded as llama.cpp stores the scales of activations, so that products agree; beyond its range as it is.
inline float as_half(float scale) {
  return scale < 65504.0F ? static_cast<float>(static_cast<_Float16>(scale)) : scale;
}

inline void quantise(const float* values, std::size_t columns, std::int8_t* quants, std::int32_t* offsets,
                     float* scales) {
  for (std::size_t i = 0; i < columns; i += kQuantum) {
    float largest = 0;
    bool finite = true;
    for (std::size_t j = i; j < i + kQuantum; ++j) {
      finite = finite && std::isfinite(values[j]);
      largest = std::max(largest, std::abs(values[j]));
    }
    const float inverse = finite && largest / 127.0F > 0 ? 127.0F / largest : 0.0F;
    for (std::size_t j = i; j < i + kQuantum; ++j)
      quants[j] =
          static_cast<std::int8_t>(finite && std::isfinite(inverse) ? std::lrint(values[j] * inverse) : 0);
    for (std::size_t j = i; j < i + kQuantum; j += 4) {
      offsets[j / 4] = -128 * (quants[j] + quants[j + 1] + quants[j + 2] + quants[j + 3]);
      scales[j / 4] = finite ? as_half(largest / 127.0F) : std::nanf("");
    }
  }
  const std::size_t whole = padded(columns);
  std::memset(quants + columns, 0, whole - columns);
  for (std::size_t i = columns / 4; i < whole / 4; ++i) offsets[i] = 0, scales[i] = 0;
}

inline float rms_norm(const float* x, const float* weight, std::size_t n, float epsilon, float* out) {
  float squares = 0;
  for (std::size_t i = 0; i < n; ++i) squares += x[i] * x[i];
  const float mean = squares / static_cast<float>(n), factor = 1.0F / std::sqrt(mean + epsilon);
  for (std::size_t i = 0; i < n; ++i) out[i] = x[i] * factor * weight[i];
  return mean;
}

inline void silu_multiply(float* gate, const float* up, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) gate[i] = gate[i] / (1.0F + std::exp(-gate[i])) * up[i];
}

inline void attend(const Query& query, const Block* blocks, std::size_t count, std::size_t offset,
                   std::size_t head_size, float* out) {
  constexpr std::size_t kTokens = 32;
  const std::size_t stride = value_stride(head_size);
  float most = -HUGE_VALF, total = 0;
  std::fill_n(out, head_size, 0.0F);
  for (const Block* block = blocks; block < blocks + count; ++block) {
    const float* keys = block->data + offset;
    for (std::size_t t = 0; t < kTokens && block->start + t <= query.position; ++t) {
      const std::size_t position = block->start + t;
      const bool sink = position < std::min(query.sinks, query.first);
      if (!sink && position < query.first) continue;
      const float* from = sink ? query.sink_query : query.query;
      float score = 0;
      for (std::size_t i = 0; i < head_size; ++i) score += from[i] * keys[i * kTokens + t];
      const float shrink = score > most ? std::exp(most - score) : 1.0F;
      most = std::max(most, score);
      const float weight = std::exp(score - most);
      total = total * shrink + weight;
      const float* value = keys + head_size * kTokens + t * stride;
      for (std::size_t i = 0; i < head_size; ++i) out[i] = out[i] * shrink + weight * value[i];
    }
  }
  for (std::size_t i = 0; i < head_size; ++i) out[i] /= total;
}

}  // namespace genkai::model::native::kernels::plain
