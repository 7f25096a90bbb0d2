#pragma once
// Block-max MaxScore over one segment (Turtle and Flood 1995; Ding and Suel 2011), window by window: where
// the bounds of the blocks that overlap a window sum to less than what the top k needs, the window is
// skipped; else terms that cannot lift a passage into the top k by themselves are only looked up for the
// passages that the other terms found.

#include "knowledge/lexical/query_plan.h"

namespace genkai::knowledge::lexical {

/// Adds to `top` what segment `index` of the plan holds, equal to scoring every posting.
void search_segment(const SegmentReader& segment, std::size_t index, const QueryPlan& plan,
                    const Deleted& deleted, TopK& top);

}  // namespace genkai::knowledge::lexical
