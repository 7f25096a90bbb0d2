#include <gtest/gtest.h>

#include "limits/reasoning/guard.h"
#include "text/analyzer.h"

namespace genkai::limits::reasoning {
namespace {

using core::Verdict;

std::vector<core::Evidence> evidence(const std::vector<std::string>& texts) {
  std::vector<core::Evidence> out;
  for (const std::string& text : texts) {
    core::Evidence item;
    item.passage.id = static_cast<core::PassageId>(out.size() + 1);
    item.passage.document.id = "d" + std::to_string(out.size() + 1);
    item.passage.text = text;
    out.push_back(std::move(item));
  }
  return out;
}

Comparison compared(const std::string& text, const std::vector<core::Evidence>& all,
                    const std::string& question = "What is the day ticket?") {
  core::Interpretation meaning;
  meaning.text = question;
  text::Analyzer analyzer;
  for (auto& term : analyzer.terms(question)) meaning.terms.push_back({std::move(term), 1});
  core::Trace trace;
  return Comparer(all, meaning).compare(text, trace);
}

TEST(CompareTest, AnotherAmountOfTheSameThingContradicts) {
  const auto all = evidence({"The pier is old. A day ticket for the ferry costs 900 yen."});
  const auto wrong = compared("A day ticket for the ferry costs 1200 yen.", all);
  ASSERT_TRUE(wrong.contradicted());
  EXPECT_EQ(wrong.conflicts[0].sides.at(0).value, "1200 yen");
  EXPECT_EQ(wrong.conflicts[0].sides.at(1).value, "900 yen");
  EXPECT_EQ(wrong.conflicts[0].sides.at(1).citations.at(0).quote,
            "A day ticket for the ferry costs 900 yen.");
  const auto right = compared("For the ferry a day ticket is 900 yen.", all);
  EXPECT_FALSE(right.contradicted());
  EXPECT_EQ(right.claims.at(0).verdict, Verdict::supported);
  EXPECT_EQ(right.citations.at(0).document.id, "d1");
}

TEST(CompareTest, OfSourcesThatDifferEitherIsEnough) {
  const auto all =
      evidence({"A day ticket for the ferry costs 900 yen.", "A day ticket for the ferry costs 950 yen."});
  EXPECT_FALSE(compared("A day ticket for the ferry costs 950 yen.", all).contradicted());
}

TEST(CompareTest, WhatNothingSpeaksOfIsNotCheckable) {
  const auto all = evidence({"A day ticket for the ferry costs 900 yen."});
  const auto other = compared("The lighthouse has 112 steps of stone.", all);
  EXPECT_FALSE(other.contradicted());
  EXPECT_EQ(other.claims.at(0).verdict, Verdict::not_checkable);
  EXPECT_EQ(compared("It is a fine ferry.", all).claims.at(0).verdict, Verdict::not_checkable);
  EXPECT_EQ(compared("It costs 7 yen.", {}).claims.at(0).verdict, Verdict::not_checkable);
}

TEST(CompareTest, ASecondAmountBesideTheOneThatIsThereContradictsNothing) {
  const auto all = evidence({"A day ticket for the ferry costs 900 yen."});
  EXPECT_FALSE(
      compared("A day ticket for the ferry costs 900 yen, not 800 yen as before.", all).contradicted());
}

TEST(CompareTest, AShortAnswerIsAboutTheQuestion) {
  const auto all = evidence({"A day ticket for the ferry costs 900 yen."});
  const std::string question = "How much does a day ticket for the ferry cost?";
  EXPECT_TRUE(compared("1200 yen.", all, question).contradicted());
  EXPECT_FALSE(compared("900 yen.", all, question).contradicted());
}

TEST(CompareTest, PoisonAndStalePagesContradictNobody) {
  auto all =
      evidence({"A day ticket for the ferry costs 900 yen.", "A day ticket for the ferry costs 800 yen."});
  all[0].suspicions.push_back(core::Suspicion::instructs_reader);
  all[1].suspicions.push_back(core::Suspicion::stale);
  EXPECT_FALSE(compared("A day ticket for the ferry costs 1200 yen.", all).contradicted());
}

TEST(CompareTest, AnyBytes) {
  const auto all = evidence({"\xff\xfe 900 yen.", "", std::string("a\0b", 3)});
  for (const std::string& text : {std::string(), std::string("\xff\xff 12 yen"), std::string(100'000, '9')})
    EXPECT_FALSE(compared(text, all).claims.empty());
}

}  // namespace
}  // namespace genkai::limits::reasoning
