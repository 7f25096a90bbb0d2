#pragma once
// The set of deleted passages: bits that are set once and never cleared. One writer at a time, any number of
// readers without a lock.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "core/passage.h"

namespace genkai::knowledge {

class DeletedSet {
 public:
  DeletedSet() = default;
  DeletedSet(const DeletedSet&) = delete;
  DeletedSet& operator=(const DeletedSet&) = delete;
  ~DeletedSet() {
    for (auto& chunk : chunks_) delete chunk.load(std::memory_order_relaxed);
  }

  bool contains(core::PassageId id) const {
    const Chunk* chunk = chunks_[id >> kChunkBits].load(std::memory_order_acquire);
    if (chunk == nullptr) return false;
    const std::uint32_t bit = id & (kChunkSize - 1);
    return ((*chunk)[bit >> 6].load(std::memory_order_relaxed) >> (bit & 63) & 1) != 0;
  }

  /// Adds [first, first + count).
  void add(core::PassageId first, std::uint64_t count) {
    for (std::uint64_t id = first; id < first + count; ++id) {
      auto& slot = chunks_[id >> kChunkBits];
      Chunk* chunk = slot.load(std::memory_order_relaxed);
      if (chunk == nullptr) {
        chunk = new Chunk{};
        slot.store(chunk, std::memory_order_release);
      }
      const std::uint32_t bit = static_cast<std::uint32_t>(id) & (kChunkSize - 1);
      const std::uint64_t before = (*chunk)[bit >> 6].fetch_or(std::uint64_t{1} << (bit & 63));
      if ((before >> (bit & 63) & 1) == 0) ++size_;
    }
  }

  std::uint64_t size() const { return size_; }

  /// How many of [first, last] it holds.
  std::uint64_t count(core::PassageId first, core::PassageId last) const {
    std::uint64_t total = 0;
    for (std::uint64_t id = first; id <= last; ++id) {
      if (chunks_[id >> kChunkBits].load(std::memory_order_acquire) == nullptr) {
        id |= kChunkSize - 1;
        continue;
      }
      total += contains(static_cast<core::PassageId>(id)) ? 1 : 0;
    }
    return total;
  }

 private:
  static constexpr int kChunkBits = 20;
  static constexpr std::uint32_t kChunkSize = 1U << kChunkBits;
  using Chunk = std::array<std::atomic<std::uint64_t>, kChunkSize / 64>;
  std::array<std::atomic<Chunk*>, (std::uint64_t{1} << 32) / kChunkSize> chunks_{};
  std::atomic<std::uint64_t> size_ = 0;
};

}  // namespace genkai::knowledge
