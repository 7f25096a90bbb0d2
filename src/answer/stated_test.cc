// An answer against the relations that the documents' sentences state.

#include "answer/stated.h"

#include <gtest/gtest.h>

namespace genkai::answer {
namespace {

using text::Language;

std::vector<core::Evidence> passages(std::initializer_list<const char*> texts) {
  std::vector<core::Evidence> evidence;
  for (const char* text : texts) evidence.emplace_back().passage.text = text;
  return evidence;
}

std::optional<std::string> denied(std::string_view question, std::string_view answer,
                                  const std::vector<core::Evidence>& evidence) {
  return denied_by_relations(question, answer, evidence, text::detect_language(question), 1);
}

const char* const kDogs = "A poodle is a dog. All dogs are mammals. No mammal is a fish.";
const char* const kCities =
    "Osaka is larger than Kyoto. It has a castle. Kyoto is larger than Nara, and older.\nKyoto is larger "
    "than Nara.";
const char* const kParts = "The retina is part of the eye. The eye is part of the head.";

TEST(Stated, AnAnswerThatTheDocumentsRelationsLeaveNoRoomForIsNamed) {
  struct Case {
    const char *question, *answer, *document;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"Is a poodle a mammal?", "No.", kDogs},
           {"What is a poodle?", "A poodle is a fish.", kDogs},
           {"What is a poodle?", "It is a breed. A poodle is not a mammal.", kDogs},
           {"Is Nara larger than Osaka?", "Yes, by far.", kCities},
           {"Is Osaka larger than Nara?", "No.", kCities},
           {"Which is larger, Osaka or Nara?", "Nara", kCities},
           {"Which city is smaller, Osaka or Nara?", "Osaka.", kCities},
           {"Is the head part of the retina?", "Yes.", kParts},
           {"Is the retina part of the head?", "No.", kParts},
           {"プードルは哺乳類ですか？", "いいえ。", "プードルは犬です。犬は哺乳類です。"},
           {"奈良は大阪より大きいですか？", "はい。", "大阪は京都より大きい。京都は奈良より大きいです。"},
           {"大阪と奈良ではどちらが大きいですか？", "奈良です。",
            "大阪は京都より大きい。京都は奈良より大きいです。"},
           {"頭は網膜の一部ですか？", "はい。", "網膜は目の一部です。目は頭の一部です。"},
       }) {
    const auto why = denied(one.question, one.answer, passages({"The mill grinds rye.", one.document}));
    EXPECT_TRUE(why) << one.question << " " << one.answer;
  }
  EXPECT_EQ(denied("Is Osaka larger than Nara?", "No.", passages({"Osaka is larger than Nara."})),
            "the documents say \"Osaka is larger than Nara.\"; the answer says \"Is Osaka larger than Nara? "
            "No.\"");
  EXPECT_EQ(
      denied("大阪は奈良より大きいですか？", "いいえ。", passages({"大阪は奈良より大きい。"})),
      "資料には「大阪は奈良より大きい。」とあるが、答えは「大阪は奈良より大きいですか？ いいえ。」と言う");
}

TEST(Stated, WhatFollowsOrIsNotSaidIsLeftAlone) {
  struct Case {
    const char *question, *answer;
  };
  const auto evidence = passages({kDogs, kCities, kParts});
  for (const Case& one : std::initializer_list<Case>{
           {"Is a poodle a mammal?", "Yes."},
           {"What is a poodle?", "A poodle is a mammal."},
           {"What is a poodle?", "A poodle is a pet."},
           {"Is a whale a mammal?", "No."},
           {"Which is larger, Osaka or Nara?", "Osaka"},
           {"Which is larger, Osaka or Nara?", "Osaka is, not Nara."},
           {"Which is older, Osaka or Nara?", "Nara"},
           {"Is Osaka larger than Tokyo?", "No."},
           {"Is the eye part of the head?", "Yes."},
           {"Is the eye part of the retina?", "I do not know."},
       })
    EXPECT_FALSE(denied(one.question, one.answer, evidence)) << one.question << " " << one.answer;
}

TEST(Stated, DocumentsThatDisagreeAndThoseNotToBeUsedHoldNobody) {
  EXPECT_FALSE(denied("Is Osaka larger than Nara?", "No.",
                      passages({"Osaka is larger than Nara.", "Nara is larger than Osaka."})));
  for (const core::Suspicion why : {core::Suspicion::instructs_reader, core::Suspicion::stale}) {
    auto evidence = passages({kDogs});
    evidence[0].suspicions.push_back(why);
    EXPECT_FALSE(denied("Is a poodle a mammal?", "No.", evidence));
  }
  EXPECT_FALSE(denied("Do birds fly?", "No.", passages({"Some birds are swimmers. Birds fly."})))
      << "no relation that is read here";
}

TEST(Stated, AnAnswerIsReadWithItsQuestion) {
  const auto chosen = claims_of_answer("Which is larger, Osaka or Nara?", "I think Osaka");
  ASSERT_EQ(chosen.size(), 1U);
  EXPECT_EQ(chosen[0].text, "osaka is larger than nara");
  EXPECT_EQ(claims_of_answer("大阪と奈良のどちらが大きい？", "大阪")[0].text, "大阪は奈良より大きい");
  EXPECT_EQ(claims_of_answer("Which is larger, Osaka or Nara?", "Osaka or Nara")[0].said, "is osaka or nara");
  const auto no = claims_of_answer("Is the hall open?", "No.");
  ASSERT_EQ(no.size(), 1U);
  EXPECT_FALSE(no[0].value);
}

}  // namespace
}  // namespace genkai::answer
