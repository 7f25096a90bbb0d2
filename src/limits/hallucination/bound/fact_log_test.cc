#include "limits/hallucination/bound/fact_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "base/rng.h"
#include "limits/hallucination/bound/text_facts.h"

namespace genkai::limits::hallucination::bound {
namespace {

TEST(FactCounts, CountsThroughGrowthAsAMapDoes) {
  base::Rng rng(3);
  std::map<std::string, std::uint64_t> expected;
  FactCounts counts;
  for (int i = 0; i < 60'000; ++i) {
    const std::string fact = "fact " + std::to_string(rng.below(25'000));
    ++expected[fact];
    ASSERT_TRUE(counts.add(fact));
  }
  const Frequencies seen = counts.frequencies();
  EXPECT_EQ(seen.n, 60'000U);
  EXPECT_EQ(seen.distinct, expected.size());
  const auto times = [&](std::uint64_t k) {
    return static_cast<std::uint64_t>(
        std::count_if(expected.begin(), expected.end(), [&](const auto& e) { return e.second == k; }));
  };
  EXPECT_EQ(seen.once, times(1));
  EXPECT_EQ(seen.twice, times(2));
  EXPECT_FALSE(counts.add("too often", FactCounts::kMostDraws));
}

Frequencies read(const std::string& content, const LogOptions& options, LogReport& report,
                 bool table = false) {
  std::istringstream in(content);
  FactCounts counts;
  auto read = table ? read_fact_table(in, options, counts) : read_fact_log(in, options, counts);
  EXPECT_TRUE(read) << read.error().message;
  if (read) report = *read;
  return counts.frequencies();
}

TEST(FactLog, LinesBlankOnesAndMalformedOnes) {
  LogReport report;
  const std::string content =
      "\xEF\xBB\xBF a b \n\na b\r\nc\n\xFF\xFE\n" + std::string(kMostLineBytes + 5, 'x') + "\nA B\nd";
  const Frequencies seen = read(content, {}, report);
  EXPECT_EQ(report.lines, 8U);
  EXPECT_EQ(report.blank, 1U);
  EXPECT_EQ(report.malformed, 2U);
  EXPECT_EQ(report.first_malformed, 5U);
  EXPECT_EQ(report.why, "is not UTF-8 text");
  EXPECT_EQ(seen.n, 5U);  // a b, a b, c, A B, d
  EXPECT_EQ(seen.distinct, 4U);
  EXPECT_EQ(read(content, {.fold = true}, report).distinct, 3U);
}

TEST(FactLog, JsonLines) {
  LogReport report;
  const Frequencies seen = read(
      "{\"fact\":\"x\"}\n{\"fact\":7}\n{\"fact\":\" x \"}\n{\"fakt\":\"x\"}\nno json\n{\"fact\":null}\n"
      "{\"fact\":\"\"}\n[1]\n",
      {.column = "fact"}, report);
  EXPECT_EQ(seen.n, 3U);
  EXPECT_EQ(seen.distinct, 2U);
  EXPECT_EQ(report.malformed, 5U);
  EXPECT_EQ(report.first_malformed, 4U);
  EXPECT_EQ(report.why, "has no \"fact\"");
}

TEST(FactLog, Tables) {
  LogReport report;
  Frequencies seen = read("x\t3\ny z\t1\nx\t1\nq\t-1\nq\tmany\nq\n0\t0\n", {}, report, true);
  EXPECT_EQ(seen.n, 5U);
  EXPECT_EQ(seen.distinct, 2U);
  EXPECT_EQ(seen.once, 1U);
  EXPECT_EQ(report.malformed, 3U);
  seen = read(" {\"x\": 2, \"y\": 1, \"z\": 0.5}", {}, report, true);
  EXPECT_EQ(seen.n, 3U);
  EXPECT_EQ(seen.twice, 1U);
  EXPECT_EQ(report.malformed, 1U);
}

TEST(FactLog, NothingReadableIsAnErrorThatSaysWhy) {
  FactCounts counts;
  for (const char* content : {"", "\n \n", "\xFF\n\xFE\n"}) {
    std::istringstream in(content);
    EXPECT_FALSE(read_fact_log(in, {}, counts)) << content;
  }
  std::istringstream utf16(std::string("a\0b\0\n\0", 6));
  const auto error = read_fact_log(utf16, {}, counts);
  ASSERT_FALSE(error);
  EXPECT_THAT(error.error().message, ::testing::HasSubstr("UTF-8"));
  std::istringstream cut("{\"x\": 2");
  EXPECT_FALSE(read_fact_table(cut, {}, counts));
}

TEST(FactLog, Distributions) {
  const auto numbers = [](const std::string& content) {
    std::istringstream in(content);
    return read_distribution(in);
  };
  EXPECT_THAT(*numbers("0.5\na\t0.25\n\n 2.5e-1 \n"), ::testing::ElementsAre(0.5, 0.25, 0.25));
  EXPECT_THAT(*numbers(" [0.5, 0.5]"), ::testing::ElementsAre(0.5, 0.5));
  EXPECT_THAT(*numbers("{\"a\": 1}"), ::testing::ElementsAre(1));
  EXPECT_FALSE(numbers("0.5\nhalf\n"));
  EXPECT_FALSE(numbers(""));
  EXPECT_FALSE(numbers("[\"x\"]"));
}

TEST(TextFacts, PairsAreTheSameInBothTellings) {
  TextFacts facts(FactUnit::pairs);
  std::multiset<std::string> stated;
  const auto collect = [&](std::string_view fact) { stated.insert(std::string(fact)); };
  facts.of("Marie Curie won the prize in 1903. In 1903, Marie Curie was famous. It rained all day.", collect);
  EXPECT_EQ(facts.sentences(), 3U);
  EXPECT_EQ(facts.silent(), 1U);
  ASSERT_EQ(stated.size(), 2U);
  EXPECT_EQ(*stated.begin(), *stated.rbegin());
  EXPECT_THAT(*stated.begin(), ::testing::HasSubstr("1903"));
}

TEST(TextFacts, WordsAreContentWordsOnceASentence) {
  TextFacts facts(FactUnit::words);
  std::vector<std::string> words;
  const auto collect = [&](std::string_view fact) { words.emplace_back(fact); };
  facts.of("The ferry and the ferries of the harbour.", collect);
  EXPECT_EQ(std::count(words.begin(), words.end(), "ferri"), 1) << ::testing::PrintToString(words);
  EXPECT_EQ(std::count(words.begin(), words.end(), "the"), 0);
  words.clear();
  facts.of("源氏物語は紫式部が書いた。", collect);
  for (const std::string& word : words) EXPECT_TRUE(word.starts_with("w:")) << word;
  EXPECT_FALSE(words.empty());
}

}  // namespace
}  // namespace genkai::limits::hallucination::bound
