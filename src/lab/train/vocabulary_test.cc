#include "lab/train/vocabulary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace genkai::lab::train {
namespace {

using model::native::Tokenizer;
using model::native::Vocabulary;

const std::vector<std::string> kTexts = {"the cat sat on the mat", "the cat ate the rat",
                                         "in 1931 the mat, the cat", "猫は東京にいる。猫は寝る。",
                                         "東京タワーは高い。東京の猫"};

model::native::TokenId id_of(const Vocabulary& v, std::string_view piece) {
  const auto found = std::find(v.pieces.begin(), v.pieces.end(), piece);
  return found == v.pieces.end() ? -1 : static_cast<model::native::TokenId>(found - v.pieces.begin());
}

TEST(TrainVocabulary, TheMostFrequentPairIsMergedFirst) {
  // "b" follows "a" 5 times, "c" follows "b" 3 times; as pairs come from what is merged, "abc" is the second.
  const Vocabulary v = train_vocabulary(std::vector<std::string>{"xab yab abc abc abc"}, {.size = 400});
  EXPECT_EQ(v.pieces[259], "ab");
  EXPECT_EQ(v.scores[259], 0);
  const model::native::TokenId abc = id_of(v, "abc"), prefixed = id_of(v, "▁abc");
  ASSERT_GT(abc, 0);
  ASSERT_GT(prefixed, 0);
  EXPECT_GT(v.scores[259], v.scores[static_cast<std::size_t>(abc)]);
}

TEST(TrainVocabulary, SpecialTokensAndAllBytesComeFirst) {
  const Vocabulary v = train_vocabulary(kTexts);
  EXPECT_EQ(v.pieces[0], "<unk>");
  EXPECT_EQ(v.pieces[1], "<s>");
  EXPECT_EQ(v.pieces[2], "</s>");
  EXPECT_EQ(v.pieces[3], "<0x00>");
  EXPECT_EQ(v.pieces[258], "<0xFF>");
  EXPECT_EQ(std::count(v.kinds.begin(), v.kinds.end(), Vocabulary::byte), 256);
  EXPECT_EQ(std::count(v.kinds.begin(), v.kinds.end(), Vocabulary::control), 2);
  EXPECT_EQ(v.scores.size(), v.pieces.size());
  EXPECT_EQ(v.kinds.size(), v.pieces.size());
  EXPECT_EQ(std::set<std::string>(v.pieces.begin(), v.pieces.end()).size(), v.pieces.size());
}

TEST(TrainVocabulary, MergesStayInsideARunOfOneScript) {
  const Vocabulary v = train_vocabulary(kTexts);
  EXPECT_GT(id_of(v, "▁the"), 0);
  EXPECT_GT(id_of(v, "▁cat"), 0);
  EXPECT_GT(id_of(v, "東京"), 0);
  for (const char* across : {"東京タ", "猫は", "は東", "19", "▁1", "mat,", "▁the▁cat", "る。"})
    EXPECT_EQ(id_of(v, across), -1) << across;
}

TEST(TrainVocabulary, TheTokenizerReadsTextsBackAndUsesTheMerges) {
  const auto tokenizer = Tokenizer::from(train_vocabulary(kTexts));
  ASSERT_TRUE(tokenizer);
  for (const std::string& text : kTexts) EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, true)), text);
  for (const char* unseen : {"zebra 🦓", "  two  spaces", "\n\t\x01", "日本語"})
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(unseen, true)), unseen);
  EXPECT_EQ(tokenizer->encode("the cat", false).size(), 2U);
}

TEST(TrainVocabulary, SizeAndFrequencyAreLimits) {
  EXPECT_EQ(train_vocabulary(kTexts, {.size = 259}).pieces.size(), 259U);
  EXPECT_EQ(train_vocabulary(kTexts, {.size = 270}).pieces.size(), 270U);
  EXPECT_EQ(train_vocabulary({}, {.size = 2048}).pieces.size(), 259U);
  const Vocabulary few = train_vocabulary(kTexts, {.size = 2048, .characters = 2});
  EXPECT_EQ(id_of(few, "c"), -1) << "only the two most frequent characters are pieces";
  EXPECT_GT(id_of(few, "▁"), 0);
  const Vocabulary often = train_vocabulary(kTexts, {.size = 2048, .least = 6});
  EXPECT_EQ(id_of(often, "▁cat"), -1);
  EXPECT_GT(id_of(train_vocabulary(kTexts, {.size = 2048, .least = 3}), "▁cat"), 0);
}

TEST(TrainVocabulary, TheSameTextsGiveTheSameVocabulary) {
  const Vocabulary one = train_vocabulary(kTexts), other = train_vocabulary(kTexts);
  EXPECT_EQ(one.pieces, other.pieces);
  EXPECT_EQ(one.scores, other.scores);
}

TEST(TrainVocabulary, BrokenTextIsNoObstacle) {
  const Vocabulary v =
      train_vocabulary(std::vector<std::string>{"a\xFF\xFE"
                                                "b",
                                                std::string("\0\0\0", 3), ""});
  EXPECT_TRUE(Tokenizer::from(v));
}

}  // namespace
}  // namespace genkai::lab::train
