#include "limits/reasoning/question_fit.h"

#include <gtest/gtest.h>

namespace genkai::limits::reasoning {
namespace {

std::string why(std::string_view question, std::string_view answer, std::vector<Cited> cited) {
  const auto claims = misfits(question, answer, cited);
  return claims.empty() ? "" : claims.front().why;
}
Cited alone(std::string text) {
  return {text, text};
}

TEST(QuestionFit, AnotherNameThatSharesAWordIsNotTheOneAskedAbout) {
  const std::string asked = "When did The Idle Engine come out?";
  EXPECT_EQ(why(asked, "2022", {alone("The Idle Pasture came out in 2022.")}),
            "the cited passages speak of Idle Pasture, not of Idle Engine");
  EXPECT_EQ(why(asked, "2013", {alone("The Idle Engine came out in 2013.")}), "");
  // One cited passage that fits is enough.
  EXPECT_EQ(
      why(asked, "2022", {alone("The Idle Pasture came out in 2022."), alone("The Idle Engine: 2022.")}), "");
}

TEST(QuestionFit, TheTitleNamesWhatThePassageIsAbout) {
  const std::string quote = "She was born in Warsaw.";
  EXPECT_EQ(why("Where was Marie Curie born?", "Warsaw", {{quote, "Marie Curie\n\n" + quote}}), "");
  EXPECT_EQ(why("Where was Marie Curie born?", "Warsaw", {alone("Curie was born in Warsaw.")}), "");
  EXPECT_EQ(why("Where was Marie Curie born?", "Paris", {alone("Irene Curie was born in Paris.")}),
            "the cited passages speak of Irene Curie, not of Marie Curie");
  EXPECT_EQ(why("Where was Marie Curie born?", "Warsaw", {alone(quote)}), "");  // nobody else is named
}

TEST(QuestionFit, APassageAboutSomebodyElse) {
  EXPECT_EQ(
      why("Where does Hurric Reberlow live?", "Grinstead", {alone("Horya Stinlow lives in Grinstead.")}),
      "the cited passages speak of Horya Stinlow, not of Hurric Reberlow");
}

TEST(QuestionFit, SlipsAndEndingsAreTheSameName) {
  EXPECT_EQ(why("What did Sentanta Sports plan?", "a channel", {alone("Setanta Sports planned a channel.")}),
            "");
  EXPECT_EQ(why("What are Southern Californian towns like?", "large",
                {alone("In Southern California towns are large.")}),
            "");
}

TEST(QuestionFit, TheYearAskedAbout) {
  const std::string asked = "For which company did Talna Rem work in 2011?";
  EXPECT_EQ(why(asked, "Drarex", {alone("Since 2015, Talna Rem has worked for Drarex.")}),
            "the cited passages tell what holds since 2015");
  EXPECT_EQ(why(asked, "Drarex", {alone("Talna Rem worked for Drarex from 2001 to 2007.")}),
            "the cited passages tell what holds 2001 to 2007");
  EXPECT_EQ(why(asked, "Drarex", {alone("Talna Rem worked for Drarex from 2009 to 2014.")}), "");
  EXPECT_EQ(why(asked, "Drarex", {alone("Talna Rem works for Drarex.")}), "");
  EXPECT_NE(why("2011年に平本静恵はどこに住んでいましたか。", "楠坂市",
                {alone("2014年から、平本静恵は楠坂市に住んでいます。")}),
            "");
  EXPECT_EQ(why("2011年に平本静恵はどこに住んでいましたか。", "楠坂市",
                {alone("2009年から2014年まで、平本静恵は楠坂市に住んでいました。")}),
            "");
  // Which year it is, is what is asked.
  EXPECT_EQ(why("In which year was Drarex founded?", "1915", {alone("Drarex has existed since 1915.")}), "");
}

TEST(QuestionFit, RepeatingTheQuestionIsNoAnswer) {
  const Cited cited = alone("Tradra Doneshaw works as a translator.");
  EXPECT_EQ(why("Which town has Tradra Doneshaw as its mayor?", "Tradra Doneshaw", {cited}),
            "it only repeats the question");
  EXPECT_EQ(why("Is Tradra Doneshaw a translator or a mayor?", "a translator", {cited}), "");
}

TEST(QuestionFit, HostileTextIsRead) {
  const std::string long_name = "Aa " + std::string(100'000, 'B');
  EXPECT_EQ(why(long_name, "", {alone("")}), "");
  EXPECT_EQ(why("\xFF\xFE 2011", "x", {{"\xC3", "since 20"}}), "");
  EXPECT_EQ(why("", "", {}), "");
}

}  // namespace
}  // namespace genkai::limits::reasoning
