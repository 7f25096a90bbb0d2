#include "limits/retrieval/conflict.h"

#include <gtest/gtest.h>

#include <cmath>

namespace genkai::limits::retrieval {
namespace {

const Support kFirm{5, true, 0.9};

TEST(Conflict, TellsTheCasesApart) {
  const Belief none{{}, 0, 4}, guess{"1931", 2, 4}, sure{"1931", 4, 4}, read{"1932", 5, 5};
  const auto which = [](const Belief& memory, const Belief& context, Match match) {
    return compare(memory, context, match, kFirm).which;
  };
  EXPECT_EQ(which(sure, read, Match::same), KnowledgeCase::agreement);
  EXPECT_EQ(which(sure, read, Match::different), KnowledgeCase::contradiction);
  EXPECT_EQ(which(sure, read, Match::unclear), KnowledgeCase::not_comparable);
  EXPECT_EQ(which(none, read, Match::unclear), KnowledgeCase::context_only);
  EXPECT_EQ(which(guess, read, Match::different), KnowledgeCase::context_only) << "half is no majority";
  EXPECT_EQ(which(sure, none, Match::unclear), KnowledgeCase::memory_only);
  EXPECT_EQ(which(guess, none, Match::unclear), KnowledgeCase::neither);
  EXPECT_EQ(to_string(KnowledgeCase::not_comparable), "not_comparable");
}

TEST(Conflict, OnlyAContradictionOfWeakEvidenceWithholds) {
  const Belief memory{"1931", 4, 4};
  const auto withholds = [&](const Belief& context, const Support& support, Match match) {
    return compare(memory, context, match, support).withholds();
  };
  EXPECT_FALSE(withholds({"1932", 5, 5}, kFirm, Match::different));
  EXPECT_TRUE(withholds({"1932", 4, 5}, {4, true, 0.9}, Match::different)) << "one draft says otherwise";
  EXPECT_TRUE(withholds({"1932", 5, 5}, {4, true, 0.9}, Match::different)) << "one is not supported";
  EXPECT_TRUE(withholds({"1932", 5, 5}, {5, false, 0.9}, Match::different)) << "no quote says so";
  EXPECT_TRUE(withholds({"1932", 5, 5}, {5, true, 0.5}, Match::different)) << "an unlikely quote";
  EXPECT_FALSE(withholds({"1932", 4, 5}, {4, false, 0}, Match::same));
  EXPECT_FALSE(withholds({"1932", 4, 5}, {4, false, 0}, Match::unclear));
}

TEST(Conflict, ScoresSayWhichWayMemoryPoints) {
  const auto same = scores_of(compare({"1932", 4, 4}, {"1932", 5, 5}, Match::same, kFirm));
  ASSERT_EQ(same.size(), 2U);
  EXPECT_DOUBLE_EQ(same[0], 0.9);
  EXPECT_TRUE(std::isnan(same[1]));
  const auto other = scores_of(compare({"1931", 3, 4}, {"1932", 5, 5}, Match::different, kFirm));
  EXPECT_TRUE(std::isnan(other[0]));
  EXPECT_DOUBLE_EQ(other[1], 0.7);
  const auto unknown = scores_of(compare({{}, 0, 4}, {"1932", 5, 5}, Match::unclear, kFirm));
  EXPECT_TRUE(std::isnan(unknown[0]) && std::isnan(unknown[1]));
}

TEST(Conflict, MessagesNameWhatMemorySays) {
  const auto english = text::Language::english, japanese = text::Language::japanese;
  const auto found = compare({"1931", 4, 4}, {"1932", 5, 5}, Match::different, kFirm);
  EXPECT_NE(memory_message(found, true, english).find("\"1931\""), std::string::npos);
  EXPECT_NE(memory_message(found, true, english), memory_message(found, false, english));
  EXPECT_NE(memory_message(found, false, japanese).find("「1931」"), std::string::npos);
  EXPECT_EQ(memory_message(compare({"a", 4, 4}, {"a", 5, 5}, Match::same, kFirm), false, english), "");
  const std::string endless =
      memory_message(compare({std::string(1000, 'x'), 4, 4}, {}, Match::unclear, kFirm), false, english);
  EXPECT_LT(endless.size(), 200U);
}

}  // namespace
}  // namespace genkai::limits::retrieval
