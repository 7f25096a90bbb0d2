#pragma once
// Where each section begins and ends, in memory (8 bytes a section), so that a query widens passages without
// SQLite.

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <vector>

#include "knowledge/store/knowledge_base.h"

namespace genkai::knowledge {

/// Thread-safe. Sections are appended in the order of their ids and stay; deleted ones are the caller's to
/// leave out.
class SectionTable {
 public:
  using Range = KnowledgeView::SectionRange;

  void append(std::span<const Range> ranges) {
    const std::unique_lock lock(mutex_);
    ranges_.insert(ranges_.end(), ranges.begin(), ranges.end());
  }

  std::vector<Range> find(std::span<const core::PassageId> ids) const {
    std::vector<Range> found(ids.size());
    const std::shared_lock lock(mutex_);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      auto after = std::upper_bound(ranges_.begin(), ranges_.end(), ids[i],
                                    [](core::PassageId id, const Range& range) { return id < range.first; });
      if (after == ranges_.begin()) continue;
      const Range& range = *--after;
      if (ids[i] - range.first < range.size) found[i] = range;
    }
    return found;
  }

  /// The id after the last section, 1 when there is none.
  core::PassageId end() const {
    const std::shared_lock lock(mutex_);
    return ranges_.empty() ? 1 : ranges_.back().first + ranges_.back().size;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::vector<Range> ranges_;
};

}  // namespace genkai::knowledge
