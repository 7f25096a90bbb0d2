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

/// Exact search over the float vectors.
std::vector<Scored> brute_force(const std::vector<Floats>& vectors, PassageId first, PassageId step,
                                const Floats& query, std::size_t k, const Deleted& deleted = {}) {
  std::vector<Scored> all;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const PassageId id = first + static_cast<PassageId>(i) * step;
    if (!deleted || !deleted(id)) all.push_back({id, static_cast<float>(testing::dot(vectors[i], query))});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Scored& a, const Scored& b) { return a.score > b.score; });
  all.resize(std::min(k, all.size()));
  return all;
}

void expect_same(const std::vector<Scored>& found, const std::vector<Scored>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i].score, expected[i].score, 3e-3) << "rank " << i;
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

TEST(Quantise, KeepsLengthsAndInnerProducts) {
  for (const std::size_t dimension : {7UL, 96UL, 256UL, 384UL}) {
    const auto vectors = clustered_vectors(20, dimension, dimension);
    for (const auto& a : vectors) {
      const QuantisedVector x = quantise(a);
      ASSERT_EQ(x.codes.size(), dimension);
      for (const auto& b : vectors) {
        const QuantisedVector y = quantise(b);
        double product = 0;
        for (std::size_t i = 0; i < dimension; ++i) product += x.codes[i] * y.codes[i];
        EXPECT_NEAR(product * x.scale * y.scale, testing::dot(a, b), 6e-3);
      }
    }
  }
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

TEST(Similarities, EqualTheProductsAndAreZeroForWhatIsNotHeld) {
  const Folder folder;
  const auto vectors = clustered_vectors(3'000, kDimension, 13);
  const auto recent = std::make_shared<VectorMemtable>(kDimension);
  std::vector<Floats> stored(vectors.begin(), vectors.begin() + 2'000);
  for (std::size_t i = 2'000; i < vectors.size(); ++i)
    recent->add(100 + 7 * static_cast<PassageId>(i), quantise(vectors[i]));
  for (const std::size_t flat_below : {100UL, 100'000UL}) {
    const VectorIndex index({segment_of(folder / "v", stored, 100, 7, flat_below)}, recent);
    std::vector<PassageId> ids;
    for (PassageId id = 0; id < 100 + 7 * 3'100; id += 5) ids.push_back(id);
    const Floats query = vectors[17];
    const auto found = index.similarities(query, ids);
    ASSERT_EQ(found.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::size_t row = (ids[i] - 100) / 7;
      const bool held = ids[i] >= 100 && (ids[i] - 100) % 7 == 0 && row < vectors.size();
      if (held)
        EXPECT_NEAR(found[i], testing::dot(vectors[row], query), 3e-3);
      else
        EXPECT_EQ(found[i], 0.0F);
    }
  }
}

TEST(Similarities, FindIdsHoweverUnevenTheirHoles) {
  const Folder folder;
  VectorBuilder builder(kDimension);
  base::Rng rng(14);
  std::vector<PassageId> ids;
  const auto vectors = clustered_vectors(2'000, kDimension, 14);
  for (PassageId id = 3; ids.size() < vectors.size();
       id += 1 + static_cast<PassageId>(rng.below(rng.below(50) == 0 ? 2'000'000 : 2)))
    ids.push_back(id);
  for (std::size_t i = 0; i < ids.size(); ++i) builder.add(ids[i], quantise(vectors[i]));
  ASSERT_TRUE(builder.write(folder / "v"));
  const VectorIndex index({*VectorSegment::open(folder / "v")}, nullptr);
  const auto all = index.similarities(vectors[0], ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_NEAR(all[i], testing::dot(vectors[i], vectors[0]), 3e-3);
    EXPECT_EQ(index.similarities(vectors[0], std::vector{ids[i]})[0], all[i]);
  }
}

TEST(ZeroVectors, AreNotStoredAndFindNothing) {
  const Folder folder;
  VectorBuilder builder(kDimension);
  const auto vectors = clustered_vectors(10, kDimension, 15);
  for (PassageId id = 0; id < 20; ++id)
    builder.add(id, id % 2 == 0 ? quantise(vectors[id / 2])
                                : QuantisedVector{0, std::vector<std::int8_t>(kDimension)});
  EXPECT_EQ(builder.size(), 10U);
  ASSERT_TRUE(builder.write(folder / "v"));
  const VectorIndex index({*VectorSegment::open(folder / "v")}, nullptr);
  EXPECT_EQ(index.search(vectors[0], 100, {}).size(), 10U);
  EXPECT_TRUE(index.search(Floats(kDimension, 0.0F), 100, {}).empty());
  EXPECT_TRUE(index.search(Floats(kDimension, std::nanf("")), 100, {}).empty());
  EXPECT_TRUE(index.search(Floats(8, 1.0F), 100, {}).empty()) << "another dimension";

  VectorBuilder nothing(kDimension);
  ASSERT_TRUE(nothing.write(folder / "empty", 1, 0));
  const auto empty = VectorSegment::open(folder / "empty");
  ASSERT_TRUE(empty);
  EXPECT_EQ((*empty)->size(), 0U);
  EXPECT_TRUE(VectorIndex({*empty}, nullptr).search(vectors[0], 5, {}).empty());
}

TEST(Builder, RefusesWrongDimensionsAndDisorder) {
  const Folder folder;
  const auto vector = quantise(clustered_vectors(1, kDimension, 16)[0]);
  VectorBuilder wrong(kDimension + 1);
  wrong.add(1, vector);
  EXPECT_EQ(wrong.write(folder / "v").error().code, base::Code::invalid_argument);
  VectorBuilder disorder(kDimension);
  disorder.add(2, vector);
  disorder.add(2, vector);
  EXPECT_EQ(disorder.write(folder / "v").error().code, base::Code::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(folder / "v"));
}

TEST(Merge, KeepsLiveVectorsAndLeavesOutDeletedOnes) {
  const Folder folder;
  const auto vectors = clustered_vectors(3'000, kDimension, 17);
  const std::vector<Floats> a(vectors.begin(), vectors.begin() + 1'000),
      b(vectors.begin() + 1'000, vectors.end());
  const std::vector segments{segment_of(folder / "a", a, 0, 1, 100),
                             segment_of(folder / "b", b, 1'000, 1, 10'000)};
  const Deleted deleted = [](PassageId id) { return id % 3 == 0; };
  for (const std::size_t flat_below : {100UL, 100'000UL}) {
    ASSERT_TRUE(merge_segments(segments, deleted, folder / "merged", 2, flat_below));
    const auto merged = VectorSegment::open(folder / "merged");
    ASSERT_TRUE(merged) << merged.error().message;
    EXPECT_EQ((*merged)->size(), 2'000U);
    EXPECT_EQ((*merged)->first_id(), 1U);
    EXPECT_EQ((*merged)->last_id(), 2'999U);
    const VectorIndex index({*merged}, nullptr);
    for (const auto& query : clustered_vectors(5, kDimension, 17))
      expect_same(index.search(query, 20, {}), brute_force(vectors, 0, 1, query, 20, deleted));
  }
  ASSERT_TRUE(merge_segments(
      segments, [](PassageId) { return true; }, folder / "none"));
  EXPECT_EQ((*VectorSegment::open(folder / "none"))->size(), 0U);
  EXPECT_FALSE(merge_segments({}, {}, folder / "none"));
}

TEST(Merge, TakesTheLaterOfTwoVectorsOfOneId) {
  const Folder folder;
  const auto vectors = clustered_vectors(2, kDimension, 18, 2);
  const std::vector segments{segment_of(folder / "a", {vectors[0]}, 5, 1, 100),
                             segment_of(folder / "b", {vectors[1]}, 5, 1, 100)};
  ASSERT_TRUE(merge_segments(segments, {}, folder / "merged"));
  const VectorIndex index({*VectorSegment::open(folder / "merged")}, nullptr);
  EXPECT_EQ(index.size(), 1U);
  EXPECT_NEAR(index.similarities(vectors[1], std::vector<PassageId>{5})[0], 1.0F, 2e-3);
}

TEST(Index, SearchesSegmentsAndMemtableTogether) {
  const Folder folder;
  const auto vectors = clustered_vectors(4'000, kDimension, 19);
  const std::vector<Floats> a(vectors.begin(), vectors.begin() + 2'000),
      b(vectors.begin() + 2'000, vectors.begin() + 2'500);
  const auto recent = std::make_shared<VectorMemtable>(kDimension);
  for (std::size_t i = 2'500; i < vectors.size(); ++i)
    recent->add(static_cast<PassageId>(i), quantise(vectors[i]));
  const VectorIndex index(
      {segment_of(folder / "a", a, 0, 1, 100), segment_of(folder / "b", b, 2'000, 1, 10'000)}, recent);
  EXPECT_EQ(index.size(), vectors.size());
  const Deleted deleted = [](PassageId id) { return id % 7 == 1; };
  for (const auto& query : clustered_vectors(10, kDimension, 19))
    expect_same(index.search(query, 25, deleted), brute_force(vectors, 0, 1, query, 25, deleted));

  ASSERT_TRUE(recent->write(folder / "recent"));
  EXPECT_EQ((*VectorSegment::open(folder / "recent"))->size(), 1'500U);
}

TEST(Memtable, IsReadWhileItIsWritten) {
  const auto vectors = clustered_vectors(6'000, 64, 20);
  const auto recent = std::make_shared<VectorMemtable>(64);
  const VectorIndex index({}, recent);
  std::thread writer([&] {
    for (std::size_t i = 0; i < vectors.size(); ++i)
      recent->add(static_cast<PassageId>(i), quantise(vectors[i]));
  });
  std::vector<std::thread> readers;
  for (std::size_t r = 0; r < 3; ++r) {
    readers.emplace_back([&, r] {
      for (std::size_t known = 0; known < vectors.size(); known = recent->size()) {
        if (known == 0) continue;
        const std::size_t i = known * (r + 1) / 4;
        const auto found = index.search(vectors[i], 1, {});
        ASSERT_EQ(found.size(), 1U);
        EXPECT_GT(found[0].score, 0.99F);
        EXPECT_GT(index.similarities(vectors[i], std::vector{static_cast<PassageId>(i)})[0], 0.99F);
      }
    });
  }
  writer.join();
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(recent->size(), vectors.size());
}

}  // namespace
}  // namespace genkai::knowledge
