#pragma once
// The shape of a llama decoder: RMSNorm, RoPE on interleaved pairs, SwiGLU, grouped-query attention, no
// biases.
//
//   Architecture shape{.vocabulary = 2048, .width = 128, .layers = 4, .heads = 4, .kv_heads = 2,
//                      .hidden = 384, .context = 512, .tied = true};
//   GENKAI_RETURN_IF_ERROR(check(shape));
//   shape.parameters();  // 1'049'728

#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace genkai::model::native {

using TokenId = std::int32_t;

struct Architecture {
  std::size_t vocabulary = 0;   // tokens; ids are 0 .. vocabulary - 1
  std::size_t width = 0;        // of the residual stream
  std::size_t layers = 0;       // blocks of attention and feed-forward
  std::size_t heads = 0;        // of queries; width / heads each
  std::size_t kv_heads = 0;     // of keys and values; each is shared by heads / kv_heads heads of queries
  std::size_t hidden = 0;       // of the feed-forward network
  std::size_t context = 0;      // tokens, the length trained on
  double rope_theta = 10000.0;  // the base of the rotations' wavelengths
  double norm_epsilon = 1e-5;   // added to the mean square
  bool tied = false;            // the output matrix is the embedding

  std::size_t head_size() const { return width / heads; }
  std::size_t kv_width() const { return kv_heads * head_size(); }
  /// Weights in all, a tied output counted once. REQUIRES: check(*this).
  std::uint64_t parameters() const;
  bool operator==(const Architecture&) const = default;
};

/// Whether this is a shape that the engine runs: everything positive, heads divide the width and are even in
/// size, kv_heads divide heads, and no size so large that products overflow. Else invalid_argument naming the
/// field.
base::Status check(const Architecture& architecture);

}  // namespace genkai::model::native
