#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/text.h"

namespace genkai::text {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (const Span span : split_sentences(text)) out.emplace_back(span.of(text));
  return out;
}

TEST(EnglishSentencesTest, EndAtFullStops) {
  EXPECT_THAT(split("One. Two! Three? Four"), ElementsAre("One.", "Two!", "Three?", "Four"));
  EXPECT_THAT(split("  \n "), ElementsAre());
  EXPECT_THAT(split("He said \"Stop.\" Then he left."), ElementsAre("He said \"Stop.\"", "Then he left."));
  EXPECT_THAT(split("It rose.[12][13] It fell."), ElementsAre("It rose.[12][13]", "It fell."));
  EXPECT_THAT(split("Really?! Yes."), ElementsAre("Really?!", "Yes."));
}

TEST(EnglishSentencesTest, DoNotEndAfterAbbreviationsAndNumbers) {
  for (const char* one :
       {"Mr. Smith met Dr. Jones.", "See e.g. Smith for details.", "It costs 3.14 dollars.",
        "J. R. R. Tolkien wrote it.", "George W. Bush spoke.", "The U.S. Senate voted.",
        "See Fig. 3 and No. 5 here.", "On Jan. 5 it began.", "He works at Apple Inc. as a clerk.",
        "It grew at 5 p.m. on Monday.", "Visit example.com today.", "Wait... what is it?",
        "\"Why?\" he asked.", "The result (see Fig. 2. It is red.) was clear.", "Smith et al. showed it.",
        "Mt. Fuji and St. Paul are far."})
    EXPECT_THAT(split(one), SizeIs(1)) << one;
}

TEST(EnglishSentencesTest, EndAfterAbbreviationsWhenASentenceOpens) {
  EXPECT_THAT(split("He lives in the U.S. The weather is good."), SizeIs(2));
  EXPECT_THAT(split("They sell pens, etc. He buys them."), SizeIs(2));
  EXPECT_THAT(split("It was built in 1998. Nobody came."), SizeIs(2));
  EXPECT_THAT(split("It lacks vitamin C. However, it is cheap."), SizeIs(2));
  EXPECT_THAT(split("Wait... She came."), SizeIs(2));
  EXPECT_THAT(split("(He left. She came.) Then it rained."),
              ElementsAre("(He left. She came.)", "Then it rained."));
}

TEST(EnglishSentencesTest, EndAtBlankLinesListsAndHeadings) {
  EXPECT_THAT(split("A heading\n\nSome text\nwrapped here.\n"),
              ElementsAre("A heading", "Some text\nwrapped here."));
  EXPECT_THAT(split("Buy:\n- milk\n- eggs\n* ham"), ElementsAre("Buy:", "- milk", "- eggs", "* ham"));
  EXPECT_THAT(split("Steps\n1. Open it.\n2. Close it."), ElementsAre("Steps", "1. Open it.", "2. Close it."));
  EXPECT_THAT(split("# Title\nText here."), ElementsAre("# Title", "Text here."));
}

TEST(JapaneseSentencesTest, EndAtFullStops) {
  EXPECT_THAT(split("今日は晴れ。明日は雨！本当？はい"),
              ElementsAre("今日は晴れ。", "明日は雨！", "本当？", "はい"));
  EXPECT_THAT(split("終わった。\nまだだ。"), ElementsAre("終わった。", "まだだ。"));
  EXPECT_THAT(split("値は3.14です。次は４．５です。"), ElementsAre("値は3.14です。", "次は４．５です。"));
  EXPECT_THAT(split("これはペンです．あれは本です．"), ElementsAre("これはペンです．", "あれは本です．"));
}

TEST(JapaneseSentencesTest, DoNotEndInsideBrackets) {
  EXPECT_THAT(split("彼は「行く。必ず行く。」と言った。そして去った。"),
              ElementsAre("彼は「行く。必ず行く。」と言った。", "そして去った。"));
  EXPECT_THAT(split("本（『雪国』。川端の作。）を読んだ。"), SizeIs(1));
  EXPECT_THAT(split("「「入れ子。」の。」だ。次。"), ElementsAre("「「入れ子。」の。」だ。", "次。"));
  EXPECT_THAT(split("「こんにちは。」\n「さようなら。」"),
              ElementsAre("「こんにちは。」", "「さようなら。」"));
}

TEST(JapaneseSentencesTest, AnUnclosedBracketProtectsNothing) {
  EXPECT_THAT(split("「開いたまま。次の文。その次。"), SizeIs(3));
  EXPECT_THAT(split("閉じだけ」の文。次の文。"), SizeIs(2));
  std::string far = "「";
  for (int i = 0; i < 100; ++i) far += "長い引用の文である。";
  far += "」終わり。";
  EXPECT_GE(split(far).size(), 100U);
}

TEST(JapaneseSentencesTest, TitlesWithMarksGoOn) {
  EXPECT_THAT(split("ラブライブ！の曲を聴いた。"), SizeIs(1));
  EXPECT_THAT(split("どうする？と聞いた。"), SizeIs(1));
  EXPECT_THAT(split("すごい！とても良い。"), SizeIs(2));
}

TEST(SentencesTest, HostileInputStaysLinear) {
  // Each of these makes a quadratic splitter run for minutes.
  constexpr std::size_t kSize = 1 << 20;
  for (const char* unit : {"(", ")", "「", "a.", ". ", "()", "\"", "[1", "1.", "\n", "A. ", "…"}) {
    std::string text;
    while (text.size() < kSize) text += unit;
    EXPECT_FALSE(split_sentences(text).empty() && unit[0] != '\n') << unit;
  }
}

}  // namespace
}  // namespace genkai::text
