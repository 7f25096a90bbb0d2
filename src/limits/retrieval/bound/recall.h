#pragma once
// The recall ceiling: who answers from the first k passages alone is not right where none of them helps.
//
//   recall_ceiling(87, 100)->interval;                    // .788 to .929
//   recall_ceilings(ranks, {1, 5, 20})                    // from the rank of each question's first good
//   passage

#include <cstdint>
#include <span>
#include <vector>

#include "core/grounds.h"
#include "stats/intervals.h"

namespace genkai::limits::retrieval::bound {

/// Of a question: 1-based rank of the first passage that holds the answer; 0 where none was found.
using FirstRank = std::uint64_t;

struct RecallCeiling {
  std::uint64_t k = 0;  // 0 where only counts were given
  std::uint64_t hits = 0, n = 0;
  double value = 0;          // hits / n
  stats::Interval interval;  // exact (Clopper and Pearson 1934)
  double confidence = 0.95;
  core::Grounds grounds;
};

/// Errors: invalid_argument for n = 0, hits above n, or a confidence that is not inside (0, 1).
base::Result<RecallCeiling> recall_ceiling(std::uint64_t hits, std::uint64_t n, double confidence = 0.95);

/// One for each k, at least 1 each. The intervals hold one by one, not all at once.
base::Result<std::vector<RecallCeiling>> recall_ceilings(std::span<const FirstRank> ranks,
                                                         std::span<const std::uint64_t> ks,
                                                         double confidence = 0.95);

}  // namespace genkai::limits::retrieval::bound
