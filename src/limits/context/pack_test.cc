#include <gtest/gtest.h>

#include "limits/context/guard.h"
#include "text/text.h"

namespace genkai::limits::context {
namespace {

std::vector<core::Evidence> ranked(std::size_t n) {
  std::vector<core::Evidence> evidence(n);
  for (std::size_t i = 0; i < n; ++i) {
    evidence[i].passage.id = static_cast<core::PassageId>(i + 1);
    evidence[i].passage.text = "A sentence of about ten words that says something useful of " +
                               std::string(1, static_cast<char>('a' + i)) + ".";
    evidence[i].scores.fused = 10.0F - static_cast<float>(i);
  }
  return evidence;
}

TEST(PackTest, KeepsWithinTheBudgetBestFirst) {
  core::Trace trace;
  const std::size_t one = text::estimate_tokens(ranked(1)[0].passage.text);
  const auto packed =
      pack(ranked(10), {}, {.tokens = 3 * one, .passages = 10, .enough = 0, .least = 1}, trace);
  ASSERT_EQ(packed.size(), 3U);
  EXPECT_EQ(packed[0].passage.id, 1U);
  EXPECT_EQ(packed[2].passage.id, 3U);
  EXPECT_EQ(trace.stages().front().kept, 3U);
}

TEST(PackTest, LeavesOutWhatIsFarBehind) {
  core::Trace trace;
  EXPECT_EQ(
      pack(ranked(10), {}, {.tokens = 10'000, .passages = 10, .enough = 0.75, .least = 2}, trace).size(), 3U);
}

TEST(PackTest, SuspectsTakeNoRoomButStayNamed) {
  core::Trace trace;
  auto evidence = ranked(3);
  evidence[0].suspicions.push_back(core::Suspicion::instructs_reader);
  const auto packed =
      pack(std::move(evidence), {}, {.tokens = 10'000, .passages = 2, .enough = 0, .least = 1}, trace);
  ASSERT_EQ(packed.size(), 3U);
  EXPECT_EQ(packed[0].passage.id, 2U);
  EXPECT_TRUE(packed[2].poisoned());
  EXPECT_EQ(trace.stages().front().kept, 2U);
}

TEST(PackTest, SaysHowMuchItUsedAndHowNearTheBestThatIs) {
  core::Trace trace;
  const std::size_t one = text::estimate_tokens(ranked(1)[0].passage.text);
  pack(ranked(10), {}, {.tokens = 4 * one}, trace);
  const auto& notes = trace.stages().front().notes;
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].first, "tokens");
  EXPECT_EQ(notes[0].second, std::to_string(4 * one) + " of " + std::to_string(4 * one) +
                                 ", at least 100 % of the best possible");
}

TEST(PackTest, OnePassageMoreIsWorthMoreThanALongOne) {
  core::Trace trace;
  auto evidence = ranked(3);
  evidence[0].scores.fused = evidence[1].scores.fused = evidence[2].scores.fused = 5;
  const std::size_t two = 2 * text::estimate_tokens(evidence[1].passage.text);
  evidence[0].passage.text += " It goes on for so long that nothing else would fit beside it any more.";
  const auto packed = pack(std::move(evidence), {}, {.tokens = two}, trace);
  ASSERT_EQ(packed.size(), 2U);
  EXPECT_EQ(packed[0].passage.id, 2U);
}

TEST(PackTest, NothingGivesNothing) {
  core::Trace trace;
  EXPECT_TRUE(pack({}, {}, {}, trace).empty());
}

}  // namespace
}  // namespace genkai::limits::context
