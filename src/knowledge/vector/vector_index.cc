#include "knowledge/vector/vector_index.h"

#include <algorithm>

#include "knowledge/vector/memtable.h"
#include "knowledge/vector/search.h"

namespace genkai::knowledge {
namespace {

/// Adds the similarities of the ids that `store` holds. Both are in increasing order.
void similarities_in_store(const RowStore& store, const Query& query, std::span<const PassageId> ids,
                           std::vector<float>& out) {
  const std::size_t count = store.size();
  std::size_t low = 0;
  for (std::size_t i = 0; i < ids.size() && low < count; ++i) {
    std::size_t high = count;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (store.row(middle).id < ids[i])
        low = middle + 1;
      else
        high = middle;
    }
    if (low == count) return;
    const Row row = store.row(low);
    if (row.id != ids[i]) continue;
    std::int32_t dot = 0;
    kernels::dot_rows(query.codes(), row.codes, store.stride(), 1, &dot);
    out[i] = query.score(dot, row.scale);
  }
}

void similarities_in_segment(const Segment& segment, const Query& query, std::span<const PassageId> ids,
                             std::vector<float>& out) {
  std::vector<std::uint32_t> rows, places;
  std::size_t from = 0;
  for (std::size_t i = 0; i < ids.size() && from < segment.size(); ++i) {
    from = segment.lower_bound(ids[i], from);
    if (from == segment.size() || segment.ids()[from] != ids[i]) continue;
    rows.push_back(static_cast<std::uint32_t>(from));
    places.push_back(static_cast<std::uint32_t>(i));
  }
  std::vector<std::int32_t> dots(rows.size());
  kernels::dot_gather(query.codes(), segment.codes(), segment.stride(), rows.data(), rows.size(),
                      dots.data());
  for (std::size_t i = 0; i < rows.size(); ++i)
    out[places[i]] = query.score(dots[i], segment.scales()[rows[i]]);
}

}  // namespace

VectorIndex::VectorIndex(std::vector<std::shared_ptr<const VectorSegment>> segments,
                         std::shared_ptr<const VectorMemtable> memtable)
    : segments_(std::move(segments)), memtable_(std::move(memtable)) {}
VectorIndex::~VectorIndex() = default;

std::vector<Scored> VectorIndex::search(std::span<const float> query, std::size_t k, const Deleted& deleted,
                                        const VectorSearchOptions& options) const {
  const Query prepared(query);
  if (!prepared.usable() || k == 0) return {};
  TopK best(k);
  if (memtable_ && memtable_->state_->rows.dimension() == query.size())
    search_store(memtable_->state_->rows, prepared, deleted, best);
  for (const auto& opened : segments_) {
    if (opened->dimension() != query.size()) continue;
    const auto& segment = static_cast<const Segment&>(*opened);
    if (segment.lists() == 0)
      search_flat(segment, prepared, deleted, best);
    else
      search_lists(segment, prepared, k, deleted, options, best);
  }
  return best.take();
}

std::vector<float> VectorIndex::similarities(std::span<const float> query,
                                             std::span<const PassageId> ids) const {
  std::vector<float> result(ids.size(), 0.0F);
  const Query prepared(query);
  if (!prepared.usable()) return result;
  for (const auto& opened : segments_)
    if (opened->dimension() == query.size())
      similarities_in_segment(static_cast<const Segment&>(*opened), prepared, ids, result);
  if (memtable_ && memtable_->state_->rows.dimension() == query.size())
    similarities_in_store(memtable_->state_->rows, prepared, ids, result);
  return result;
}

std::size_t VectorIndex::size() const {
  std::size_t total = memtable_ ? memtable_->size() : 0;
  for (const auto& segment : segments_) total += segment->size();
  return total;
}

}  // namespace genkai::knowledge
