#include <algorithm>

#include "knowledge/vector/memtable.h"
#include "knowledge/vector/segment.h"
#include "knowledge/vector/segment_writer.h"

namespace genkai::knowledge {
namespace {

constexpr std::size_t kFlatBelow = 200'000;

base::Status write_store(const RowStore& store, bool refused, const base::Path& path, std::size_t threads,
                         std::size_t flat_below) {
  if (refused)
    return base::fail(base::Code::invalid_argument, "vectors for " + path.string() + " must have dimension " +
                                                        std::to_string(store.dimension()) +
                                                        " and increasing ids");
  if (store.dimension() == 0 || store.dimension() > kMaxDimension)
    return base::fail(base::Code::unsupported,
                      "vectors may have 1 to " + std::to_string(kMaxDimension) + " dimensions");
  std::vector<Row> rows(store.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = store.row(i);
  return write_segment(rows, store.dimension(), path, threads, flat_below);
}

}  // namespace

struct VectorBuilder::State {
  explicit State(std::size_t dimension) : rows(dimension) {}
  RowStore rows;
  bool refused = false;
};

VectorBuilder::VectorBuilder(std::size_t dimension) : state_(std::make_unique<State>(dimension)) {}
VectorBuilder::~VectorBuilder() = default;
void VectorBuilder::add(PassageId id, const QuantisedVector& vector) {
  if (!state_->rows.append(id, vector)) state_->refused = true;
}
std::size_t VectorBuilder::size() const {
  return state_->rows.size();
}
base::Status VectorBuilder::write(const base::Path& path, std::size_t threads, std::size_t flat_below) const {
  return write_store(state_->rows, state_->refused, path, threads, flat_below);
}

VectorMemtable::VectorMemtable(std::size_t dimension) : state_(std::make_unique<State>(dimension)) {}
VectorMemtable::~VectorMemtable() = default;
void VectorMemtable::add(PassageId id, const QuantisedVector& vector) {
  if (!state_->rows.append(id, vector)) state_->refused = true;
}
std::size_t VectorMemtable::size() const {
  return state_->rows.size();
}
base::Status VectorMemtable::write(const base::Path& path) const {
  return write_store(state_->rows, state_->refused, path, 1, kFlatBelow);
}

base::Status merge_segments(std::span<const std::shared_ptr<const VectorSegment>> segments,
                            const Deleted& deleted, const base::Path& path, std::size_t threads,
                            std::size_t flat_below) {
  if (segments.empty()) return base::fail(base::Code::invalid_argument, "no vector segments to merge");
  const std::size_t dimension = segments.front()->dimension();
  std::vector<Row> rows;
  for (const auto& opened : segments) {
    if (opened->dimension() != dimension)
      return base::fail(base::Code::invalid_argument,
                        "vector segments of different dimensions cannot be merged");
    const auto& segment = static_cast<const Segment&>(*opened);
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const Row row = segment.row(i);
      if (!deleted || !deleted(row.id)) rows.push_back(row);
    }
  }
  const auto by_id = [](const Row& a, const Row& b) { return a.id < b.id; };
  if (!std::is_sorted(rows.begin(), rows.end(), by_id)) std::stable_sort(rows.begin(), rows.end(), by_id);
  // An id in two segments: the later segment's vector is the newer one.
  const auto newer =
      std::unique(rows.rbegin(), rows.rend(), [](const Row& a, const Row& b) { return a.id == b.id; });
  rows.erase(rows.begin(), newer.base());
  return write_segment(rows, dimension, path, threads, flat_below);
}

}  // namespace genkai::knowledge
