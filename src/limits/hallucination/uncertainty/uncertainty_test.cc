#include "limits/hallucination/uncertainty/uncertainty.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/rng.h"

namespace genkai::limits::hallucination {
namespace {

RecordedOutput recorded(const std::vector<std::string>& texts, std::string question = "") {
  RecordedOutput output;
  output.question = std::move(question);
  for (const auto& text : texts) output.samples.push_back({.text = text});
  return output;
}

Measures measures_of(const std::vector<std::string>& texts, std::string question = "") {
  return assess(recorded(texts, std::move(question))).measures;
}

model::TokenLogprob token(double probability, std::vector<std::pair<std::string, double>> top = {}) {
  for (auto& one : top) one.second = std::log(one.second);
  return {.token = "t", .logprob = std::log(probability), .top = std::move(top)};
}

TEST(TokenMeasures, AreThoseOfTheFirstSample) {
  RecordedOutput output = recorded({"a b"});
  output.samples[0].tokens = {token(0.5, {{"t", 0.5}, {"u", 0.25}}), token(0.25)};
  const Measures measures = assess(output).measures;
  EXPECT_DOUBLE_EQ(*measures.sequence_logprob, std::log(0.125));
  EXPECT_DOUBLE_EQ(*measures.sequence_probability, 0.125);
  EXPECT_DOUBLE_EQ(*measures.perplexity, std::sqrt(8.0));
  EXPECT_DOUBLE_EQ(*measures.min_token_probability, 0.25);
  // 0.5, 0.25 and the 0.25 that the alternatives leave over: 1.5 bits. The second token has no alternatives.
  EXPECT_NEAR(*measures.token_entropy, 1.5 * std::log(2.0), 1e-12);
  EXPECT_DOUBLE_EQ(*measures.max_token_entropy, *measures.token_entropy);
  EXPECT_FALSE(measures.self_consistency) << "one sample agrees with itself, which says nothing";
}

TEST(TokenMeasures, ASampledTokenThatTheAlternativesLeaveOutIsOneOfThem) {
  RecordedOutput output = recorded({"a"});
  output.samples[0].tokens = {token(0.25, {{"u", 0.5}, {"v", 0.25}})};
  EXPECT_NEAR(*assess(output).measures.token_entropy, 1.5 * std::log(2.0), 1e-12);
}

TEST(TokenMeasures, AreAbsentWhereALogprobIsNone) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity(), 0.5}) {
    RecordedOutput output = recorded({"a", "a"});
    output.samples[0].tokens = {{.token = "a", .logprob = bad, .top = {{"a", bad}}}};
    output.samples[1].tokens = {{.token = "a", .logprob = -1, .top = {}}};
    const Measures measures = assess(output).measures;
    EXPECT_FALSE(measures.sequence_logprob);
    EXPECT_FALSE(measures.perplexity);
    EXPECT_FALSE(measures.token_entropy);
    EXPECT_FALSE(measures.semantic_entropy);
    EXPECT_EQ(measures.self_consistency, 1.0);
  }
}

TEST(TokenMeasures, TakeTheWholeWhereTokensWereNotRecorded) {
  RecordedOutput output = recorded({"a b"});
  output.samples[0].logprob = -2.0;
  EXPECT_EQ(assess(output).measures.sequence_logprob, -2.0);
  EXPECT_FALSE(assess(output).measures.perplexity);
  output.samples[0].token_count = 4;
  EXPECT_DOUBLE_EQ(*assess(output).measures.perplexity, std::exp(0.5));
}

TEST(SampleMeasures, CountTheClusters) {
  const Measures measures = measures_of({"Lyon", "Paris", "Paris.", "It is Paris."}, "What is the capital?");
  EXPECT_EQ(measures.self_consistency, 0.75);
  EXPECT_EQ(measures.answer_share, 0.25);
  EXPECT_EQ(measures.semantic_sets, 2.0);
  EXPECT_NEAR(*measures.discrete_semantic_entropy, -0.75 * std::log(0.75) - 0.25 * std::log(0.25), 1e-12);
}

TEST(SampleMeasures, SemanticEntropyWeighsSamplesByTheirMeanTokenLogprob) {
  RecordedOutput output = recorded({"Paris", "Paris", "Lyon"});
  output.samples[0].tokens = {token(0.4), token(0.4)};  // mean probability 0.4, whatever the length
  output.samples[1].tokens = {token(0.2)};
  output.samples[2].tokens = {token(0.2)};
  EXPECT_NEAR(*assess(output).measures.semantic_entropy, -0.75 * std::log(0.75) - 0.25 * std::log(0.25),
              1e-12);
  output.samples[2].tokens.clear();
  EXPECT_FALSE(assess(output).measures.semantic_entropy) << "one sample without logprobs";
}

TEST(SampleMeasures, AllTheSameIsCertainByEveryMeasure) {
  const Measures measures = measures_of({"Paris", "Paris", "Paris", "Paris"});
  EXPECT_EQ(measures.self_consistency, 1.0);
  EXPECT_EQ(measures.lexical_similarity, 1.0);
  EXPECT_EQ(measures.discrete_semantic_entropy, 0.0);
  EXPECT_NEAR(*measures.graph_eigenvalues, 1, 1e-12);
  EXPECT_NEAR(*measures.graph_degree, 0, 1e-12);
  EXPECT_NEAR(*measures.graph_eccentricity, 0, 1e-6);
}

TEST(SampleMeasures, AllDifferentIsUncertainByEveryMeasure) {
  const Measures measures = measures_of({"Paris", "Lyon", "Nice", "Brest"});
  EXPECT_EQ(measures.self_consistency, 0.25);
  EXPECT_EQ(measures.lexical_similarity, 0.0);
  EXPECT_NEAR(*measures.discrete_semantic_entropy, std::log(4.0), 1e-12);
  EXPECT_NEAR(*measures.graph_eigenvalues, 4, 1e-12) << "as many as sets";
  EXPECT_NEAR(*measures.graph_degree, 0.75, 1e-12);
  EXPECT_NEAR(*measures.graph_eccentricity, std::sqrt(3.0), 1e-12) << "I - 11'/n has rank 3";
}

TEST(GraphMeasures, OfTwoSamplesByHand) {
  // W = [[1, w], [w, 1]], D = (1 + w) I: the eigenvalues of L are 0 and 2w / (1 + w).
  const double w = 0.5;
  const GraphMeasures half = graph_measures(std::vector<double>{1, 0.25, 0.75, 1}, 2);
  EXPECT_NEAR(half.eigenvalues, 1 + (1 - 2 * w / (1 + w)), 1e-12) << "the weights are made symmetric";
  EXPECT_NEAR(half.degree, (4 - 2 * (1 + w)) / 4, 1e-12);
  EXPECT_NEAR(half.eccentricity, 1, 1e-12) << "(1, -1)/sqrt 2 is below 0.9 and already centred";
  const GraphMeasures close = graph_measures(std::vector<double>{1, 0.9, 0.9, 1}, 2);
  EXPECT_NEAR(close.eccentricity, 0, 1e-12) << "0.947 is not below 0.9";
}

TEST(RougeL, IsTwiceTheCommonSubsequenceOverBothLengths) {
  const std::vector<std::uint32_t> a{1, 2, 3, 4}, b{1, 3, 9, 4, 5, 6};
  EXPECT_DOUBLE_EQ(rouge_l(a, b), 0.6);
  EXPECT_EQ(rouge_l({}, {}), 1);
  EXPECT_EQ(rouge_l(a, {}), 0);
}

TEST(RougeL, CommonSubsequencesAreThoseOfTheTableMethod) {
  base::Rng rng(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint32_t> a(rng.below(300)), b(rng.below(300));
    for (auto& one : a) one = static_cast<std::uint32_t>(rng.below(1 + rng.below(20)));
    for (auto& one : b) one = static_cast<std::uint32_t>(rng.below(1 + rng.below(20)));
    std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
    for (std::size_t i = 1; i <= a.size(); ++i)
      for (std::size_t j = 1; j <= b.size(); ++j)
        table[i][j] =
            a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
    ASSERT_EQ(common_subsequence(a, b), table[a.size()][b.size()]) << "round " << round;
  }
}

TEST(SelfCheck, IsTheSurpriseOfASmoothedUnigramModel) {
  // Terms of both samples: paris 2, lyon 1, so 3 terms of 2 kinds; p(paris) = 3/5, p(lyon) = 2/5.
  const Measures measures = measures_of({"Paris Lyon", "Paris"});
  EXPECT_NEAR(*measures.selfcheck_unigram, -(std::log(0.6) + std::log(0.4)) / 2, 1e-12);
  EXPECT_NEAR(*measures.selfcheck_unigram_max, -std::log(0.4), 1e-12);
}

TEST(Fusion, IsHalfAgreementAndHalfWhatTheLeadingSamplesState) {
  RecordedOutput output = recorded({"Paris", "Paris", "Lyon"});
  EXPECT_FALSE(assess(output).measures.two_sample_fusion);
  output.stated_confidence = 0.9;
  output.samples[1].stated_confidence = 0.7;
  EXPECT_DOUBLE_EQ(*assess(output).measures.two_sample_fusion, 0.5 * 1 + 0.5 * 0.8);
  output.samples[1].text = "Nice";  // a tie: the first leads
  EXPECT_DOUBLE_EQ(*assess(output).measures.two_sample_fusion, 0.5 * 0.5 + 0.5 * 0.9);
}

TEST(CrossModel, IsTheShareOfModelsThatSayTheSame) {
  RecordedOutput output = recorded({"Paris"}, "What is the capital of France?");
  output.others = {{"a", "It is Paris", {}}, {"b", "Lyon", {}}, {"c", "Paris", {}}, {"d", "", {}}};
  EXPECT_EQ(assess(output).measures.cross_model_agreement, 0.5);
}

TEST(Claims, AreSupportedBySamplesThatSayThem) {
  const std::string claim = "The ferry leaves at 7:10.", other = "Dogs travel free.";
  const Measures measures =
      measures_of({claim + " " + other, claim, claim + " " + other, "Dogs pay 3 euros."});
  EXPECT_NEAR(*measures.min_claim_consistency, 1.0 / 3, 1e-12);
  EXPECT_NEAR(*measures.claim_consistency, (2.0 / 3 + 1.0 / 3) / 2, 1e-12);
  EXPECT_FALSE(measures_of({claim, claim}).claim_consistency) << "one sentence is no long text";
}

TEST(Assess, JudgesCorrectnessByTheRightAnswers) {
  RecordedOutput output = recorded({"It was built in 1932."}, "When was it built?");
  EXPECT_FALSE(assess(output).comparisons.judged_correct);
  output.answers = {"1931", "1932"};
  EXPECT_EQ(assess(output).comparisons.judged_correct, true);
  output.answers = {"1931"};
  EXPECT_EQ(assess(output).comparisons.judged_correct, false);
}

TEST(Assess, BearsWhateverComes) {
  EXPECT_FALSE(assess(RecordedOutput{}).measures.self_consistency);
  const Measures empty = measures_of({"", "", ""});
  EXPECT_EQ(empty.self_consistency, 1.0);
  EXPECT_EQ(empty.lexical_similarity, 1.0);
  EXPECT_FALSE(empty.selfcheck_unigram);
  const Measures mixed = measures_of({"", "Paris", "\xff\xfe", "?!"});
  EXPECT_EQ(mixed.self_consistency, 0.25);
  for (const MeasureInfo& one : measure_table())
    if (const auto& value = mixed.*one.value) {
      EXPECT_TRUE(std::isfinite(*value)) << one.name;
    }
}

TEST(Assess, ComparesAHundredOfAThousandSamples) {
  std::vector<std::string> texts(1000, "Paris");
  for (std::size_t i = 0; i < 50; ++i) texts[i] = "Lyon";
  const Assessment scored = assess(recorded(texts));
  EXPECT_EQ(scored.comparisons.samples, kMostComparedSamples);
  EXPECT_EQ(scored.measures.self_consistency, 0.5);
  EXPECT_NEAR(*scored.measures.graph_eigenvalues, 2, 1e-9);
}

TEST(Assess, ComparesJapanese) {
  const Measures same =
      measures_of({"東京です。", "東京", "東京駅ではなく東京です"}, "日本の首都はどこですか。");
  EXPECT_GE(*same.self_consistency, 2.0 / 3);
  const Measures dates =
      measures_of({"1932年5月1日です", "1932-05-01", "1933年5月1日"}, "いつ建てられましたか。");
  EXPECT_NEAR(*dates.self_consistency, 2.0 / 3, 1e-12);
  EXPECT_EQ(dates.semantic_sets, 2.0);
}

TEST(MeasureTable, NamesEachMeasureOnce) {
  std::vector<std::string> names;
  for (const MeasureInfo& one : measure_table()) names.emplace_back(one.name);
  EXPECT_EQ(names.size(), sizeof(Measures) / sizeof(Measures::Value)) << "every member of Measures has a row";
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(find_measure("perplexity")->value, &Measures::perplexity);
  EXPECT_EQ(find_measure("none"), nullptr);
}

}  // namespace
}  // namespace genkai::limits::hallucination
