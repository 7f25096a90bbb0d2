#include "text/entities.h"

#include <gmock/gmock.h>

namespace genkai::text {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> names(std::string_view text) {
  std::vector<std::string> out;
  for (const Entity& entity : find_entities(text)) out.push_back(entity.name);
  return out;
}

TEST(EntitiesTest, FindsNamesCodesAndTitlesInEnglish) {
  const auto found = names(
      "In 1961 Mira Kestrel founded the Alder Institute; see RFC 1234, Section 4.2 and \"The Long Tide\".");
  EXPECT_THAT(found, Contains("mira kestrel"));
  EXPECT_THAT(found, Contains("rfc 1234"));
  EXPECT_THAT(found, Contains("section 4.2"));
  EXPECT_THAT(found, Contains("the long tide"));
  EXPECT_THAT(found, Not(Contains("in")));
}

TEST(EntitiesTest, FindsCompoundsKatakanaAndTitlesInJapanese) {
  const auto found = names("沢村製作所はミラ・ケストレルが創業し、『長い潮』を出した。");
  EXPECT_THAT(found, Contains("沢村製作所"));
  EXPECT_THAT(found, Contains("ミラ・ケストレル"));
  EXPECT_THAT(found, Contains("長い潮"));
}

TEST(EntitiesTest, HostileTextIsBoundedAndSpansLieInside) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "Name" + std::to_string(i) + " \xff\xe3\x82 「";
  const auto found = find_entities(text);
  EXPECT_LE(found.size(), kEntities);
  EXPECT_FALSE(found.empty());
  for (const Entity& entity : found) {
    EXPECT_LT(entity.span.begin, entity.span.end);
    EXPECT_LE(entity.span.end, kEntityBytes);
  }
  EXPECT_THAT(find_entities(""), IsEmpty());
}

TEST(EntitiesTest, MentionsWholeNamesOnly) {
  EXPECT_TRUE(mentions("he met mira kestrel.", "mira kestrel"));
  EXPECT_FALSE(mentions("he met mira kestrels", "mira kestrel"));
  EXPECT_TRUE(mentions("当時沢村製作所は", "沢村製作所"));
  EXPECT_FALSE(mentions("anything", ""));
}

}  // namespace
}  // namespace genkai::text
