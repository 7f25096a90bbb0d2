// The parts of the store that stand alone.

#include <gtest/gtest.h>

#include "knowledge/store/deleted_set.h"
#include "knowledge/store/section_table.h"
#include "knowledge/store/segment_files.h"

namespace genkai::knowledge {
namespace {

TEST(DeletedSetTest, HoldsRangesAcrossItsChunks) {
  DeletedSet set;
  set.add((1U << 20) - 2, 5);
  set.add(4'000'000'000U, 1);
  set.add(4'000'000'000U, 1);
  EXPECT_EQ(set.size(), 6U);
  EXPECT_FALSE(set.contains((1U << 20) - 3));
  EXPECT_TRUE(set.contains((1U << 20) + 2));
  EXPECT_FALSE(set.contains((1U << 20) + 3));
  EXPECT_TRUE(set.contains(4'000'000'000U));
  EXPECT_EQ(set.count(0, 4'100'000'000U), 6U);
  EXPECT_EQ(set.count(1U << 20, 1U << 21), 3U);
}

TEST(SectionTableTest, FindsTheSectionOfAnId) {
  SectionTable table;
  EXPECT_EQ(table.end(), 1U);
  const std::vector<SectionTable::Range> ranges = {{1, 3}, {4, 1}, {10, 2}};
  table.append(ranges);
  const std::vector<core::PassageId> ids = {0, 3, 4, 5, 11, 12};
  const auto found = table.find(ids);
  const std::vector<std::uint32_t> sizes = {0, 3, 1, 0, 2, 0};
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(found[i].size, sizes[i]) << ids[i];
  EXPECT_EQ(table.end(), 12U);
}

std::vector<SegmentRow> rows_of(const std::vector<std::uint64_t>& sizes) {
  std::vector<SegmentRow> rows;
  for (const std::uint64_t size : sizes) rows.emplace_back().passages = size;
  return rows;
}

TEST(ChooseMergeTest, MergesNeighboursOfSimilarSize) {
  const auto chosen = [](const std::vector<std::uint64_t>& sizes) {
    const MergeRange range = choose_merge(rows_of(sizes), std::vector<std::uint64_t>(sizes.size(), 0));
    return std::pair(range.begin, range.end);
  };
  using Pair = std::pair<std::size_t, std::size_t>;
  EXPECT_EQ(chosen({10, 10, 10}), Pair(0, 0));
  EXPECT_EQ(chosen({1000, 10, 10, 10, 10}), Pair(1, 5));
  EXPECT_EQ(chosen({1000, 10, 10, 10}), Pair(0, 0)) << "a small one must not rewrite a large one";
  EXPECT_EQ(chosen({9000, 3000, 1000, 300, 100, 30, 10, 3, 1, 1, 1}), Pair(7, 11));
}

TEST(ChooseMergeTest, ASegmentMostlyDeletedIsWrittenAnew) {
  const MergeRange range = choose_merge(rows_of({100, 100}), {10, 60});
  EXPECT_EQ(range.begin, 1U);
  EXPECT_EQ(range.end, 2U);
}

TEST(ChooseMergeTest, TheWorkStaysSmallAndTheSegmentsFew) {
  std::vector<std::uint64_t> sizes;
  std::uint64_t written = 0;
  constexpr std::uint64_t kAdded = 4000;
  for (std::uint64_t i = 0; i < kAdded; ++i) {
    sizes.push_back(1);
    for (;;) {
      const MergeRange range = choose_merge(rows_of(sizes), std::vector<std::uint64_t>(sizes.size(), 0));
      if (range.empty()) break;
      std::uint64_t sum = 0;
      for (std::size_t j = range.begin; j < range.end; ++j) sum += sizes[j];
      sizes.erase(sizes.begin() + static_cast<std::ptrdiff_t>(range.begin + 1),
                  sizes.begin() + static_cast<std::ptrdiff_t>(range.end));
      sizes[range.begin] = sum;
      written += sum;
    }
    ASSERT_LE(sizes.size(), 10U);
  }
  EXPECT_LT(written, kAdded * 8) << "each passage is written again a few times only";
}

TEST(HomeTest, NamesAreChecked) {
  EXPECT_TRUE(knowledge_base_folder("my-notes_2.0"));
  for (const char* name : {"", ".hidden", "a/b", "..", "日本"})
    EXPECT_FALSE(knowledge_base_folder(name)) << name;
}

}  // namespace
}  // namespace genkai::knowledge
