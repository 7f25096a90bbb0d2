#include "answer/conversation.h"

#include <gtest/gtest.h>

namespace genkai::answer {
namespace {

const std::string kTerms =
    "The ferry leaves from the northern pier. A day ticket costs 900 yen. Children travel free with a "
    "grown-up. Dogs are welcome on the upper deck. It does not run on the first of January.\n"
    "Bicycles may be taken along outside the rush hours. Is it late? Then the deposit is paid back.";
const std::string kNotice =
    "渡し船は北の桟橋から出ます。一日券は九百円です。子どもは大人と一緒なら無料です。犬は上の甲板に"
    "乗れます。元日は運休します。自転車は混雑する時間を除いて持ち込めます。雨の日も運航しますが、風が"
    "強い日は休むことがあります。荷物は一人二つまで持ち込めます。切符は船の中でも買えます。忘れ物は"
    "桟橋の窓口で三か月のあいだ預かります。団体は前の日までに申し込んでください。定期券もあります。"
    "駐車場は桟橋の隣にあり、一日三百円です。";

Conversation read(const std::string& message) {
  return read_conversation({{"user", message}}, {});
}
std::string material_of(const Conversation& talk) {
  return talk.documents.items().empty() ? "" : talk.documents.items().at(0).string("text");
}

TEST(Conversation, TheQuestionMayStandBehindItsMaterial) {
  for (const char* question : {"What is the fee?", "Name the fee.", "料金はいくらですか。"}) {
    const auto talk = read(kTerms + "\n\n" + question);
    EXPECT_EQ(talk.question, question);
    EXPECT_EQ(material_of(talk), kTerms + "\n\n");
  }
}

TEST(Conversation, TheQuestionMayStandBeforeItsMaterial) {
  for (const char* question : {"What is the fee?", "料金はいくらですか。", "料金はいくら？",
                               "料金を教えてもらえますか", "Please read this.\nWhat is the fee?"})
    for (const std::string& terms : {kTerms, kNotice}) {
      const auto talk = read(std::string(question) + "\n\n" + terms);
      EXPECT_EQ(talk.question, question);
      EXPECT_EQ(material_of(talk), terms) << question;
    }
  const auto windows = read("  What is the fee?\r\n\r\n" + kTerms + "\r\n");
  EXPECT_EQ(windows.question, "What is the fee?");
  EXPECT_EQ(material_of(windows), kTerms);
  EXPECT_EQ(read("What is the fee?\n" + kTerms).question, "What is the fee?") << "without a blank line";
  EXPECT_EQ(read("What is the fee?\n\n" + kTerms + "\n\nThanks!").question, "What is the fee?");
}

TEST(Conversation, OfTwoQuestionsTheLastIsTaken) {
  const auto talk = read("Do you know the ferry?\n\n" + kTerms + "\n\nWhat is the fee?");
  EXPECT_EQ(talk.question, "What is the fee?");
  EXPECT_NE(material_of(talk).find("Do you know"), std::string::npos);
}

TEST(Conversation, ALongFirstParagraphIsMaterialEvenIfItEndsInAQuestion) {
  const auto talk = read(kTerms + " What if it rains?\n\nName the fee.");
  EXPECT_EQ(talk.question, "Name the fee.");
}

TEST(Conversation, AShortMessageIsTheQuestionAsItStands) {
  const auto talk = read("What is the fee?\n\nI ask for a friend.");
  EXPECT_EQ(talk.question, "What is the fee?\n\nI ask for a friend.");
  EXPECT_TRUE(talk.documents.items().empty());
  EXPECT_EQ(read_conversation({}, {}).question, "");
}

TEST(Conversation, WhatAModelSaidIsNoMaterial) {
  const auto talk =
      read_conversation({{"system", kTerms}, {"assistant", kTerms}, {"user", "What is the fee?"}}, {});
  ASSERT_EQ(talk.documents.items().size(), 1U);
  EXPECT_EQ(talk.documents.items().at(0).string("id"), "system message 1");
  EXPECT_EQ(talk.question, "What is the fee?");
}

}  // namespace
}  // namespace genkai::answer
