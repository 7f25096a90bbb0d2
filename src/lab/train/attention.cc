#include "lab/train/attention.h"

#include <algorithm>
#include <cmath>

#include "lab/train/arena.h"
#include "lab/train/blas.h"
#include "lab/train/kernels.h"

namespace genkai::lab::train {
namespace {

constexpr std::size_t kBlock = 64;  // queries a block: 64 x 256 probabilities are 64 KiB

float slope_of(std::size_t head, const AttentionOptions& options) {
  if (!options.alibi) return 0;
  return static_cast<float>(
      std::exp2(-8.0 * static_cast<double>(head + 1) / static_cast<double>(options.heads)));
}

}  // namespace

float scale_at(std::size_t position, const AttentionOptions& options) {
  const double base = 1 / std::sqrt(static_cast<double>(options.size));
  if (options.log_n_base <= 0) return static_cast<float>(base);
  return static_cast<float>(base * std::log(static_cast<double>(position + 1)) /
                            std::log(options.log_n_base));
}

std::size_t probabilities_size(std::size_t count) {
  std::size_t total = 0;
  for (std::size_t begin = 0; begin < count; begin += kBlock) {
    const std::size_t rows = std::min(kBlock, count - begin);
    total += to_lines(rows * (begin + rows));
  }
  return total;
}

std::size_t attention_scratch(std::size_t last_position) {
  return kBlock * last_position;
}

void attend(const Queries& queries, const float* keys, const float* values, std::size_t kv_stride,
            const AttentionOptions& options, float* out, std::size_t out_stride, float* probabilities,
            float* scratch) {
  const std::size_t size = options.size, group = options.heads / options.kv_heads;
  for (std::size_t head = 0; head < options.heads; ++head) {
    const float* key = keys + head / group * size;
    const float* value = values + head / group * size;
    const float slope = slope_of(head, options);
    for (std::size_t begin = 0; begin < queries.count; begin += kBlock) {
      const std::size_t rows = std::min(kBlock, queries.count - begin);
      const std::size_t reach = queries.first + begin + rows;  // keys that the last row sees
      float* p = probabilities ? probabilities : scratch;
      product(rows, reach, size, {queries.data + begin * queries.stride + head * size, queries.stride},
              {key, kv_stride, true}, 0, p, reach);
      for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t position = queries.first + begin + r;
        kernels::softmax(p + r * reach, scale_at(position, options), slope, position + 1, reach);
      }
      product(rows, size, reach, {p, reach}, {value, kv_stride}, 0, out + begin * out_stride + head * size,
              out_stride);
      if (probabilities) probabilities += to_lines(rows * reach);
    }
  }
}

void attend_backward(const Queries& queries, const float* keys, const float* values, std::size_t kv_stride,
                     const AttentionOptions& options, const float* dout, std::size_t out_stride,
                     const float* probabilities, float* scratch, float* dq, float* dk, float* dv) {
  const std::size_t size = options.size, group = options.heads / options.kv_heads;
  for (std::size_t head = 0; head < options.heads; ++head) {
    const std::size_t kv = head / group * size, own = head * size;
    for (std::size_t begin = 0; begin < queries.count; begin += kBlock) {
      const std::size_t rows = std::min(kBlock, queries.count - begin), reach = begin + rows;
      const float* p = probabilities;
      const float* d = dout + begin * out_stride + own;
      product(reach, size, rows, {p, reach, true}, {d, out_stride}, 1, dv + kv, kv_stride);
      product(rows, reach, size, {d, out_stride}, {values + kv, kv_stride, true}, 0, scratch, reach);
      for (std::size_t r = 0; r < rows; ++r)
        kernels::softmax_backward(scratch + r * reach, p + r * reach, scale_at(begin + r, options),
                                  begin + r + 1, reach);
      product(rows, size, reach, {scratch, reach}, {keys + kv, kv_stride}, 1,
              dq + begin * queries.stride + own, queries.stride);
      product(reach, size, rows, {scratch, reach, true},
              {queries.data + begin * queries.stride + own, queries.stride}, 1, dk + kv, kv_stride);
      probabilities += to_lines(rows * reach);
    }
  }
}

}  // namespace genkai::lab::train
