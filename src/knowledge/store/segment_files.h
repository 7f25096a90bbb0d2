#pragma once
// Segment files of a knowledge base: named by number, checked against the manifest when opened.

#include <memory>
#include <vector>

#include "knowledge/lexical/lexical.h"
#include "knowledge/store/meta.h"
#include "knowledge/vector/vector_index.h"

namespace genkai::knowledge {

/// A row of the manifest with its open file; `file` is null for a row without passages.
template <class Segment>
struct OpenSegment {
  SegmentRow row;
  std::shared_ptr<const Segment> file;
};
using LexicalSegments = std::vector<OpenSegment<LexicalSegment>>;
using VectorSegments = std::vector<OpenSegment<VectorSegment>>;

class SegmentFiles {
 public:
  explicit SegmentFiles(base::Path folder) : folder_(std::move(folder)) {}

  base::Path path(IndexKind kind, std::uint64_t number) const;
  base::Path path(const SegmentRow& row) const { return path(row.kind, row.number); }
  /// Fills in size and checksum of a file just written.
  base::Status seal(SegmentRow& row) const;
  /// Damage and foreign files are `corrupt`, a missing one is `not_found`.
  base::Result<OpenSegment<LexicalSegment>> open_lexical(const SegmentRow& row) const;
  base::Result<OpenSegment<VectorSegment>> open_vector(const SegmentRow& row) const;
  base::Status verify(const SegmentRow& row) const;
  void remove(const SegmentRow& row) const;
  /// Removes every file that none of `rows` names: left over from a process that was killed.
  void remove_orphans(const std::vector<SegmentRow>& rows) const;

 private:
  base::Path folder_;
};

/// Segments of `rows` (adjacent, in order) that are worth merging now: [begin, end), empty when none are.
/// Keeps their number near ten and the cost of all merges at O(n log n); a segment more than half deleted is
/// merged by itself. `deleted[i]` of the passages of rows[i] are deleted.
struct MergeRange {
  std::size_t begin = 0, end = 0;
  bool empty() const { return begin == end; }
};
MergeRange choose_merge(const std::vector<SegmentRow>& rows, const std::vector<std::uint64_t>& deleted);

}  // namespace genkai::knowledge
