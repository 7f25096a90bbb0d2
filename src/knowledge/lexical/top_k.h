#pragma once
// The k best passages seen so far, ties by lower id.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/scored.h"

namespace genkai::knowledge::lexical {

class TopK {
 public:
  explicit TopK(std::size_t k) : k_(k) {}

  /// The least score with which a passage of this id or a higher one could still enter; at least 1.
  std::uint32_t needed(core::PassageId id) const {
    if (heap_.size() < k_) return 1;
    const Entry& worst = heap_.front();
    return worst.score + (worst.id < id ? 1 : 0);
  }
  /// REQUIRES: score >= needed(id).
  void push(core::PassageId id, std::uint32_t score) {
    if (heap_.size() == k_) {
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
    }
    heap_.push_back({score, id});
    std::push_heap(heap_.begin(), heap_.end());
  }
  /// Best first; scores times `unit`.
  std::vector<core::Scored> take(float unit) {
    std::sort_heap(heap_.begin(), heap_.end());
    std::vector<core::Scored> result;
    result.reserve(heap_.size());
    for (const Entry& entry : heap_) result.push_back({entry.id, static_cast<float>(entry.score) * unit});
    heap_.clear();
    return result;
  }

 private:
  struct Entry {
    std::uint32_t score;
    core::PassageId id;
    // The worst entry is the greatest, so that it stands at the front of the heap.
    bool operator<(const Entry& other) const {
      return score != other.score ? score > other.score : id < other.id;
    }
  };
  std::size_t k_;
  std::vector<Entry> heap_;
};

}  // namespace genkai::knowledge::lexical
