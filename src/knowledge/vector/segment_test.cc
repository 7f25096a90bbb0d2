// The bytes of a segment: the same for the same vectors, and damage to them is noticed.

#include <gtest/gtest.h>

#include <cstring>

#include "base/file.h"
#include "knowledge/vector/kernels_plain.h"
#include "knowledge/vector/segment.h"
#include "knowledge/vector/test_vectors.h"

namespace genkai::knowledge {
namespace {

using testing::clustered_vectors;
using testing::Folder;

constexpr std::size_t kDimension = 64;

std::string written(const base::Path& path, std::size_t count, std::size_t threads, std::size_t flat_below) {
  VectorBuilder builder(kDimension);
  const auto vectors = clustered_vectors(count, kDimension, 1);
  for (std::size_t i = 0; i < count; ++i) builder.add(2 * static_cast<PassageId>(i), quantise(vectors[i]));
  EXPECT_TRUE(builder.write(path, threads, flat_below));
  return *base::read_file(path);
}

/// Opens a copy of the bytes in aligned memory, and searches it if it opens.
base::Status open_and_search(const std::string& bytes, bool verify) {
  const std::shared_ptr<char> memory(
      static_cast<char*>(std::aligned_alloc(64, (bytes.size() + 64) / 64 * 64)), std::free);
  std::memcpy(memory.get(), bytes.data(), bytes.size());
  auto segment = Segment::open({memory.get(), bytes.size()}, memory, verify, "segment");
  if (!segment) return base::fail(std::move(segment).error());
  const VectorIndex index({*segment}, nullptr);
  const std::vector<float> query((*segment)->dimension(), 0.25F);
  (void)index.search(query, 20, {});
  (void)index.similarities(query, std::vector<PassageId>{0, 1, 2, 50, 4'000'000'000});
  return {};
}

TEST(Segment, HasTheSameBytesForTheSameVectorsOnAnyNumberOfThreads) {
  const Folder folder;
  const std::string one = written(folder / "a", 2'000, 1, 100);
  EXPECT_EQ(one, written(folder / "b", 2'000, 3, 100));
  EXPECT_NE(one, written(folder / "c", 2'000, 1, 10'000));
}

TEST(Segment, NoticesEveryFlippedByte) {
  const Folder folder;
  for (const std::size_t flat_below : {10UL, 1'000UL}) {
    const std::string good = written(folder / "v", 100, 1, flat_below);
    ASSERT_TRUE(open_and_search(good, true));
    for (std::size_t i = 0; i < good.size(); ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << i % 8));
      const auto status = open_and_search(bad, true);
      ASSERT_FALSE(status) << "byte " << i;
      ASSERT_TRUE(status.error().code == base::Code::corrupt || i == 7) << "byte " << i;
      (void)open_and_search(bad, false);  // may open, must not read wild
    }
  }
}

TEST(Segment, NoticesTruncationAndGrowth) {
  const Folder folder;
  const std::string good = written(folder / "v", 100, 1, 10);
  for (std::size_t size = 0; size < good.size(); size += 1 + size / 50) {
    const auto status = open_and_search(good.substr(0, size), false);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, base::Code::corrupt);
  }
  EXPECT_FALSE(open_and_search(good + '\0', false));
}

TEST(Segment, OfANewerVersionIsUnsupported) {
  const Folder folder;
  std::string bytes = written(folder / "v", 100, 1, 10);
  bytes[7] = 2;
  EXPECT_EQ(open_and_search(bytes, true).error().code, base::Code::unsupported);
}

TEST(Segment, MissingIsNotFound) {
  const Folder folder;
  EXPECT_EQ(VectorSegment::open(folder / "nothing").error().code, base::Code::not_found);
}

TEST(Kernels, EqualPlainLoops) {
  base::Rng rng(5);
  for (const std::size_t stride : {64UL, 128UL, 256UL, 448UL}) {
    std::vector<std::int16_t> query(stride);
    for (auto& x : query) x = static_cast<std::int16_t>(rng.below(65535)) / 4;
    std::vector<std::int8_t> codes(40 * stride);
    for (auto& x : codes) x = static_cast<std::int8_t>(rng.below(255) - 127);
    std::vector<std::uint32_t> rows{39, 0, 7, 7, 31, 2, 1, 4, 5, 38, 12, 13};
    std::vector<std::int32_t> simd(40), plain(40);
    kernels::dot_rows(query.data(), codes.data(), stride, 40, simd.data());
    kernels::plain::dot_rows(query.data(), codes.data(), stride, 40, plain.data());
    EXPECT_EQ(simd, plain);
    kernels::dot_gather(query.data(), codes.data(), stride, rows.data(), rows.size(), simd.data());
    kernels::plain::dot_gather(query.data(), codes.data(), stride, rows.data(), rows.size(), plain.data());
    EXPECT_EQ(simd, plain);

    constexpr std::size_t kGroups = 3, kVectors = 2 * kernels::kBatch;
    std::vector<float> vectors(kVectors * stride), centroids(kGroups * stride * kernels::kGroup);
    for (auto& x : vectors) x = static_cast<float>(rng.below(255)) - 127;
    for (auto& x : centroids) x = static_cast<float>(rng.below(255)) - 127;
    std::vector<float> inverse(kVectors, 90.0F), scale(kGroups * kernels::kGroup), half(scale.size());
    for (auto& x : scale) x = static_cast<float>(0.01 + rng.uniform());
    for (auto& x : half) x = static_cast<float>(rng.uniform() * 100);
    std::vector<std::uint32_t> best(kVectors), expected(kVectors);
    kernels::nearest(vectors.data(), inverse.data(), kVectors, stride, centroids.data(), scale.data(),
                     half.data(), kGroups, best.data());
    kernels::plain::nearest(vectors.data(), inverse.data(), kVectors, stride, centroids.data(), scale.data(),
                            half.data(), kGroups, expected.data());
    EXPECT_EQ(best, expected);

    const std::size_t block_bytes = 8 * kernels::kBlock + 4 * stride, blocks = 3;
    std::vector<std::uint8_t> block(blocks * block_bytes), table(stride / 4 * 16);
    for (auto& x : block) x = static_cast<std::uint8_t>(rng());
    for (auto& x : table) x = static_cast<std::uint8_t>(rng());
    for (std::size_t b = 0; b < blocks; ++b)
      for (std::size_t j = 0; j < kernels::kBlock; ++j) {
        const auto factor = static_cast<float>(rng.uniform());
        std::memcpy(block.data() + b * block_bytes + 4 * (kernels::kBlock + j), &factor, 4);
      }
    const kernels::ScanTable scan{table.data(), 0.01F, -20.0F};
    std::vector<float> estimates(blocks * kernels::kBlock), plain_estimates(estimates.size());
    std::vector<std::uint32_t> above(blocks), plain_above(blocks);
    kernels::scan_blocks(scan, block.data(), block_bytes, stride, blocks, 0.3F, 0.5F, estimates.data(),
                         above.data());
    kernels::plain::scan_blocks(scan, block.data(), block_bytes, stride, blocks, 0.3F, 0.5F,
                                plain_estimates.data(), plain_above.data());
    for (std::size_t i = 0; i < estimates.size(); ++i) EXPECT_NEAR(estimates[i], plain_estimates[i], 1e-4);
    for (std::size_t i = 0; i < estimates.size(); ++i)
      EXPECT_EQ(above[i / kernels::kBlock] >> i % kernels::kBlock & 1, estimates[i] > 0.5F ? 1U : 0U);
  }
}

}  // namespace
}  // namespace genkai::knowledge
