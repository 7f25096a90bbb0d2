#pragma once
// Lists of similar vectors by k-means on a seeded sample.

#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "knowledge/vector/rows.h"

namespace genkai::knowledge {

/// Calls body(0) ... body(n-1) on `threads` threads (0: one a core), the calling one included.
class Workers {
 public:
  explicit Workers(std::size_t threads);
  void each(std::size_t n, const std::function<void(std::size_t)>& body);

 private:
  std::unique_ptr<base::ThreadPool> pool_;
};

/// Centroids as int8 rows: value = scales[c] * codes[c * stride + i].
struct Centroids {
  std::size_t stride = 0;
  std::vector<float> scales;
  std::vector<std::int8_t> codes;
  std::size_t size() const { return scales.size(); }
};

/// Inverted lists for `vectors` vectors: about twice the square root.
std::size_t list_count(std::size_t vectors);

/// k-means on a seeded sample. Lists much larger than the average are split, so that no list dominates a
/// search.
Centroids train_centroids(std::span<const Row> rows, std::size_t stride, std::size_t lists,
                          std::uint64_t seed, Workers& workers);

/// The nearest centroid (Euclidean) of each row. The same on every number of threads.
std::vector<std::uint32_t> assign(std::span<const Row> rows, const Centroids& centroids, Workers& workers);

}  // namespace genkai::knowledge
