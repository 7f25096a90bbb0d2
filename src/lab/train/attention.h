#pragma once
// Causal attention of one head group over one segment, forward and backward, as matrix products over blocks
// of queries: the part above the diagonal is left out block by block. Probabilities are kept for the backward
// pass.
//
//   AttentionOptions options{.heads = 4, .kv_heads = 2, .size = 32};
//   attend(queries, keys, options, out, probabilities);
//
// score(i, j) = factor(i) * q_i k_j / sqrt(size) - slope(head) * (i - j) over positions i >= j.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace genkai::lab::train {

/// Where each sample begins among the rows of a batch; the last entry is the number of rows.
using Segments = std::vector<std::size_t>;

struct AttentionOptions {
  std::size_t heads = 1,
              kv_heads = 1;  // heads is a multiple of kv_heads: query head h reads h / (heads / kv_heads)
  std::size_t size = 0;      // of a head
  bool alibi = false;        // slopes 2^(-8 (h + 1) / heads) (Press et al., "Train Short, Test Long", 2022)
  /// > 0: factor(i) = ln(i + 1) / ln(log_n_base), else 1: attention stays as sharp when there are more keys
  /// (Chiang and Cholak, "Overcoming a Theoretical Limitation of Self-Attention", 2022). Training uses the
  /// trained length as base.
  double log_n_base = 0;
};

/// Rows of queries, of consecutive positions from `first`.
struct Queries {
  const float* data;
  std::size_t stride, count, first;
};
/// Keys and values of the positions 0, 1, ..., at least to the last query's.
struct KeptKeys {
  const float* keys;
  const float* values;
  std::size_t stride;
  std::size_t count;  // of positions; the last of them are the new queries' own
  std::size_t fresh;  // how many of them are the new queries' own
};

/// What scores of the query at `position` are multiplied by: factor(position) / sqrt(size).
float scale_at(std::size_t position, const AttentionOptions& options);
/// Floats of probabilities that one head keeps for `count` queries of a sample from its beginning.
std::size_t probabilities_size(std::size_t count);
/// Floats of scratch for `attend` without kept probabilities.
std::size_t attention_scratch(std::size_t last_position);

/// out: rows of `heads * size` floats at `out_stride`. probabilities: heads * probabilities_size(count)
/// floats, or null with `scratch` of attention_scratch(positions) floats.
void attend(const Queries& queries, const float* keys, const float* values, std::size_t kv_stride,
            const AttentionOptions& options, float* out, std::size_t out_stride, float* probabilities,
            float* scratch);
/// Adds to dq, dk, dv (strides as of q, k, v). scratch: attention_scratch(count) floats. Queries start at
/// position 0.
void attend_backward(const Queries& queries, const float* keys, const float* values, std::size_t kv_stride,
                     const AttentionOptions& options, const float* dout, std::size_t out_stride,
                     const float* probabilities, float* scratch, float* dq, float* dk, float* dv);

}  // namespace genkai::lab::train
