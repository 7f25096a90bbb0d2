#pragma once
// What N tokens of context cost a decoder: operations and bytes, exactly by its shape.
//
//   const Shape llama{.layers = 32, .width = 4'096, .heads = 32, .kv_heads = 8, .hidden = 14'336};
//   const auto cost = context_cost(llama, 8'192);
//   cost->prefill, cost->cache_bytes                     // 1.31e14 FLOP, 1.07e9 bytes

#include <cstdint>

#include "core/grounds.h"

namespace genkai::limits::context::bound {

struct Shape {
  std::uint64_t layers = 32, width = 4'096, heads = 32, kv_heads = 32, hidden = 11'008, vocabulary = 32'000;
  std::uint64_t head_size = 0;  // 0: width / heads
  bool gated = true;            // three matrices of the feed-forward layer, else two
  bool tied = false;            // the output shares the embedding
  double weight_bytes = 2;      // of one parameter
  double cache_bytes = 2;       // of one number of the cache
};

struct ContextCost {
  double prefill = 0;            // FLOP of reading N tokens, the first of the output included
  double prefill_attention = 0;  // of it, those that grow with N squared
  double decode = 0;             // FLOP of one more token after N
  double decode_attention = 0;   // of it, those that grow with N
  double cache_bytes = 0;        // of the keys and values of N tokens
  double decode_bytes = 0;       // read for one more token: weights and cache
  double parameters = 0, weight_bytes = 0;
  double attention_is_half = 0;  // N from which attention is more than half of the prefill
  double cache_is_weights = 0;   // N at which the cache is as large as the weights
  core::Grounds grounds;
};

/// A multiplication with its addition is 2 FLOP; norms, rotations, softmax and embedding are left out (below
/// 1 % at usual widths). Errors: invalid_argument when a number is 0 or above 10^7 (tokens: 10^12), heads are
/// no multiple of kv_heads, or width none of heads without a head_size.
base::Result<ContextCost> context_cost(const Shape& shape, std::uint64_t tokens);

}  // namespace genkai::limits::context::bound
