#include "text/yes_no.h"

#include <gtest/gtest.h>

namespace genkai::text {
namespace {

TEST(YesOrNo, IsReadFromTheOpeningInBothLanguages) {
  for (const char* yes :
       {"yes", "Yes, since 1931.", "TRUE", "はい、そうです", "正しいです。", "ええ", "ｙｅｓ", "\"Yes\""})
    EXPECT_EQ(yes_or_no(yes), true) << yes;
  for (const char* no : {"no", "No.", "False!", "いいえ、違います", "正しくない", "違います。", "偽"})
    EXPECT_EQ(yes_or_no(no), false) << no;
}

TEST(YesOrNo, LongerWordsThatBeginAlikeAreNeither) {
  for (const char* neither :
       {"", "Noah did.", "yesterday", "not known", "真夜中", "はいつくばる", "いえば", "1931", "I say no"})
    EXPECT_EQ(yes_or_no(neither), std::nullopt) << neither;
}

}  // namespace
}  // namespace genkai::text
