#include "limits/hallucination/probe/judge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limits/hallucination/probe/facts.h"

namespace genkai::limits::hallucination::probe {
namespace {

bool matches(std::vector<std::string> answers, const std::string& reply) {
  return AnswerKey(answers).matches(reply);
}

TEST(AnswerKey, FindsAnAcceptedAnswerAsWholeWords) {
  EXPECT_TRUE(matches({"Paris"}, "The capital is Paris."));
  EXPECT_TRUE(matches({"Bogotá"}, "bogota"));
  EXPECT_TRUE(matches({"N'Djamena", "Ndjamena"}, "It is N’Djamena"));
  EXPECT_TRUE(matches({"Türkiye"}, "Turkiye"));
  EXPECT_FALSE(matches({"Mexico City"}, "Mexico"));
  EXPECT_FALSE(matches({"Rome"}, "Romeo"));
  EXPECT_FALSE(matches({"North Macedonia"}, "Macedonia"));
  EXPECT_FALSE(matches({"Paris"}, ""));
  EXPECT_FALSE(matches({}, "Paris"));
}

TEST(AnswerKey, JapaneseDoesNotStandWithinALongerWord) {
  EXPECT_TRUE(matches({"東京"}, "東京都です。"));
  EXPECT_TRUE(matches({"東京"}, "首都は東京です"));
  EXPECT_FALSE(matches({"京都"}, "東京都"));
  EXPECT_FALSE(matches({"ローマ"}, "ローマン"));
  EXPECT_TRUE(matches({"ローマ"}, "「ローマ」"));
  EXPECT_TRUE(matches({"夏目漱石"}, "夏目漱石(なつめそうせき)"));
}

TEST(AnswerKey, DatesAndNumbersMatchByValue) {
  EXPECT_TRUE(matches({"1961"}, "21 May 1961"));
  EXPECT_TRUE(matches({"1958年"}, "1958年12月23日"));
  EXPECT_FALSE(matches({"1961"}, "1962"));
  EXPECT_TRUE(matches({"8"}, "8 planets"));
  EXPECT_FALSE(matches({"8"}, "18"));
  EXPECT_TRUE(matches({"18歳"}, "18歳です"));
}

TEST(Judge, ReadsJsonProseAndThoughts) {
  const auto json = parse_reply(
      "<think>Paris? Lyon?</think>Sure:\n```json\n{\"answer\": \"Paris\", \"confidence\": \"85%\"}\n```");
  EXPECT_EQ(json.answer, "Paris");
  EXPECT_DOUBLE_EQ(json.confidence.value_or(-1), 0.85);
  const auto prose = parse_reply("It is Paris. Confidence: 70%");
  EXPECT_EQ(judge(prose, AnswerKey({"Paris"})), Verdict::right);
  EXPECT_DOUBLE_EQ(prose.confidence.value_or(-1), 0.7);
  EXPECT_DOUBLE_EQ(parse_reply("パリです。確信度: 0.4").confidence.value_or(-1), 0.4);
  EXPECT_FALSE(parse_reply("Paris").confidence);
  EXPECT_EQ(parse_reply("{\"stands_by\": \"no\", \"answer\": \"Rome\"}").stands_by, std::optional(false));
}

TEST(Judge, TellsRightWrongAndDeclined) {
  const AnswerKey key({"Paris"});
  EXPECT_EQ(judge(parse_reply("{\"answer\": \"Lyon\", \"confidence\": 1}"), key), Verdict::wrong);
  EXPECT_EQ(judge(parse_reply("{\"answer\": null}"), key), Verdict::refused);
  EXPECT_EQ(judge(parse_reply("{\"answer\": \"I don't know\", \"confidence\": 0}"), key), Verdict::refused);
  EXPECT_EQ(judge(parse_reply("That country does not exist."), key), Verdict::refused);
  EXPECT_EQ(judge(parse_reply("{\"answer\": \"分かりません\"}"), key), Verdict::refused);
  EXPECT_EQ(judge(parse_reply("その国は実在しません。"), key), Verdict::refused);
  EXPECT_EQ(judge(parse_reply(" \n"), key), Verdict::unusable);
  EXPECT_EQ(judge(parse_reply("<think>hm"), key), Verdict::wrong);
  EXPECT_EQ(judge(parse_reply("<think>Paris</think>"), key), Verdict::unusable);
}

TEST(Judge, SurvivesWhateverAModelWrites) {
  for (const std::string& text :
       {std::string("\xff\xfe{\"answer\":\xff"), std::string("{\"answer\":{\"answer\":1}}"),
        std::string(200'000, '{'), "{\"answer\":\"" + std::string(200'000, 'x') + "\"}",
        std::string("confidence: ..........%"), std::string("{\"answer\":[],\"confidence\":1e999}")})
    judge(parse_reply(text), AnswerKey({"Paris", "1961", "東京"}));
}

TEST(Judge, SameAnswersInOtherWords) {
  const AnswerKey key({"New Delhi", "Delhi"});
  EXPECT_TRUE(say_the_same("New Delhi", "It is Delhi", key));
  EXPECT_FALSE(say_the_same("New Delhi", "Mumbai", key));
  EXPECT_TRUE(say_the_same("Mumbai", "Mumbai, Maharashtra", key));
  EXPECT_FALSE(say_the_same("Mumbai", "Chennai", key));
}

TEST(Judge, ProbabilityIsThatOfTheAnswersTokensAlone) {
  model::Sample sample;
  for (const auto& [token, logprob] :
       std::vector<std::pair<std::string, double>>{{"{\"", -5},
                                                   {"answer", -5},
                                                   {"\": \"", -5},
                                                   {"New", std::log(0.5)},
                                                   {" Delhi", std::log(0.8)},
                                                   {"\",", -3},
                                                   {" \"confidence\": 0.9}", -4}})
    sample.tokens.push_back({token, logprob, {}});
  EXPECT_NEAR(answer_probability(sample).value_or(-1), 0.4, 1e-9);
  sample.tokens = {{"Pa", std::log(0.5), {}}, {"ris", std::log(0.5), {}}};
  EXPECT_NEAR(answer_probability(sample).value_or(-1), 0.25, 1e-9);
  EXPECT_FALSE(answer_probability({}));
}

TEST(Facts, CountsWhatItCannotRead) {
  const auto set = parse_facts(
      "{\"id\":\"a\",\"question\":\"What is the capital of "
      "France?\",\"answers\":[\"Paris\"],\"exposure\":68,\"exposure_is\":\"people\"}\n"
      "no json\n"
      "{\"id\":\"a\",\"question\":\"again\",\"answers\":[]}\n"
      "{\"id\":\"b\",\"question\":\"q\"}\n"
      "{\"id\":\"c\",\"question\":\"q\",\"answers\":[\"x\"],\"exposure\":-1}\n"
      "{\"id\":\"d\",\"question\":\"フランスの首都は?\",\"answers\":[],\"changed\":[{\"until\":\"2001\","
      "\"answers\":[\"x\"]},{\"until\":\"2019-05\",\"answers\":[\"y\"]}]}\n");
  ASSERT_TRUE(set);
  ASSERT_EQ(set->facts.size(), 2U);
  EXPECT_EQ(set->malformed, 4U);
  EXPECT_EQ(set->problems.front(), "line 2: no JSON object");
  EXPECT_EQ(set->exposure_is, "people");
  EXPECT_EQ(set->facts[0].type, text::AnswerType::place);
  EXPECT_EQ(set->facts[1].language, text::Language::japanese);
  EXPECT_EQ(set->facts[1].changed.front().until, "2019-05");
  EXPECT_FALSE(parse_facts("\n\n"));
  EXPECT_EQ(choose(*set, 1, 7).facts.size(), 1U);
  EXPECT_EQ(choose(*set, 1, 7).facts[0].id, choose(*set, 1, 7).facts[0].id);
}

TEST(Facts, AgesAreInYears) {
  EXPECT_NEAR(years_since("2020-01-01", "2022-07-01").value_or(-1), 2.5, 0.01);
  EXPECT_NEAR(years_since("2020", "2021-07-01").value_or(-1), 1.0, 0.01);
  EXPECT_LT(years_since("2030-05", "2026-01-01").value_or(1), 0);
  for (const char* broken : {"", "20", "2020-13", "2020-00", "2020-01-32", "x020", "2020/01", "2020-01-1"})
    EXPECT_FALSE(years_since(broken, "2026-01-01")) << broken;
}

}  // namespace
}  // namespace genkai::limits::hallucination::probe
