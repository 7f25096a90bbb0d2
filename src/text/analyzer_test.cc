#include "text/analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/rng.h"
#include "text/japanese_words.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsSupersetOf;
using ::testing::Not;

TEST(AnalyzerTest, EnglishWordsAreFoldedAndStemmed) {
  Analyzer analyzer;
  EXPECT_EQ(analyzer.terms("Running runs"), analyzer.terms("running RUN"));
  EXPECT_THAT(analyzer.terms("The cat's well-known toys."),
              ElementsAre("the", "cat", "well", "known", "toy"));
  EXPECT_EQ(analyzer.terms("cat’s"), analyzer.terms("cat's"));
  EXPECT_EQ(analyzer.terms("Beyoncé"), analyzer.terms("beyonce"));
  EXPECT_THAT(analyzer.terms("C++ and C#"), ElementsAre("c++", "and", "c#"));
  EXPECT_TRUE(analyzer.terms(" ... !? ").empty());
}

TEST(AnalyzerTest, NumbersMeetWhateverTheirSpelling) {
  Analyzer analyzer;
  EXPECT_THAT(analyzer.terms("1,234"), ElementsAre("1234"));
  EXPECT_THAT(analyzer.terms("１，２３４"), ElementsAre("1234"));
  EXPECT_THAT(analyzer.terms("1,2,3"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(analyzer.terms("3.14."), ElementsAre("3.14"));
  EXPECT_THAT(analyzer.terms("1990s"), ElementsAre("1990s", "1990"));
}

TEST(AnalyzerTest, JapaneseCharactersPairsAndWords) {
  if (!JapaneseWords::has_dictionary()) GTEST_SKIP() << "MeCab's dictionary is not installed";
  Analyzer analyzer;
  EXPECT_THAT(analyzer.terms("東京に行った。"),
              ElementsAre("w:東京", "w:行く", "東", "京", "東京", "京に", "行", "行っ", "った"));
  EXPECT_EQ(analyzer.terms("ﾃｽﾄ"), analyzer.terms("テスト"));
  EXPECT_THAT(analyzer.terms("NASAの月着陸"), IsSupersetOf({"nasa", "月", "着陸", "w:着陸"}));
}

TEST(AnalyzerTest, OtherScripts) {
  Analyzer analyzer;
  EXPECT_THAT(analyzer.terms("Москва МОСКВА"), ElementsAre("москва", "москва"));
  EXPECT_THAT(analyzer.terms("서울시"), ElementsAre("서울", "울시"));
  EXPECT_THAT(analyzer.terms("ไทย"), ElementsAre("ไท", "ทย"));
}

TEST(AnalyzerTest, QuestionsDropWhatOnlyAsks) {
  Analyzer analyzer;
  const auto named = [](const char* term) { return Field(&QueryTerm::term, term); };
  const auto english = analyzer.query_terms("Who wrote the Hamlet play, and how many plays did he write?");
  EXPECT_THAT(english, Contains(named("hamlet")));
  EXPECT_THAT(english, Not(Contains(named("who"))));
  EXPECT_THAT(english, Not(Contains(named("the"))));
  EXPECT_THAT(english, Each(Field(&QueryTerm::weight, 1.0F)));
  const auto japanese = analyzer.query_terms("1996年に発見されたのは何ですか？");
  EXPECT_THAT(japanese, Contains(QueryTerm{"1996", 4.0F}));
  EXPECT_THAT(japanese, Contains(QueryTerm{"発見", 1.0F}));
  EXPECT_THAT(japanese, Not(Contains(named("です"))));
  EXPECT_THAT(japanese, Not(Contains(named("何"))));
}

TEST(AnalyzerTest, QuestionsOfQuestionWordsKeepThem) {
  Analyzer analyzer;
  EXPECT_FALSE(analyzer.query_terms("The Who").empty());
  EXPECT_FALSE(analyzer.query_terms("何？").empty());
  EXPECT_TRUE(analyzer.query_terms("?").empty());
}

TEST(AnalyzerTest, EveryQueryTermIsAnIndexTerm) {
  Analyzer analyzer;
  for (const char* text :
       {"Where were the treaties signed in 1,648?", "東京タワーの高さは何メートルですか", "Who is 紫式部?"}) {
    const auto terms = analyzer.terms(text);
    for (const QueryTerm& q : analyzer.query_terms(text)) EXPECT_THAT(terms, Contains(q.term)) << text;
  }
}

TEST(AnalyzerTest, AnyBytesGiveShortValidTerms) {
  base::Rng rng(4);
  Analyzer analyzer;
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(rng.below(300), ' ');
    const std::uint64_t lead = rng.below(3);
    for (char& c : bytes)
      c = static_cast<char>(lead == 0   ? rng.below(256)
                            : lead == 1 ? 'a' + rng.below(4)
                                        : 0x81 + rng.below(0x70));
    const auto terms = analyzer.terms(bytes);
    for (const std::string& term : terms) {
      ASSERT_FALSE(term.empty());
      ASSERT_LE(term.size(), 66U);
      ASSERT_TRUE(is_valid_utf8(term));
    }
    ASSERT_EQ(analyzer.terms(bytes), terms);
  }
}

TEST(AnalyzerTest, ThreadsShareTheDictionary) {
  const std::string text = "日本の首都は東京である。富士山は日本一高い山である。";
  const auto expected = Analyzer().terms(text);
  std::vector<std::thread> threads;
  std::vector<int> equal(4, 0);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      Analyzer analyzer;
      for (int i = 0; i < 50; ++i) equal[static_cast<std::size_t>(t)] += analyzer.terms(text) == expected;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(equal, Each(50));
}

TEST(JapaneseWordsTest, WorksWithoutTheDictionary) {
  JapaneseWords words(false);
  std::vector<std::string_view> found;
  words.split("日本の首都は東京である", found);
  EXPECT_THAT(found, IsSupersetOf({"日本", "首都", "東京"}));
  std::vector<TaggedWord> tagged;
  words.tag("東京へ行く", tagged);
  ASSERT_FALSE(tagged.empty());
  EXPECT_EQ(tagged[0].kind, WordKind::noun);
  EXPECT_EQ(tagged[0].end, 6U);
}

TEST(AnalyzerTest, VersionTellsOfTheDictionary) {
  EXPECT_EQ(Analyzer::version() == Analyzer::kVersion, JapaneseWords::has_dictionary());
}

}  // namespace
}  // namespace genkai::text
