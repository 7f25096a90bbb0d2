#pragma once
// A query made ready: its terms found in every segment, weighed by the statistics of the whole index, and the
// memtable already scored, all at one moment.

#include <span>
#include <string_view>
#include <vector>

#include "knowledge/lexical/memtable.h"
#include "knowledge/lexical/scoring.h"
#include "knowledge/lexical/segment_reader.h"
#include "knowledge/lexical/top_k.h"

namespace genkai::knowledge::lexical {

using Segments = std::span<const std::shared_ptr<const LexicalSegment>>;

inline const SegmentReader& reader_of(const std::shared_ptr<const LexicalSegment>& segment) {
  return static_cast<const SegmentReader&>(*segment);
}

struct QueryPlan {
  /// Scores the memtable's passages into `top`.
  QueryPlan(Segments segments, Memtable::State* memtable, Bm25 parameters, std::span<const QueryTerm> query,
            const Deleted& deleted, TopK& top);

  struct Term {
    float weight = 0;                // weight * idf, in units
    std::vector<PostingList> lists;  // one a segment
  };
  std::vector<Term> terms;  // those that some passage holds
  Norm norm{{}, 0};
  float unit = 1;  // what a score of 1 is worth
};

}  // namespace genkai::knowledge::lexical
