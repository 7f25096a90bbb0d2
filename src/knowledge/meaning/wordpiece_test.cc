#include "knowledge/meaning/wordpiece.h"

#include <gtest/gtest.h>

#include <string>

namespace genkai::knowledge {
namespace {

constexpr std::string_view kVocabulary =
    "un\n##able\nlock\n##s\ncafe\n,\n.\n$\n##a\na\nab\n##bc\nüber\n##lock\nσ\n東\n京\n–\nnaive\n##e\n";
constexpr std::uint32_t kUnknown = WordPiece::kUnknown;

std::vector<std::uint32_t> ids(std::string_view text) {
  static const WordPiece pieces(kVocabulary);
  std::vector<std::uint32_t> out;
  pieces.tokenize(text, out);
  return out;
}
using Ids = std::vector<std::uint32_t>;

TEST(WordPieceTest, CutsTheLongestPieceFromTheLeft) {
  EXPECT_EQ(ids("unable unlock locks"), (Ids{0, 1, 0, 13, 2, 3}));
  // "abc" takes "ab" first and is then stuck at "c": greedy matching does not go back to "a" + "##bc".
  EXPECT_EQ(ids("abc"), Ids{kUnknown});
  EXPECT_EQ(ids("aa"), (Ids{9, 8}));
}

TEST(WordPieceTest, APieceInsideAWordIsNotAWord) {
  EXPECT_EQ(ids("able"), Ids{kUnknown});
  EXPECT_EQ(ids("s"), Ids{kUnknown});
  EXPECT_EQ(ids("lockcafe"), Ids{kUnknown});
}

TEST(WordPieceTest, LowersAndStripsAccents) {
  EXPECT_EQ(ids("CAFÉ"), Ids{4});
  EXPECT_EQ(ids("cafe\xCC\x81"), Ids{4});  // the accent as a character of its own
  EXPECT_EQ(ids("Naïve"), Ids{18});
  EXPECT_EQ(ids("Über"), Ids{kUnknown});  // a piece that keeps its accent can never match
  EXPECT_EQ(ids("Σ"), Ids{14});
}

TEST(WordPieceTest, PunctuationAndIdeographsStandAlone) {
  EXPECT_EQ(ids("lock,lock.$"), (Ids{2, 5, 2, 6, 7}));
  EXPECT_EQ(ids("a–a"), (Ids{9, 17, 9}));
  EXPECT_EQ(ids("東京lock"), (Ids{15, 16, 2}));
  EXPECT_EQ(ids("東都"), (Ids{15, kUnknown}));
}

TEST(WordPieceTest, WhiteSpaceOfEveryKindSplits) {
  EXPECT_EQ(ids(" lock\t\n\f\vcafe\xE3\x80\x80un\xC2\xA0"
                "a "),
            (Ids{2, 4, 0, 9}));
  EXPECT_EQ(ids(""), Ids{});
  EXPECT_EQ(ids(" \n "), Ids{});
}

TEST(WordPieceTest, SkipsControlCharactersAndBytesThatAreNotUtf8) {
  EXPECT_EQ(ids("lo\x01"
                "ck"),
            Ids{2});
  EXPECT_EQ(ids("lo\xE2\x80\x8B"
                "ck"),
            Ids{2});  // zero-width space
  EXPECT_EQ(ids("lo\xFF"
                "ck \xC3"),
            Ids{2});
  EXPECT_EQ(ids("a\xED\xA0\x80 a\xF4\x90\x80\x80"), (Ids{9, 9}));  // a surrogate, a value past U+10FFFF
  EXPECT_EQ(ids(std::string_view("lo\0ck", 5)), Ids{2});
}

TEST(WordPieceTest, WordsOfMoreThanHundredCodePointsAreUnknown) {
  EXPECT_EQ(ids(std::string(100, 'a')), [] {
    Ids expected(100, 8);
    expected[0] = 9;
    return expected;
  }());
  EXPECT_EQ(ids(std::string(101, 'a') + " lock"), (Ids{kUnknown, 2}));
  EXPECT_EQ(ids(std::string(100'000, 'a')), Ids{kUnknown});
  std::string accents;
  for (int i = 0; i < 1000; ++i) accents += "\xCE\x90";  // decomposes into a letter and two marks
  EXPECT_EQ(ids(accents), Ids{kUnknown});
}

TEST(WordPieceTest, AnEmptyVocabularyKnowsNothing) {
  const WordPiece none("");
  Ids out;
  none.tokenize("some text", out);
  EXPECT_EQ(out, (Ids{kUnknown, kUnknown}));
  EXPECT_EQ(none.size(), 0U);
}

}  // namespace
}  // namespace genkai::knowledge
