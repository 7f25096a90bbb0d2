#include "knowledge/vector/search.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace genkai::knowledge {
namespace {

// Chosen on a million vectors of real text (docs/formats/vector-segment.md says how they fared): static word
// embeddings of text cluster weakly, so recall needs many lists, which the 1-bit scan makes cheap.
constexpr std::size_t kProbedShare = 2;  // one list in so many is visited
constexpr std::size_t kLeastProbes = 32;
constexpr std::size_t kMostProbes = 1500;  // a longer scan costs more than it finds
constexpr std::size_t kLeastRerank = 750;

constexpr float kNone = -std::numeric_limits<float>::infinity();

bool better(const Scored& a, const Scored& b) {
  return a.score > b.score || (a.score == b.score && a.id < b.id);
}

void search_run(const RowStore::Run& run, std::size_t stride, const Query& query, const Deleted& deleted,
                TopK& best) {
  constexpr std::size_t kBatch = 256;
  std::int32_t dots[kBatch];
  float floor = best.floor();
  for (std::size_t begin = 0; begin < run.count; begin += kBatch) {
    const std::size_t n = std::min(kBatch, run.count - begin);
    kernels::dot_rows(query.codes(), run.codes + begin * stride, stride, n, dots);
    for (std::size_t i = 0; i < n; ++i) {
      const float score = query.score(dots[i], run.scales[begin + i]);
      if (score < floor) continue;
      const PassageId id = run.ids[begin + i];
      if (!best.admits(score, id) || (deleted && deleted(id))) continue;
      best.add(score, id);
      floor = best.floor();
    }
  }
}

/// The rows with the greatest estimates, at most `wanted` of them.
class Candidates {
 public:
  explicit Candidates(std::size_t wanted) : wanted_(wanted) { pool_.reserve(2 * wanted); }
  float threshold() const { return threshold_; }
  bool full() const { return pool_.size() >= wanted_; }
  void add(float estimate, std::uint32_t row) {
    pool_.push_back({estimate, row});
    if (pool_.size() == 2 * wanted_) keep_best();
  }
  std::vector<std::uint32_t> take() {
    keep_best();
    std::vector<std::uint32_t> rows;
    rows.reserve(pool_.size());
    for (const auto& candidate : pool_) rows.push_back(candidate.row);
    std::sort(rows.begin(), rows.end());
    return rows;
  }

 private:
  struct Candidate {
    float estimate;
    std::uint32_t row;
  };
  void keep_best() {
    if (pool_.size() <= wanted_) return;
    const auto last = pool_.begin() + static_cast<std::ptrdiff_t>(wanted_) - 1;
    std::nth_element(pool_.begin(), last, pool_.end(), [](const Candidate& a, const Candidate& b) {
      return a.estimate > b.estimate || (a.estimate == b.estimate && a.row < b.row);
    });
    threshold_ = last->estimate;
    pool_.resize(wanted_);
  }
  std::size_t wanted_;
  float threshold_ = kNone;
  std::vector<Candidate> pool_;
};

/// Lists in the order of the cosine of query and centroid, sorted only as far as they are asked for. (Ordered
/// by the inner product, broad lists with their short centroids come too late.)
class ListOrder {
 public:
  struct Entry {
    std::uint32_t list;
    float cosine;   // up to the length of the query
    float product;  // of query and centroid: the mean score of the list's vectors
  };
  ListOrder(const Segment& segment, const Query& query) : scored_(segment.lists()) {
    std::vector<std::int32_t> dots(segment.lists());
    kernels::dot_rows(query.codes(), segment.centroid_codes(), segment.stride(), dots.size(), dots.data());
    for (std::size_t i = 0; i < dots.size(); ++i) {
      const float product = query.score(dots[i], segment.centroid_scales()[i]);
      scored_[i] = {static_cast<std::uint32_t>(i), product * segment.centroid_inverse()[i], product};
    }
  }
  /// REQUIRES: i < lists.
  const Entry& at(std::size_t i) {
    if (i >= sorted_) {
      const std::size_t target = std::min(scored_.size(), std::max<std::size_t>(64, 2 * (i + 1)));
      const auto begin = scored_.begin() + static_cast<std::ptrdiff_t>(sorted_);
      const auto end = scored_.begin() + static_cast<std::ptrdiff_t>(target);
      if (end != scored_.end()) std::nth_element(begin, end, scored_.end(), before);
      std::sort(begin, end, before);
      sorted_ = target;
    }
    return scored_[i];
  }

 private:
  static bool before(const Entry& a, const Entry& b) {
    return a.cosine > b.cosine || (a.cosine == b.cosine && a.list < b.list);
  }
  std::vector<Entry> scored_;
  std::size_t sorted_ = 0;
};

void scan_list(const Segment& segment, const Segment::List& list, const kernels::ScanTable& table, float base,
               const Deleted& deleted, Candidates& candidates) {
  constexpr std::size_t kBlocksAtOnce = 16;
  float estimates[kBlocksAtOnce * kernels::kBlock];
  std::uint32_t above[kBlocksAtOnce];
  const std::size_t blocks = (list.size + kernels::kBlock - 1) / kernels::kBlock;
  for (std::size_t begin = 0; begin < blocks; begin += kBlocksAtOnce) {
    const std::size_t n = std::min(kBlocksAtOnce, blocks - begin);
    const std::uint8_t* first = list.blocks + begin * segment.block_bytes();
    kernels::scan_blocks(table, first, segment.block_bytes(), segment.stride(), n, base,
                         candidates.threshold(), estimates, above);
    for (std::size_t b = 0; b < n; ++b) {
      const auto* rows = reinterpret_cast<const std::uint32_t*>(first + b * segment.block_bytes());
      const std::size_t held = std::min(kernels::kBlock, list.size - (begin + b) * kernels::kBlock);
      std::uint32_t bits = above[b];
      if (held < kernels::kBlock) bits &= (std::uint32_t{1} << held) - 1;
      for (; bits != 0; bits &= bits - 1) {
        const auto i = static_cast<std::size_t>(std::countr_zero(bits));
        const float estimate = estimates[b * kernels::kBlock + i];
        if (!(estimate > candidates.threshold()) || (deleted && deleted(segment.ids()[rows[i]]))) continue;
        candidates.add(estimate, rows[i]);
      }
    }
  }
}

}  // namespace

float TopK::floor() const {
  return heap_.size() < k_ ? kNone : heap_.front().score;
}

void TopK::add(float score, PassageId id) {
  if (!admits(score, id)) return;
  if (heap_.size() == k_) {
    std::pop_heap(heap_.begin(), heap_.end(), better);
    heap_.pop_back();
  }
  heap_.push_back({id, score});
  std::push_heap(heap_.begin(), heap_.end(), better);
}

std::vector<Scored> TopK::take() {
  std::sort(heap_.begin(), heap_.end(), better);
  return std::move(heap_);
}

void search_store(const RowStore& store, const Query& query, const Deleted& deleted, TopK& best) {
  const std::size_t count = store.size();
  for (std::size_t i = 0; i < count;) {
    RowStore::Run run = store.run(i);
    run.count = std::min(run.count, count - i);
    search_run(run, store.stride(), query, deleted, best);
    i += run.count;
  }
}

void search_flat(const Segment& segment, const Query& query, const Deleted& deleted, TopK& best) {
  search_run({segment.ids(), segment.scales(), segment.codes(), segment.size()}, segment.stride(), query,
             deleted, best);
}

void search_lists(const Segment& segment, const Query& query, std::size_t k, const Deleted& deleted,
                  const VectorSearchOptions& options, TopK& best) {
  const std::size_t probes = options.probes != 0 ? options.probes
                                                 : std::clamp<std::size_t>(segment.lists() / kProbedShare,
                                                                           kLeastProbes, kMostProbes);
  const std::size_t rerank =
      std::max(k, options.rerank != 0 ? options.rerank : std::max<std::size_t>(kLeastRerank, 4 * k));
  const QueryTable table(query);
  ListOrder order(segment, query);
  Candidates candidates(rerank);
  // Deleted vectors may empty the best lists: go on until there is enough to choose from.
  for (std::size_t i = 0; i < segment.lists() && (i < probes || !candidates.full()); ++i) {
    const ListOrder::Entry& entry = order.at(i);
    scan_list(segment, segment.list(entry.list), table.table(), entry.product, deleted, candidates);
  }
  const std::vector<std::uint32_t> rows = candidates.take();
  std::vector<std::int32_t> dots(rows.size());
  kernels::dot_gather(query.codes(), segment.codes(), segment.stride(), rows.data(), rows.size(),
                      dots.data());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float score = query.score(dots[i], segment.scales()[rows[i]]);
    if (score >= best.floor()) best.add(score, segment.ids()[rows[i]]);
  }
}

}  // namespace genkai::knowledge
