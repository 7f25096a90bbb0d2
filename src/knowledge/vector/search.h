#pragma once
// Searching one set of rows. All functions add to a TopK that several sets share.

#include <vector>

#include "knowledge/vector/query.h"
#include "knowledge/vector/segment.h"

namespace genkai::knowledge {

/// The k best by score, ties by lower id.
class TopK {
 public:
  explicit TopK(std::size_t k) : k_(k) {}
  /// Whether a hit with this score and id would be kept now.
  bool admits(float score, PassageId id) const {
    return heap_.size() < k_ || score > heap_.front().score ||
           (score == heap_.front().score && id < heap_.front().id);
  }
  /// A score that a hit must reach to be kept.
  float floor() const;
  void add(float score, PassageId id);
  /// Best first; empties it.
  std::vector<Scored> take();

 private:
  std::size_t k_;
  std::vector<Scored> heap_;  // the worst in front
};

void search_store(const RowStore& store, const Query& query, const Deleted& deleted, TopK& best);
void search_flat(const Segment& segment, const Query& query, const Deleted& deleted, TopK& best);
void search_lists(const Segment& segment, const Query& query, std::size_t k, const Deleted& deleted,
                  const VectorSearchOptions& options, TopK& best);

}  // namespace genkai::knowledge
