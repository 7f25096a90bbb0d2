#include "knowledge/vector/clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

#include "base/rng.h"
#include "knowledge/vector/kernels.h"

namespace genkai::knowledge {
namespace {

constexpr std::size_t kSamplePerList = 64;
constexpr std::size_t kIterations = 7;
constexpr std::size_t kRowsPerTask = 40 * kernels::kBatch;

/// Centroids as the interleaved floats that kernels::nearest reads.
struct Interleaved {
  std::size_t groups;
  std::vector<float> values, scale, half;

  explicit Interleaved(const Centroids& centroids) {
    const std::size_t stride = centroids.stride;
    groups = (centroids.size() + kernels::kGroup - 1) / kernels::kGroup;
    values.assign(groups * stride * kernels::kGroup, 0.0F);
    scale.assign(groups * kernels::kGroup, 0.0F);
    half.assign(groups * kernels::kGroup, 1e30F);
    for (std::size_t c = 0; c < centroids.size(); ++c) {
      const std::int8_t* codes = centroids.codes.data() + c * stride;
      float* out = values.data() + c / kernels::kGroup * stride * kernels::kGroup + c % kernels::kGroup;
      std::int64_t squares = 0;
      for (std::size_t i = 0; i < stride; ++i) {
        out[i * kernels::kGroup] = codes[i];
        squares += std::int64_t{codes[i]} * codes[i];
      }
      scale[c] = centroids.scales[c];
      half[c] = 0.5F * scale[c] * scale[c] * static_cast<float>(squares);
    }
  }
};

/// A seeded choice of `wanted` rows, in order.
std::vector<Row> sample(std::span<const Row> rows, std::size_t wanted, base::Rng& rng) {
  if (wanted >= rows.size()) return {rows.begin(), rows.end()};
  std::vector<Row> chosen;
  chosen.reserve(wanted);
  for (std::size_t i = 0; i < rows.size() && chosen.size() < wanted; ++i)
    if (rng.below(rows.size() - i) < wanted - chosen.size()) chosen.push_back(rows[i]);
  return chosen;
}

void set_centroid(Centroids& centroids, std::size_t c, const Row& row) {
  centroids.scales[c] = row.scale;
  std::copy_n(row.codes, centroids.stride, centroids.codes.data() + c * centroids.stride);
}

/// Moves each centroid to the mean of its rows; returns how many rows each list has.
std::vector<std::size_t> move_to_means(Centroids& centroids, std::span<const Row> rows,
                                       std::span<const std::uint32_t> lists) {
  const std::size_t stride = centroids.stride;
  std::vector<float> sums(centroids.size() * stride, 0.0F);
  std::vector<std::size_t> sizes(centroids.size(), 0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    ++sizes[lists[r]];
    float* sum = sums.data() + lists[r] * stride;
    for (std::size_t i = 0; i < stride; ++i) sum[i] += rows[r].scale * static_cast<float>(rows[r].codes[i]);
  }
  for (std::size_t c = 0; c < centroids.size(); ++c) {
    if (sizes[c] == 0) continue;
    for (std::size_t i = 0; i < stride; ++i) sums[c * stride + i] /= static_cast<float>(sizes[c]);
    const QuantisedVector mean = quantise_rotated({sums.data() + c * stride, stride});
    centroids.scales[c] = mean.scale;
    std::copy(mean.codes.begin(), mean.codes.end(),
              centroids.codes.begin() + static_cast<std::ptrdiff_t>(c * stride));
  }
  return sizes;
}

/// Gives the smallest lists to the largest ones: each takes a member of its largest partner as new centroid.
void split_large(Centroids& centroids, std::span<const Row> rows, std::span<const std::uint32_t> lists,
                 const std::vector<std::size_t>& sizes, base::Rng& rng) {
  std::vector<std::uint32_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return sizes[a] > sizes[b]; });
  const std::size_t average = std::max<std::size_t>(1, rows.size() / sizes.size());
  std::vector<std::uint32_t> splits(sizes.size(),
                                    0);  // the small list that takes from this large one, plus one
  for (std::size_t i = 0; 2 * i + 1 < order.size(); ++i) {
    const std::uint32_t large = order[i], small = order[order.size() - 1 - i];
    if (sizes[large] <= 2 * average || sizes[small] >= sizes[large] / 4) break;
    splits[large] = small + 1;
  }
  std::vector<std::size_t> seen(sizes.size(), 0), wanted(sizes.size(), 0);
  for (std::size_t c = 0; c < sizes.size(); ++c)
    if (splits[c] != 0) wanted[c] = rng.below(sizes[c]);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::uint32_t c = lists[r];
    if (splits[c] != 0 && seen[c]++ == wanted[c]) set_centroid(centroids, splits[c] - 1, rows[r]);
  }
}

}  // namespace

Workers::Workers(std::size_t threads) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  if (threads > 1) pool_ = std::make_unique<base::ThreadPool>(threads - 1);
}

void Workers::each(std::size_t n, const std::function<void(std::size_t)>& body) {
  if (pool_) return pool_->parallel_for(n, body);
  for (std::size_t i = 0; i < n; ++i) body(i);
}

std::size_t list_count(std::size_t vectors) {
  const auto lists = static_cast<std::size_t>(2 * std::sqrt(static_cast<double>(vectors)));
  return std::clamp<std::size_t>(lists, 1, std::max<std::size_t>(1, vectors / 4));
}

std::vector<std::uint32_t> assign(std::span<const Row> rows, const Centroids& centroids, Workers& workers) {
  const Interleaved interleaved(centroids);
  const std::size_t stride = centroids.stride;
  std::vector<std::uint32_t> lists(rows.size());
  workers.each((rows.size() + kRowsPerTask - 1) / kRowsPerTask, [&](std::size_t task) {
    const std::size_t begin = task * kRowsPerTask, count = std::min(kRowsPerTask, rows.size() - begin);
    std::vector<float> vectors(kRowsPerTask * stride, 0.0F);
    std::vector<float> inverse(kRowsPerTask, 0.0F);
    std::vector<std::uint32_t> best(kRowsPerTask);
    for (std::size_t r = 0; r < count; ++r) {
      const Row& row = rows[begin + r];
      inverse[r] = 1.0F / row.scale;
      for (std::size_t i = 0; i < stride; ++i) vectors[r * stride + i] = row.codes[i];
    }
    kernels::nearest(vectors.data(), inverse.data(), count, stride, interleaved.values.data(),
                     interleaved.scale.data(), interleaved.half.data(), interleaved.groups, best.data());
    std::copy_n(best.begin(), count, lists.begin() + static_cast<std::ptrdiff_t>(begin));
  });
  return lists;
}

Centroids train_centroids(std::span<const Row> rows, std::size_t stride, std::size_t lists,
                          std::uint64_t seed, Workers& workers) {
  base::Rng rng(seed);
  const std::vector<Row> training = sample(rows, lists * kSamplePerList, rng);
  Centroids centroids{stride, std::vector<float>(lists), std::vector<std::int8_t>(lists * stride)};
  const std::vector<Row> first = sample(training, lists, rng);
  for (std::size_t c = 0; c < lists; ++c) set_centroid(centroids, c, first[c]);
  for (std::size_t iteration = 0; iteration < kIterations; ++iteration) {
    const std::vector<std::uint32_t> assigned = assign(training, centroids, workers);
    const std::vector<std::size_t> sizes = move_to_means(centroids, training, assigned);
    if (iteration + 2 < kIterations) split_large(centroids, training, assigned, sizes, rng);
  }
  return centroids;
}

}  // namespace genkai::knowledge
