#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/extractive_reader.h"
#include "model/reader_drafts.h"
#include "model/reader_spans.h"
#include "text/analyzer.h"
#include "text/text.h"

extern "C" {
extern const char genkai_reader_weights_begin[];
extern const char genkai_reader_weights_end[];
}

namespace genkai::model {
namespace {

std::string built_in_text() {
  return {genkai_reader_weights_begin, genkai_reader_weights_end};
}

core::Evidence evidence_of(core::PassageId id, std::string document, std::string text, float lexical = 10) {
  core::Evidence e;
  e.passage.id = id;
  e.passage.section_first = id;
  e.passage.section_size = 1;
  e.passage.document.id = document;
  e.passage.document.title = document;
  e.passage.document.source = document + "-source";
  e.passage.text = std::move(text);
  e.passage.heading = "Heading of " + document;
  e.passage.page = 3;
  e.passage.line = 17;
  e.scores.lexical = lexical;
  e.scores.question_idf = 30;
  e.scores.coverage = e.scores.section_coverage = lexical / 20;
  return e;
}

core::Interpretation ask(const std::string& text) {
  core::Interpretation question;
  question.text = text;
  question.language = text::detect_language(text);
  question.focus = text::analyse_question(text);
  text::Analyzer analyzer;
  for (auto& term : analyzer.query_terms(text)) question.terms.push_back({term.term, 3.0F, term.weight});
  return question;
}

std::vector<core::Draft> read(const std::string& question, const std::vector<core::Evidence>& evidence,
                              std::size_t count = 3) {
  return ExtractiveReader::built_in().read(ask(question), evidence, count, {});
}

std::vector<core::Evidence> english() {
  return {
      evidence_of(
          1, "library",
          "The town library stands beside the old mill. It was opened by the mayor Ada Winter in May 1952. "
          "The "
          "reading room holds 240 people. Books may be kept for three weeks because the catalogue is checked "
          "every month."),
      evidence_of(2, "pool",
                  "The swimming pool closes at noon on Sundays. Tickets for the pool cost 4 euros. The pool "
                  "is heated "
                  "by a wood boiler.",
                  6),
      evidence_of(3, "harbour",
                  "Ferries to Lund leave from the northern harbour. The crossing takes 50 minutes.", 3)};
}

std::vector<core::Evidence> japanese() {
  return {evidence_of(11, "図書館",
                      "町立図書館は古い水車小屋の隣に建っている。1952年5月に町長の山田太郎が開館した。閲覧室"
                      "には240人が入れる。"
                      "目録を毎月点検するため、本は三週間まで借りられる。"),
          evidence_of(12, "プール",
                      "町営プールは日曜日の正午に閉まる。プールの入場料は400円である。プールは薪ボイラーで温"
                      "められている。",
                      6),
          evidence_of(13, "港", "北港からルンド行きのフェリーが出る。所要時間は50分である。", 3)};
}

struct Example {
  const char* question;
  const char* holds;
};

class PicksTheSentence : public testing::TestWithParam<Example> {};

TEST_P(PicksTheSentence, ByItsType) {
  const bool is_japanese = text::detect_language(GetParam().question) == text::Language::japanese;
  const auto drafts = read(GetParam().question, is_japanese ? japanese() : english());
  ASSERT_FALSE(drafts.empty());
  EXPECT_NE(drafts[0].text.find(GetParam().holds), std::string::npos) << drafts[0].text;
}

INSTANTIATE_TEST_SUITE_P(Types, PicksTheSentence,
                         testing::Values(Example{"Who opened the town library?", "Ada Winter"},
                                         Example{"When was the town library opened?", "1952"},
                                         Example{"How many people does the reading room of the library hold?",
                                                 "240"},
                                         Example{"How much do tickets for the pool cost?", "4 euros"},
                                         Example{"What does one pay for the pool?", "4 euros"},
                                         Example{"At what hour does the pool close on Sundays?", "noon"},
                                         Example{"プールの入場料を教えてください。", "400円"},
                                         Example{"Where do ferries to Lund leave from?", "northern harbour"},
                                         Example{"Why may books be kept for three weeks?", "because"},
                                         Example{"Which kind of boiler heats the pool?", "wood boiler"},
                                         Example{"図書館を開館した町長は誰ですか。", "山田太郎"},
                                         Example{"町立図書館はいつ開館しましたか。", "1952年"},
                                         Example{"図書館の閲覧室には何人入れますか。", "240人"},
                                         Example{"プールの入場料はいくらですか。", "400円"},
                                         Example{"ルンド行きのフェリーはどこから出ますか。", "北港"},
                                         Example{"プールは何で温められていますか。", "薪ボイラー"}));

TEST(ExtractiveReader, QuotesAreVerbatimShortAndCited) {
  const auto evidence = english();
  for (const char* question :
       {"Who opened the town library?", "How long does the crossing to Lund take?", "Why?"}) {
    for (const core::Draft& draft : read(question, evidence, 5)) {
      const core::Passage& passage = evidence[draft.evidence].passage;
      EXPECT_NE(passage.text.find(draft.text), std::string::npos);
      EXPECT_LE(text::count_code_points(draft.text), 300U);
      EXPECT_LE(text::split_sentences(draft.text).size(), 2U);
      EXPECT_TRUE(draft.span.empty() || draft.text.find(draft.span) != std::string::npos);
      EXPECT_GE(draft.probability, 0);
      EXPECT_LE(draft.probability, 1);
      ASSERT_FALSE(draft.citations.empty());
      EXPECT_EQ(draft.citations[0].document.id, passage.document.id);
      EXPECT_EQ(draft.citations[0].passage, passage.id);
      EXPECT_EQ(draft.citations[0].heading, passage.heading);
      EXPECT_EQ(draft.citations[0].page, 3U);
      EXPECT_EQ(draft.citations[0].line, 17U);
      EXPECT_EQ(draft.citations[0].quote, draft.text);
    }
  }
}

TEST(ExtractiveReader, DraftsComeFromDifferentPlaces) {
  const auto drafts = read("Who opened the town library beside the mill?", english(), 5);
  for (std::size_t i = 0; i < drafts.size(); ++i)
    for (std::size_t j = i + 1; j < drafts.size(); ++j) EXPECT_NE(drafts[i].text, drafts[j].text);
}

TEST(ExtractiveReader, IsDeterministic) {
  const auto once = read("When was the town library opened?", english());
  const auto again = read("When was the town library opened?", english());
  ASSERT_EQ(once.size(), again.size());
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].text, again[i].text);
    EXPECT_EQ(once[i].probability, again[i].probability);
  }
}

TEST(ExtractiveReader, AnAnswerIsMoreProbableThanNone) {
  const double answered = read("Who opened the town library?", english())[0].probability;
  const auto unanswered = read("Which chemist discovered the element polonium?", english());
  if (!unanswered.empty()) {
    EXPECT_LT(unanswered[0].probability, answered);
  }
}

TEST(ExtractiveReader, PoisonedEvidenceIsNotRead) {
  auto evidence = english();
  evidence[0].suspicions.push_back(core::Suspicion::instructs_reader);
  evidence[1].suspicions.push_back(core::Suspicion::hidden_text);
  evidence[2].suspicions.push_back(core::Suspicion::echoes_question);
  EXPECT_TRUE(read("Who opened the town library?", evidence).empty());
  evidence[0].suspicions = {core::Suspicion::stale};
  for (const core::Draft& draft : read("Who opened the town library?", evidence))
    EXPECT_EQ(draft.evidence, 0U);
}

TEST(ExtractiveReader, NearlyEqualSentencesAreOneDraftWithItsCitations) {
  const std::vector<core::Evidence> evidence = {
      evidence_of(1, "a", "The town library was opened by the mayor Ada Winter in May 1952."),
      evidence_of(2, "b", "The town library was opened by the mayor Ada Winter in May, 1952.", 9),
      evidence_of(3, "c", "Ferries leave from the northern harbour.", 2)};
  const auto drafts = read("Who opened the town library?", evidence, 3);
  ASSERT_FALSE(drafts.empty());
  ASSERT_EQ(drafts[0].citations.size(), 2U);
  EXPECT_EQ(drafts[0].citations[0].document.id, "a");
  EXPECT_EQ(drafts[0].citations[1].document.id, "b");
  EXPECT_EQ(drafts[0].citations[1].quote, evidence[1].passage.text);
  for (std::size_t i = 1; i < drafts.size(); ++i) EXPECT_EQ(drafts[i].citations[0].document.id, "c");
}

TEST(ExtractiveReader, EmptyInputsGiveNothing) {
  EXPECT_TRUE(read("Who opened the town library?", {}).empty());
  EXPECT_TRUE(read("Who?", english(), 0).empty());
  EXPECT_TRUE(read("Who?", {evidence_of(1, "empty", "")}).empty());
  EXPECT_TRUE(read("Who?", {evidence_of(1, "blank", " \n\n ")}).empty());
  read("", english());
  read("？？？", english());
  core::Interpretation bare;
  bare.text = "Who opened the library?";
  EXPECT_FALSE(ExtractiveReader::built_in().read(bare, english(), 1, {}).empty());
}

TEST(ExtractiveReader, HostileTextIsCutIntoQuotableWindows) {
  std::string words = "The library";
  for (int i = 0; i < 20'000; ++i) words += " and the mill";
  std::string invalid = "The library \xFF\xC3 was opened by \xE3\x81 Ada Winter \xF0\x9F in 1952.";
  std::string kanji;
  for (int i = 0; i < 5'000; ++i) kanji += "図書館";
  const std::vector<core::Evidence> evidence = {
      evidence_of(1, "letters", std::string(100'000, 'x')), evidence_of(2, "words", words),
      evidence_of(3, "kanji", kanji), evidence_of(4, "invalid", invalid),
      evidence_of(5, "quotes", std::string(30'000, '"'))};
  for (const char* question : {"Who opened the library?", "図書館は誰が開館しましたか。"}) {
    for (const core::Draft& draft : read(question, evidence, 10)) {
      EXPECT_LE(text::count_code_points(draft.text), 300U);
      EXPECT_NE(evidence[draft.evidence].passage.text.find(draft.text), std::string::npos);
    }
  }
}

TEST(ExtractiveReader, SimilarityMayBeAnything) {
  const auto evidence = english();
  const auto drafts = ExtractiveReader::built_in().read(
      ask("Who opened the town library?"), evidence, 1,
      [](std::string_view, std::string_view) { return std::numeric_limits<float>::quiet_NaN(); });
  ASSERT_EQ(drafts.size(), 1U);
  EXPECT_TRUE(std::isfinite(drafts[0].probability));
}

TEST(QuotableWindows, CoverTheSentenceAndEndBetweenWords) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += (i % 10 == 9 ? "clause, " : "word ");
  const auto windows = quotable_windows(text, {0, text.size()});
  ASSERT_GT(windows.size(), 2U);
  EXPECT_EQ(windows.front().begin, 0U);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    EXPECT_LE(text::count_code_points(windows[i].of(text)), 300U);
    EXPECT_NE(windows[i].of(text).front(), ' ');
    if (i > 0) {
      EXPECT_LE(windows[i].begin, windows[i - 1].end + 1);
    }
    if (windows[i].end < text.size()) {
      EXPECT_EQ(text[windows[i].end], ' ');
    }
  }
}

TEST(ReaderWeights, TheBuiltInFileIsReadAndSaysWhereItComesFrom) {
  ASSERT_TRUE(ExtractiveReader::from_weights(built_in_text()));
  const auto json = base::Json::parse(built_in_text());
  ASSERT_TRUE(json);
  EXPECT_TRUE(json->find("provenance"));
}

TEST(ReaderWeights, MalformedFilesAreRefused) {
  const std::string good = built_in_text();
  const auto refused = [](const std::string& text) {
    return !ExtractiveReader::from_weights(text).has_value();
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("{}"));
  EXPECT_TRUE(refused("[1,2"));
  EXPECT_TRUE(refused(good.substr(0, good.size() / 2)));
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"genkai-reader", "other"},
           {"\"version\": 1", "\"version\": 2"},
           {"\"name\": \"coverage\"", "\"name\": \"covering\""},
           {"\"name\": \"coverage_next\"", "\"name\": \"coverage\""},
           {"\"mean\": ", "\"meen\": "},
           {"\"linear\": ", "\"linear\": \"x\", \"l\": "},
           {"\"hidden\": [", "\"hidden\": [1, "},
           {"\"output\": [", "\"output\": [1, "},
           {"\"span_model\"", "\"sponge_model\""},
           {"\"unit_model\"", "\"onion_model\""},
           {"\"draft_model\"", "\"drift_model\""},
           {"\"pair_share\": 0", "\"pair_share\": \"a\", \"b\": 0"},
           {"\"correct\": \"", "\"correct\": \"1"},
           {"\"correct\": \"1", "\"correct\": \"2"},
           {"\"set\": ", "\"sat\": "}}) {
    std::string bad = good;
    // The arguments of the provenance may hold the same words: the last place is the one that counts.
    const std::size_t at =
        from == "genkai-reader" || from == "\"version\": 1" ? bad.find(from) : bad.rfind(from);
    ASSERT_NE(at, std::string::npos) << from;
    bad.replace(at, from.size(), to);
    EXPECT_TRUE(refused(bad)) << from;
  }
}

TEST(ReaderCalibration, ThresholdsGrowWithCare) {
  const ReaderCalibration& calibration = ExtractiveReader::built_in().calibration();
  EXPECT_GT(calibration.size(), 500U);
  double previous = 2;
  for (const double risk : {0.1, 0.2, 0.3}) {
    const RiskThreshold threshold = threshold_for(risk);
    ASSERT_TRUE(std::isfinite(threshold.threshold)) << risk;
    EXPECT_LE(threshold.threshold, previous);
    EXPECT_LE(threshold.upper_bound, risk);
    EXPECT_GT(threshold.n, 0U);
    EXPECT_LT(threshold.errors, threshold.n);
    EXPECT_FALSE(threshold.calibration_set.empty());
    previous = threshold.threshold;
  }
  EXPECT_TRUE(std::isinf(threshold_for(0).threshold));
}

/// A span model of one weight: the wanted type.
Network by_type_alone() {
  base::Json features = base::Json::array();
  for (const std::string_view name : span_feature_names())
    features.push(base::Json::object({{"name", name},
                                      {"mean", 0},
                                      {"scale", 1},
                                      {"linear", name == "match" ? 1 : 0},
                                      {"hidden", base::Json::array()}}));
  auto made = Network::parse(base::Json::object({{"bias", 0},
                                                 {"hidden_bias", base::Json::array()},
                                                 {"output", base::Json::array()},
                                                 {"features", features}}),
                             span_feature_names());
  EXPECT_TRUE(made);
  return made ? std::move(*made) : Network();
}

TEST(ReaderFeatures, TheMeasureAskedForIsSeen) {
  const std::vector<core::Evidence> evidence = {evidence_of(
      1, "pool", "The pool opens at 9 a.m. on 3 May. Tickets cost 4 euros. It has 12 wooden cabins.")};
  const auto values = [&](const std::string& question, UnitFeature feature) {
    const Reading reading = look(ask(question), evidence, {}, by_type_alone());
    std::vector<double> row;
    for (const UnitRow& unit : reading.rows) row.push_back(unit[static_cast<std::size_t>(feature)]);
    return row;
  };
  using Row = std::vector<double>;
  EXPECT_EQ(values("What does the pool cost?", UnitFeature::measure_here), (Row{0, 1, 0}));
  EXPECT_EQ(values("What does the pool cost?", UnitFeature::measure_missing), (Row{1, 0, 1}));
  EXPECT_EQ(values("At what hour does the pool open?", UnitFeature::measure_here), (Row{1, 0, 0}));
  EXPECT_EQ(values("How heavy is the pool?", UnitFeature::measure_anywhere), (Row{0, 0, 0}));
  EXPECT_EQ(values("How many cabins has the pool?", UnitFeature::counted_here), (Row{0, 0, 1}));
  EXPECT_EQ(values("Who runs the pool?", UnitFeature::measure_missing), (Row{0, 0, 0}));
}

TEST(ReaderFeatures, WhatANumberCounts) {
  const auto counted = [](std::string_view text, std::string_view number, std::string_view noun) {
    const std::size_t begin = text.find(number);
    return counts(text, {begin, begin + number.size()}, noun);
  };
  EXPECT_TRUE(counted("It has 37 old families.", "37", "families"));
  EXPECT_TRUE(counted("It has one family.", "one", "families"));
  EXPECT_FALSE(counted("It has 37 boats (and families).", "37", "families"));
  EXPECT_TRUE(counted("本は三冊ある", "三", "冊"));
  EXPECT_FALSE(counted("三人で本を冊子にした", "三", "冊"));
}

TEST(ReaderDrafts, OnlyIndependentDocumentsAgree) {
  const Network spans = by_type_alone();
  const auto agreeing = [&](const std::string& second, const std::string& text) {
    const std::vector<core::Evidence> evidence = {
        evidence_of(1, "a", "The town library was opened in May 1952."), evidence_of(2, second, text)};
    const auto question = ask("When was the town library opened?");
    const Reading reading = look(question, evidence, {}, spans);
    std::vector<double> scores(reading.rows.size(), -1);
    scores[0] = 2;
    const auto choices = choose(question, evidence, reading, scores, 0.9, 3);
    const auto at = [&](DraftFeature f) {
      return choices[0].features[kUnitFeatures + static_cast<std::size_t>(f)];
    };
    return std::vector<double>{at(DraftFeature::copies), at(DraftFeature::agreeing_documents)};
  };
  EXPECT_EQ(agreeing("b", "In May 1952 the doors of the library stood open for the first time."),
            (std::vector<double>{0, 0.5}));
  EXPECT_EQ(agreeing("a", "In May 1952 the doors of the library stood open for the first time."),
            (std::vector<double>{0, 0}));
  EXPECT_EQ(agreeing("b", "The town library was opened in May 1952!"), (std::vector<double>{0.5, 0}));
}

}  // namespace
}  // namespace genkai::model
