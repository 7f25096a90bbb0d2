#include "text/refusal.h"

#include <gtest/gtest.h>

#include <string>

namespace genkai::text {
namespace {

TEST(Refusal, IsSeenInBothLanguages) {
  for (const char* reply :
       {"I don't know.", "I don\u2019t know", "Unknown", "N/A", "I am not sure about that.", "分かりません。",
        "不明です", "それは記載されていません"})
    EXPECT_TRUE(says_unknown(reply)) << reply;
  for (const char* reply : {"Paris", "1961", "パリ", "No", "", "unknown soldier"})
    EXPECT_FALSE(says_unknown(reply)) << reply;
}

TEST(Refusal, ALongAnswerThatMentionsWhatIsMissingIsAnAnswer) {
  EXPECT_FALSE(
      says_unknown("The bridge was opened in 1932 by the mayor of the town, and who built its second "
                   "arch, which came later, is not stated: " +
                   std::string(40, 'x')));
}

}  // namespace
}  // namespace genkai::text
