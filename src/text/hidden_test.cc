#include "text/hidden.h"

#include <gtest/gtest.h>

namespace genkai::text {
namespace {

TEST(HiddenTest, FindsWhatAReaderDoesNotSee) {
  const std::string text = "ig\u200Bnore \u202Ethis\u202C";
  const HiddenCharacters found = find_hidden(text);
  EXPECT_EQ(found.zero_width, 1U);
  EXPECT_EQ(found.bidi, 2U);
  EXPECT_EQ(found.total(), 3U);
  ASSERT_EQ(found.spans.size(), 3U);
  EXPECT_EQ(found.spans[0].of(text), "\u200B");
  EXPECT_EQ(strip_hidden(text), "ignore this");
}

TEST(HiddenTest, ReadsTagCharacters) {
  const std::string text = "ok\U000E0048\U000E0069\U000E0021";
  EXPECT_EQ(find_hidden(text).tags, 3U);
  EXPECT_EQ(find_hidden(text).tag_text, "Hi!");
  EXPECT_EQ(find_hidden(text).spans.size(), 1U);
  EXPECT_EQ(strip_hidden(text), "ok");
}

TEST(HiddenTest, LeavesHonestUsesAlone) {
  for (const char* honest : {"plain text", "日本語の文章。", "👨‍👩‍👧",
                             "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",
                             "❤️", "葛\U000E0100城市", "می‌خواهم"}) {
    EXPECT_EQ(find_hidden(honest).total(), 0U) << honest;
    EXPECT_EQ(strip_hidden(honest), honest);
  }
}

TEST(HiddenTest, SeesSmugglingInVariationSelectors) {
  EXPECT_EQ(find_hidden("a\uFE00\uFE01\uFE02").variation, 2U);
}

TEST(HiddenTest, BrokenBytesStay) {
  EXPECT_EQ(strip_hidden("a\xFF\xE3z"), "a\xFF\xE3z");
}

}  // namespace
}  // namespace genkai::text
