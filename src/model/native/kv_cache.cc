#include "model/native/kv_cache.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "model/native/kernels.h"

namespace genkai::model::native {

KvCache::KvCache(const Architecture& a, Rolling rolling)
    : layers_(a.layers),
      kv_heads_(a.kv_heads),
      head_size_(a.head_size()),
      head_floats_(kBlock * (head_size_ + kernels::value_stride(head_size_))),
      block_floats_(layers_ * kv_heads_ * head_floats_),
      rolling_(rolling) {
  if (rolling_.window > 0) sink_blocks_ = (rolling_.sinks + kBlock - 1) / kBlock;
}

void KvCache::truncate(std::size_t length) {
  length_ = std::min(length, length_);
  blocks_.resize((length_ + kBlock - 1) / kBlock);
}

void KvCache::reserve(std::size_t count) {
  if (count == 0) return;
  const std::size_t last = (length_ + count - 1) / kBlock;
  for (std::size_t block = length_ / kBlock; block <= last; ++block) {
    const std::size_t i = index(block);
    if (i == blocks_.size()) {
      blocks_.push_back(
          std::make_shared<float[]>(block_floats_));  // zero: unwritten values are multiplied by 0
    } else if (blocks_[i].use_count() > 1) {
      auto own = std::make_shared<float[]>(block_floats_);
      std::memcpy(own.get(), blocks_[i].get(), block_bytes());
      blocks_[i] = std::move(own);
    } else {
      // The last fork that let go of the block may have read it in another thread.
      std::atomic_thread_fence(std::memory_order_acquire);
    }
  }
}

void KvCache::advance(std::size_t count) {
  length_ += count;
  if (rolling_.window == 0 || length_ <= rolling_.window) return;
  // The next token's window reaches back to length_ + 1 - window.
  const std::size_t keep = (length_ + 1 - rolling_.window) / kBlock;
  if (keep <= sink_blocks_ + dropped_) return;
  const std::size_t drop = keep - sink_blocks_ - dropped_;
  const auto first = blocks_.begin() + static_cast<std::ptrdiff_t>(sink_blocks_);
  blocks_.erase(first, first + static_cast<std::ptrdiff_t>(drop));
  dropped_ += drop;
}

bool KvCache::fits(const Architecture& a) const {
  return layers_ == a.layers && kv_heads_ == a.kv_heads && head_size_ == a.head_size();
}

std::vector<std::size_t> KvCache::starts() const {
  std::vector<std::size_t> starts(blocks_.size());
  for (std::size_t i = 0; i < starts.size(); ++i) starts[i] = (i < sink_blocks_ ? i : i + dropped_) * kBlock;
  return starts;
}

KvCache::View KvCache::view(std::size_t position) const {
  const std::size_t held = rolling_.sinks + rolling_.window;
  if (rolling_.window == 0 || position + 1 <= held) return {0, 0, 0};
  return {rolling_.sinks, position + 1 - rolling_.window, position + 1 - held};
}

}  // namespace genkai::model::native
