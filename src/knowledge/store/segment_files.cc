#include "knowledge/store/segment_files.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "base/hash.h"

namespace genkai::knowledge {

using base::Code;
using base::Result;
using base::Status;

base::Path SegmentFiles::path(IndexKind kind, std::uint64_t number) const {
  char name[48];
  std::snprintf(name, sizeof name, "%s-%08llu.seg", kind == IndexKind::lexical ? "lexical" : "vector",
                static_cast<unsigned long long>(number));
  return folder_ / name;
}

Status SegmentFiles::seal(SegmentRow& row) const {
  GENKAI_ASSIGN_OR_RETURN(const auto file, base::MappedFile::open(path(row)));
  row.bytes = file->bytes().size();
  row.checksum = base::hash64(file->bytes());
  return {};
}

Status SegmentFiles::verify(const SegmentRow& row) const {
  if (row.passages == 0) return {};
  GENKAI_ASSIGN_OR_RETURN(const auto file, base::MappedFile::open(path(row)));
  if (file->bytes().size() != row.bytes || base::hash64(file->bytes()) != row.checksum)
    return base::fail(Code::corrupt,
                      path(row).string() + " is not what the manifest says (" +
                          std::to_string(file->bytes().size()) + " of " + std::to_string(row.bytes) +
                          " bytes, or another checksum)",
                      "it is written anew by itself the next time the knowledge base is opened for writing");
  return {};
}

Result<OpenSegment<LexicalSegment>> SegmentFiles::open_lexical(const SegmentRow& row) const {
  OpenSegment<LexicalSegment> segment{row, nullptr};
  if (row.passages == 0) return segment;
  GENKAI_RETURN_IF_ERROR(verify(row));
  GENKAI_ASSIGN_OR_RETURN(segment.file, LexicalSegment::open(path(row), false));
  return segment;
}

Result<OpenSegment<VectorSegment>> SegmentFiles::open_vector(const SegmentRow& row) const {
  OpenSegment<VectorSegment> segment{row, nullptr};
  if (row.passages == 0) return segment;
  GENKAI_RETURN_IF_ERROR(verify(row));
  GENKAI_ASSIGN_OR_RETURN(segment.file, VectorSegment::open(path(row), false));
  return segment;
}

void SegmentFiles::remove(const SegmentRow& row) const {
  std::error_code ignored;
  if (row.passages > 0) std::filesystem::remove(path(row), ignored);
}

void SegmentFiles::remove_orphans(const std::vector<SegmentRow>& rows) const {
  std::set<base::Path> known;
  for (const SegmentRow& row : rows) known.insert(path(row));
  std::error_code ignored;
  std::vector<base::Path> orphans;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored))
    if (!known.contains(entry.path())) orphans.push_back(entry.path());
  for (const base::Path& orphan : orphans) std::filesystem::remove(orphan, ignored);
}

MergeRange choose_merge(const std::vector<SegmentRow>& rows, const std::vector<std::uint64_t>& deleted) {
  constexpr std::size_t kWindow = 4, kMost = 10;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (deleted[i] > 0 && deleted[i] * 2 > rows[i].passages) return {i, i + 1};
  const auto size = [&](std::size_t i) {
    return 1 + rows[i].passages - std::min(rows[i].passages, deleted[i]);
  };
  MergeRange best, smallest;
  std::uint64_t best_sum = 0, smallest_sum = 0;
  for (std::size_t begin = 0; begin + kWindow <= rows.size(); ++begin) {
    std::uint64_t sum = 0, largest = 0;
    for (std::size_t i = begin; i < begin + kWindow; ++i) {
      sum += size(i);
      largest = std::max(largest, size(i));
    }
    if (smallest.empty() || sum < smallest_sum) {
      smallest = {begin, begin + kWindow};
      smallest_sum = sum;
    }
    // Similar sizes: the largest is at most the others together.
    if (largest <= sum - largest && (best.empty() || sum < best_sum)) {
      best = {begin, begin + kWindow};
      best_sum = sum;
    }
  }
  if (best.empty() && rows.size() > kMost) return smallest;
  return best;
}

}  // namespace genkai::knowledge
