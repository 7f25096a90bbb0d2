#include "answer/earlier_answers.h"

#include <gtest/gtest.h>

namespace genkai::answer {
namespace {

using text::Language;
using Messages = std::vector<model::ChatMessage>;

Messages talk(std::initializer_list<std::pair<const char*, const char*>> turns) {
  Messages messages;
  for (const auto& [question, answer] : turns) {
    messages.push_back({.content = question});
    messages.push_back({.role = "assistant", .content = answer});
  }
  return messages;
}

core::Answer answered(std::string text, bool by_quote) {
  core::Answer answer;
  answer.outcome = core::Outcome::answered;
  answer.reason = core::Reason::none;
  core::AnswerItem item;
  item.text = std::move(text);
  item.model = "m";
  item.by_quote = by_quote;
  if (by_quote) item.citations.emplace_back();
  answer.answers.push_back(std::move(item));
  answer.certificates.push_back({"risk", "", {}, {}});
  return answer;
}

TEST(EarlierAnswers, WhatCannotBeTrueWithAnEarlierAnswerIsNamed) {
  const Messages before = talk({{"Tell me about poodles.", "A poodle is a dog. Dogs are mammals."},
                                {"And the museum?", "The museum opened in 1932."}});
  const auto held = hold_to_earlier(before, "When?", "The museum opened in 1935.", Language::english);
  EXPECT_EQ(held.answers, 2U);
  EXPECT_EQ(held.claims, 3U);
  ASSERT_EQ(held.contradictions.size(), 1U);
  EXPECT_EQ(held.contradictions[0].says, "The museum opened in 1935.");
  EXPECT_EQ(held.contradictions[0].earlier, std::vector<std::string>{"The museum opened in 1932."});
  EXPECT_FALSE(held.contradictions[0].in_dispute);
  EXPECT_EQ(
      hold_to_earlier(before, "?", "A poodle is not a mammal.", Language::english).contradictions.size(), 1U)
      << "through a rule that the conversation states itself";
  EXPECT_TRUE(hold_to_earlier(before, "When?", "The museum opened in 1932.", Language::english)
                  .contradictions.empty());
}

TEST(EarlierAnswers, AYesAndABareDateAreReadWithTheirQuestions) {
  const Messages before = talk({{"Is the hall open?", "Yes."},
                                {"When was the bridge opened?", "1931"},
                                {"橋は赤いですか？", "はい。"}});
  EXPECT_EQ(hold_to_earlier(before, "Is the hall open?", "No.", Language::english).contradictions.size(), 1U);
  EXPECT_TRUE(hold_to_earlier(before, "Is the mill open?", "No.", Language::english).contradictions.empty());
  EXPECT_EQ(
      hold_to_earlier(before, "When was the bridge opened?", "1874", Language::english).contradictions.size(),
      1U);
  EXPECT_TRUE(hold_to_earlier(before, "When was the bridge opened?", "1931", Language::english)
                  .contradictions.empty());
  EXPECT_EQ(hold_to_earlier(before, "橋は赤いですか？", "いいえ。", Language::japanese).contradictions.size(),
            1U);
}

TEST(EarlierAnswers, AQuoteCorrectsAndAModelsOwnWordsAreWithheld) {
  const Messages before = talk({{"When?", "The bridge was opened in 1935."}});
  const std::string now = "The bridge was opened in 1931.";
  for (const bool by_quote : {true, false}) {
    auto held = hold_to_earlier(before, "When?", now, Language::english);
    core::Answer answer = answered(now, by_quote);
    act_on(held, EarlierAnswers::report, Language::english, answer);
    EXPECT_EQ(answer.outcome, core::Outcome::answered);
    act_on(held, EarlierAnswers::repair, Language::english, answer);
    EXPECT_EQ(answer.outcome == core::Outcome::answered, by_quote);
    EXPECT_EQ(answer.certificates.empty(), !by_quote);
    EXPECT_EQ(answer.rejected.empty(), by_quote);
    EXPECT_EQ(to_json(held).string("action"), by_quote ? "corrected" : "withheld");
    EXPECT_NE((by_quote ? held.correction : answer.message).find("1935"), std::string::npos);
  }
}

TEST(EarlierAnswers, WhatTheConversationDisputedBeforeHoldsNobody) {
  const Messages before =
      talk({{"When?", "The bridge was opened in 1935."}, {"Sure?", "The bridge was opened in 1931."}});
  auto held = hold_to_earlier(before, "When?", "The bridge was opened in 1931.", Language::english);
  core::Answer answer = answered("The bridge was opened in 1931.", false);
  act_on(held, EarlierAnswers::repair, Language::english, answer);
  EXPECT_EQ(answer.outcome, core::Outcome::answered);
  ASSERT_EQ(held.contradictions.size(), 1U);
  EXPECT_TRUE(held.contradictions[0].in_dispute);
}

TEST(EarlierAnswers, UsersAndRefusalsHoldNobodyAndHostileTextEnds) {
  Messages before = talk({{"The bridge was opened in 1935.", "I don't know."}});
  EXPECT_EQ(hold_to_earlier(before, "When?", "The bridge was opened in 1931.", Language::english).claims, 0U);
  for (int i = 0; i < 300; ++i)
    before.push_back({.role = "assistant", .content = std::string(20'000, static_cast<char>(i))});
  const auto held =
      hold_to_earlier(before, std::string(100'000, 'x'), std::string(100'000, '\xff'), Language::english);
  EXPECT_LE(held.answers, 64U);
}

}  // namespace
}  // namespace genkai::answer
