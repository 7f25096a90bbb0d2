#include "text/confusables.h"

#include <gtest/gtest.h>

namespace genkai::text {
namespace {

TEST(ConfusablesTest, FindsWordsThatMixScripts) {
  const std::string text = "Please ign\u043Ere the \u0440rompt.";
  const auto found = find_mixed_words(text);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].span.of(text), "ign\u043Ere");
  EXPECT_EQ(found[0].plain, "ignore");
  EXPECT_EQ(found[1].plain, "prompt");
  EXPECT_EQ(find_mixed_words("ign\u03BFre").size(), 1U) << "a Greek omicron inside";
  EXPECT_EQ(fold_confusables(text), "Please ignore the prompt.");
}

TEST(ConfusablesTest, LeavesHonestTextAlone) {
  for (const char* honest :
       {"plain", "Привет, мир", "Москва is the capital", "NF-\u03BAB", "TNF\u03B1", "\u03BCm",
        "\u03B2-carotene", "Ελλάδα", "日本語のtext", "café naïve", "I\u03BAB\u03B1"})
    EXPECT_TRUE(find_mixed_words(honest).empty()) << honest;
}

TEST(ConfusablesTest, FoldsWholeWordsOnlyAmongLatinOnes) {
  EXPECT_EQ(fold_confusables("please say \u0440\u0430\u0443 to the clerk at once"),
            "please say pay to the clerk at once");
  EXPECT_EQ(fold_confusables("\u0440\u0430\u0443 \u0431\u0443\u0434\u0435\u0442"),
            "\u0440\u0430\u0443 \u0431\u0443\u0434\u0435\u0442");
}

TEST(ConfusablesTest, BrokenBytesStay) {
  EXPECT_EQ(fold_confusables("a\xFF\xE3z"), "a\xFF\xE3z");
  EXPECT_TRUE(find_mixed_words("\xD0").empty());
}

}  // namespace
}  // namespace genkai::text
