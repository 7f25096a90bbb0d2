#include "limits/reasoning/consistency/statement.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "limits/reasoning/consistency/amounts.h"

namespace genkai::limits::reasoning {
namespace {

TEST(StatementTest, TheSameSaidInOtherWordsIsTheSame) {
  const std::pair<const char*, const char*> same[] = {
      {"A poodle is a dog.", "Poodles are dogs"},
      {"Every poodle is a dog.", "The poodle is a dog."},
      {"Dogs bark.", "Dogs bark!"},
      {"Osaka is smaller than Tokyo.", "Tokyo is bigger than Osaka."},
      {"The tower was built after the castle.", "The castle was built before the tower."},
      {"Is a palm tree a plant?", "Palm trees are plants."},
      {"Does a palm tree have a trunk?", "A palm tree has a trunk."},
      {"プードルは犬です。", "プードルは犬である"},
      {"鳥は飛びます。", "鳥は飛ぶ。"},
      {"大阪は東京より小さい。", "東京は大阪よりも大きいです。"},
      {"博物館は1932年に開館しました。", "博物館は１９３２年に開館した。"},
  };
  for (const auto& [one, other] : same)
    EXPECT_EQ(read_statement(one).key(), read_statement(other).key()) << one << " / " << other;
  EXPECT_NE(read_statement("Dogs are cats.").key(), read_statement("Cats are dogs.").key());
  EXPECT_NE(read_statement("The tower is open.").key(), read_statement("The tower was open.").key());
}

TEST(StatementTest, NegationIsReadApart) {
  const std::pair<const char*, const char*> denied[] = {
      {"A poodle is a cat.", "A poodle is not a cat."},
      {"Birds have wings.", "Birds don't have wings."},
      {"The museum has a lift.", "The museum has no lift."},
      {"Dogs are cats.", "No dog is a cat."},
      {"The museum opened in 1932.", "The museum did not open in 1932."},
      {"Penguins can fly.", "Penguins cannot fly."},
      {"プードルは猫です。", "プードルは猫ではありません。"},
      {"鳥は飛ぶ。", "鳥は飛ばない。"},
      {"鳥は飛びます。", "鳥は飛びません。"},
      {"部屋は広い。", "部屋は広くない。"},
      {"博物館は1932年に開館した。", "博物館は1932年に開館しなかった。"},
  };
  for (const auto& [positive, negative] : denied) {
    EXPECT_EQ(read_statement(positive).key(), read_statement(negative).key()) << positive;
    EXPECT_FALSE(read_statement(positive).negated) << positive;
    EXPECT_TRUE(read_statement(negative).negated) << negative;
  }
}

TEST(StatementTest, WhatIsNotAssertedIsNoClaim) {
  for (const char* text : {"Is it open?", "It might rain.", "It is red.", "開いていますか。",
                           "雨かもしれません。", "それは赤い。"})
    EXPECT_FALSE(read_statement(text).asserted) << text;
  EXPECT_TRUE(read_statement("The hall is red.").asserted);
}

TEST(StatementTest, ScopeSaysWhatIsPassedOn) {
  EXPECT_EQ(read_statement("Dogs are loyal.").scope, Scope::kind);
  EXPECT_EQ(read_statement("The dog is loyal.").scope, Scope::one);
  EXPECT_EQ(read_statement("Rex is loyal.").scope, Scope::one);
  EXPECT_EQ(read_statement("Some dogs are loyal.").scope, Scope::some);
}

TEST(StatementTest, AnythingAtAllIsReadWithoutHarm) {
  base::Rng rng(7);
  static const char* pieces[] = {"is",  " ",    "not",  "は",     "ない", "より",     "の一部", "?", "?x",
                                 ".",   "the",  "than", "before", "\xFF", "\xE3\x81", "ません", "a", "no",
                                 "did", "ます", "「",   "」",     "が",   "1932",     "\n",     "#"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::uint64_t i = rng.below(12); i > 0; --i) text += pieces[rng.below(std::size(pieces))];
    const Statement read = read_statement(text);
    EXPECT_FALSE(read.predicate.empty()) << text;
    EXPECT_LE(read.object, read.predicate.size()) << text;
    EXPECT_EQ(read.key(), read_statement(text).key());
    (void)framed(text, "");
  }
}

Amount amount_of(const char* text) {
  const auto found = framed(text, "");
  EXPECT_EQ(found.size(), 1U) << text;
  return found.empty() ? Amount{} : found.front().amount;
}

TEST(AmountsTest, WhatCannotBothBe) {
  const auto clash = [](const char* a, const char* b) { return exclude(amount_of(a), amount_of(b)); };
  EXPECT_TRUE(clash("The tower is 300 metres tall.", "The tower is 250 metres tall."));
  EXPECT_TRUE(clash("The tower is at least 300 metres tall.", "The tower is 250 metres tall."));
  EXPECT_FALSE(clash("The tower is at least 300 metres tall.", "The tower is 300 metres tall."));
  EXPECT_TRUE(clash("The tower is more than 300 metres tall.", "The tower is 300 metres tall."));
  EXPECT_TRUE(clash("The museum opened in 1932.", "The museum opened in May 1935."));
  EXPECT_FALSE(clash("The museum opened in 1932.", "The museum opened in May 1932."));
  EXPECT_TRUE(clash("塔の高さは333メートルです。", "塔の高さは250メートル以下です。"));
  EXPECT_TRUE(narrower(amount_of("The museum opened in May 1932."), amount_of("The museum opened in 1932.")));
  EXPECT_FALSE(
      narrower(amount_of("The museum opened in 1932."), amount_of("The museum opened in May 1932.")));
}

TEST(AmountsTest, WhatMayHaveSeveralValuesIsLeftAlone) {
  EXPECT_TRUE(framed("The team won the cup in 1990.", "").empty());
  EXPECT_TRUE(framed("The tower is about 300 metres tall.", "").empty());
  EXPECT_TRUE(framed("塔の高さは約333メートルです。", "").empty());
}

}  // namespace
}  // namespace genkai::limits::reasoning
