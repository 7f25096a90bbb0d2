#pragma once
// The keys and values that a sequence has left behind, in blocks that forks share until one of them writes.
//
//   KvCache prompt(architecture);
//   engine.forward({{&prompt, tokens}}, output);
//   std::vector<KvCache> samples;
//   for (int i = 0; i < n; ++i) samples.push_back(prompt.fork());  // n answers to one prompt, stored once

#include <cstddef>
#include <memory>
#include <vector>

#include "model/native/architecture.h"

namespace genkai::model::native {

/// Attention sinks with a rolling cache (Xiao et al. 2024, "Efficient streaming language models with
/// attention sinks"): the first `sinks` and the last `window` tokens stay, and distances are those inside the
/// cache. window 0 keeps all.
struct Rolling {
  std::size_t sinks = 0, window = 0;
};

/// One sequence. Movable, and copied by fork() only. Not thread-safe; forks may be used by different threads.
class KvCache {
 public:
  /// Tokens in one block.
  static constexpr std::size_t kBlock = 32;

  /// REQUIRES: check(architecture).
  explicit KvCache(const Architecture& architecture, Rolling rolling = {});
  KvCache(KvCache&&) noexcept = default;
  KvCache& operator=(KvCache&&) noexcept = default;

  /// The same sequence again. Costs a pointer for each block of 32 tokens; the first write to a shared block
  /// copies that block.
  KvCache fork() const { return KvCache(*this); }

  /// Tokens seen so far, also those that a rolling cache has dropped; the position of the next token.
  std::size_t length() const { return length_; }
  /// Forgets the tokens from position `length` on. REQUIRES: length <= length(), and no rolling cache.
  void truncate(std::size_t length);

  /// Whether this was made for `architecture`.
  bool fits(const Architecture& architecture) const;
  const Rolling& rolling() const { return rolling_; }
  /// Bytes of one block, and of all blocks held (shared ones in full).
  std::size_t block_bytes() const { return block_floats_ * sizeof(float); }
  std::size_t bytes() const { return blocks_.size() * block_bytes(); }

  // What the engine uses. Of head h of layer l in a block: keys [head_size][kBlock] (transposed, so that 32
  // scores are computed side by side), then values [kBlock][value_stride(head_size)] (kernels.h).

  /// Makes room for `count` more tokens and makes the blocks written by them this sequence's own.
  void reserve(std::size_t count);
  /// Counts `count` tokens as written, and drops blocks that have left the window.
  void advance(std::size_t count);
  /// Where the keys of a layer's head lie in every block, in floats; the values follow.
  std::size_t offset(std::size_t layer, std::size_t kv_head) const {
    return (layer * kv_heads_ + kv_head) * head_floats_;
  }
  /// The block that holds `position`. REQUIRES: it has been reserved and not dropped.
  float* block(std::size_t position) { return blocks_[index(position / kBlock)].get(); }
  /// Position of the first token of each block held, in order.
  std::vector<std::size_t> starts() const;

  /// What the token at `position` sees: [0, sinks) and [first, position], with the distance to sinks
  /// shortened by `shift`.
  struct View {
    std::size_t sinks, first, shift;
  };
  View view(std::size_t position) const;

 private:
  KvCache(const KvCache&) = default;
  std::size_t index(std::size_t block) const { return block < sink_blocks_ ? block : block - dropped_; }
  std::size_t layers_, kv_heads_, head_size_, head_floats_, block_floats_;
  Rolling rolling_;
  std::size_t sink_blocks_ = 0, dropped_ = 0, length_ = 0;
  std::vector<std::shared_ptr<float[]>> blocks_;
};

}  // namespace genkai::model::native
