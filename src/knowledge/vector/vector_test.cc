// Search, merge, deletion and the memtable, held against brute force over the float vectors.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "knowledge/vector/test_vectors.h"

namespace genkai::knowledge {
namespace {

using testing::clustered_vectors;
using testing::Floats;
using testing::Folder;

constexpr std::size_t kDimension = 96;

std::shared_ptr<const VectorSegment> segment_of(const base::Path& path, const std::vector<Floats>& vectors,
                                                PassageId first, PassageId step, std::size_t flat_below) {
  VectorBuilder builder(vectors.front().size());
  for (std::size_t i = 0; i < vectors.size(); ++i)
    builder.add(first + static_cast<PassageId>(i) * step, quantise(vectors[i]));
  const auto written = builder.write(path, 2, flat_below);
  EXPECT_TRUE(written) << written.error().message;
  auto segment = VectorSegment::open(path);
  EXPECT_TRUE(segment) << segment.error().message;
  return *segment;
}

/// Exact search over the vectors as stored (int8), in double precision.
std::vector<Scored> brute_force(const std::vector<Floats>& vectors, PassageId first, PassageId step,
                                const Floats& query, std::size_t k, const Deleted& deleted = {}) {
  std::vector<Scored> all;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const PassageId id = first + static_cast<PassageId>(i) * step;
    if (deleted && deleted(id)) continue;
    const QuantisedVector stored = quantise(vectors[i]);
    double sum = 0;
    for (std::size_t j = 0; j < query.size(); ++j) sum += double{query[j]} * stored.codes[j];
    all.push_back({id, static_cast<float>(sum * stored.scale)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Scored& a, const Scored& b) { return a.score > b.score; });
  all.resize(std::min(k, all.size()));
  return all;
}

void expect_same(const std::vector<Scored>& found, const std::vector<Scored>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i].score, expected[i].score, 1e-4) << "rank " << i;
    if (i == 0) continue;
    EXPECT_TRUE(found[i - 1].score > found[i].score || found[i - 1].id < found[i].id);
  }
}

double recall(const std::vector<Scored>& found, const std::vector<Scored>& expected) {
  std::size_t hits = 0;
  for (const auto& hit : expected)
    hits += std::any_of(found.begin(), found.end(), [&](const Scored& f) { return f.id == hit.id; }) ? 1 : 0;
  return static_cast<double>(hits) / static_cast<double>(expected.size());
}

TEST(Quantise, KeepsEachCoordinateWithinHalfAStep) {
  const Floats vector = clustered_vectors(1, 256, 1)[0];
  const QuantisedVector stored = quantise(vector);
  for (std::size_t i = 0; i < vector.size(); ++i)
    EXPECT_LE(std::abs(stored.scale * stored.codes[i] - vector[i]), stored.scale * 0.5001F);
}

TEST(Quantise, WithoutDirectionHasScaleZero) {
  EXPECT_EQ(quantise(Floats(8, 0.0F)).scale, 0.0F);
  EXPECT_EQ(quantise(Floats{1.0F, std::nanf("")}).scale, 0.0F);
  EXPECT_EQ(quantise(Floats{1.0F, INFINITY}).scale, 0.0F);
}

TEST(FlatSegment, EqualsBruteForceForAnyDimension) {
  const Folder folder;
  for (const std::size_t dimension : {1UL, 7UL, 64UL, 96UL, 256UL, 384UL, 1000UL}) {
    const auto vectors = clustered_vectors(500, dimension, dimension);
    const VectorIndex index({segment_of(folder / "v", vectors, 10, 3, 1000)}, nullptr);
    for (const auto& query : clustered_vectors(5, dimension, dimension + 1)) {
      expect_same(index.search(query, 20, {}), brute_force(vectors, 10, 3, query, 20));
    }
  }
}

TEST(InvertedLists, FindNearlyAllThatBruteForceFinds) {
  const Folder folder;
  auto vectors = clustered_vectors(20'100, kDimension, 7);
  const std::vector<Floats> queries(vectors.end() - 100, vectors.end());
  vectors.resize(20'000);
  const VectorIndex index({segment_of(folder / "v", vectors, 0, 1, 1000)}, nullptr);
  double total = 0;
  for (const auto& query : queries)
    total += recall(index.search(query, 10, {}), brute_force(vectors, 0, 1, query, 10));
  EXPECT_GE(total / static_cast<double>(queries.size()), 0.97);
}

TEST(InvertedLists, WithEveryListAndCandidateAreExact) {
  const Folder folder;
  const auto vectors = clustered_vectors(3'000, kDimension, 9);
  const VectorIndex index({segment_of(folder / "v", vectors, 5, 2, 100)}, nullptr);
  for (const auto& query : clustered_vectors(5, kDimension, 10)) {
    const auto found = index.search(query, 30, {}, {.probes = 100'000, .rerank = 3'000});
    expect_same(found, brute_force(vectors, 5, 2, query, 30));
  }
}

TEST(InvertedLists, GiveKLiveResultsWhenMostAreDeleted) {
  const Folder folder;
  const auto vectors = clustered_vectors(5'000, kDimension, 11);
  const VectorIndex index({segment_of(folder / "v", vectors, 0, 1, 100)}, nullptr);
  const Deleted deleted = [](PassageId id) { return id % 100 != 0; };
  for (const auto& query : clustered_vectors(5, kDimension, 12)) {
    const auto found = index.search(query, 20, deleted);
    EXPECT_TRUE(std::none_of(found.begin(), found.end(), [&](const Scored& hit) { return deleted(hit.id); }));
    expect_same(found, brute_force(vectors, 0, 1, query, 20, deleted));
  }
  EXPECT_TRUE(index.search(vectors[0], 20, [](PassageId) { return true; }).empty());
}

}  // namespace
}  // namespace genkai::knowledge
