#include <gtest/gtest.h>

#include "limits/hallucination/guard.h"
#include "limits/hallucination/messages.h"
#include "model/reader_calibration.h"

namespace genkai::limits::hallucination {
namespace {

using core::Outcome;
using core::Reason;

core::Draft draft(double probability, std::string document = "guide.md") {
  core::Citation citation;
  citation.document.id = std::move(document);
  citation.quote = "The museum opens at nine.";
  core::Draft out;
  out.text = citation.quote;
  out.span = "nine";
  out.probability = probability;
  out.citations = {citation};
  return out;
}

core::Evidence evidence(std::string document, float score, bool poisoned) {
  core::Evidence out;
  out.passage.document.id = std::move(document);
  out.scores.fused = score;
  if (poisoned) out.suspicions.push_back(core::Suspicion::instructs_reader);
  return out;
}

class DecideTest : public ::testing::Test {
 protected:
  core::Answer decided(const core::Verified& verified, const std::vector<core::Evidence>& found = {}) {
    core::Trace trace;
    core::Interpretation meaning;
    meaning.text = question_.text;
    return decide(question_, meaning, verified, found, policy_, trace);
  }
  core::Question question_{"q", "When does the museum open?", "2026-06-15"};
  Policy policy_{0.2, 1, text::Language::english};
  double threshold_ = model::threshold_for(0.2).threshold;
};

TEST_F(DecideTest, AnswersAboveTheThresholdWithACertificate) {
  ASSERT_LT(threshold_, 1) << "the calibration carries a risk of 0.2";
  const auto answer = decided({{draft(threshold_ + 0.001), draft(threshold_ + 0.0005, "other.md")}, {}, {}});
  EXPECT_EQ(answer.outcome, Outcome::answered);
  EXPECT_EQ(answer.reason, Reason::none);
  ASSERT_EQ(answer.answers.size(), 1U) << "one answer unless more are asked for";
  ASSERT_EQ(answer.certificates.size(), 1U);
  const auto& certificate = answer.certificates[0];
  EXPECT_FALSE(certificate.assumptions.empty());
  EXPECT_LE(certificate.numbers.number("upper_bound"), 0.2);
  EXPECT_FALSE(certificate.numbers.string("calibration_set").empty());
}

TEST_F(DecideTest, BelowTheThresholdItSaysHowFar) {
  EXPECT_EQ(decided({{draft(threshold_ * 0.9)}, {}, {}}).reason, Reason::low_confidence);
  EXPECT_EQ(decided({{draft(threshold_ * 0.1)}, {}, {}}).reason, Reason::insufficient_evidence);
  const auto nothing = decided({});
  EXPECT_EQ(nothing.reason, Reason::insufficient_evidence);
  EXPECT_TRUE(nothing.rejected.empty());
  EXPECT_EQ(decided({{draft(threshold_ * 0.9)}, {}, {}}).rejected.size(), 1U);
}

TEST_F(DecideTest, SmallerRiskNeedsMoreProbability) {
  EXPECT_LE(model::threshold_for(0.3).threshold, model::threshold_for(0.1).threshold);
  EXPECT_GE(model::threshold_for(0.3).coverage, model::threshold_for(0.1).coverage);
}

TEST_F(DecideTest, AConflictIsShownEvenWhenTheBestIsSure) {
  core::Verified verified{{draft(0.999)}, {}, {}};
  verified.conflicts.push_back({"opening", {{"nine", draft(1).citations}, {"ten", draft(1).citations}}});
  const auto answer = decided(verified);
  EXPECT_EQ(answer.outcome, Outcome::abstained);
  EXPECT_EQ(answer.reason, Reason::conflicting_evidence);
  EXPECT_EQ(answer.conflicts.size(), 1U);
  EXPECT_TRUE(answer.answers.empty());
}

TEST_F(DecideTest, PoisonRankedHighIsNamed) {
  const auto answer = decided({}, {evidence("clean.md", 3, false), evidence("bad.md", 9, true)});
  EXPECT_EQ(answer.reason, Reason::suspected_poisoning);
  EXPECT_NE(answer.message.find("bad.md"), std::string::npos);
}

TEST_F(DecideTest, PoisonFarBelowTheEvidenceIsNotTheReason) {
  const auto answer = decided({}, {evidence("a", 9, false), evidence("b", 8, false), evidence("c", 7, false),
                                   evidence("bad.md", 1, true)});
  EXPECT_EQ(answer.reason, Reason::insufficient_evidence);
}

TEST_F(DecideTest, OnlyStaleEvidenceIsSaidToBeStale) {
  const auto answer = decided({{}, {}, {draft(0.999, "timetable-2019.md")}});
  EXPECT_EQ(answer.reason, Reason::stale_evidence);
  EXPECT_NE(answer.message.find("timetable-2019.md"), std::string::npos);
}

TEST(MessagesTest, EveryReasonSpeaksBothLanguages) {
  for (const Reason reason :
       {Reason::insufficient_evidence, Reason::low_confidence, Reason::conflicting_evidence,
        Reason::suspected_poisoning, Reason::stale_evidence, Reason::ambiguous_question}) {
    const auto english = message_for(reason, text::Language::english, "x");
    const auto japanese = message_for(reason, text::Language::japanese, "x");
    EXPECT_FALSE(english.empty());
    EXPECT_EQ(text::detect_language(japanese), text::Language::japanese) << japanese;
    EXPECT_NE(english, japanese);
  }
}

TEST(AskBackTest, NamesTheUnclearWord) {
  core::Trace trace;
  const auto answer = ask_back({"q", "When does it open?", ""}, "it", {}, trace);
  EXPECT_EQ(answer.outcome, Outcome::needs_clarification);
  EXPECT_EQ(answer.reason, Reason::ambiguous_question);
  EXPECT_NE(answer.message.find("\"it\""), std::string::npos);
}

// 300 questions: right above a score of 0.3, mostly wrong below.
Calibration own_calibration() {
  stats::ScoredItems items;
  for (int i = 0; i < 300; ++i) {
    items.scores.push_back(i / 300.0);
    items.correct.push_back(i >= 90 || i % 7 == 0);
  }
  return *Calibration::learn("the handbook, 300 questions", items, {.method = stats::Method::isotonic});
}

TEST_F(DecideTest, AKnowledgeBasesOwnCalibrationDecidesAndIsNamed) {
  EXPECT_NE(decided({{draft(0.4)}, {}, {}}).outcome, Outcome::answered) << "not by the reader's own";
  Calibration calibration = own_calibration();
  calibration.set_synthetic(true);
  policy_.calibration = std::make_shared<Calibration>(calibration);
  const auto answer = decided({{draft(0.4)}, {}, {}});
  ASSERT_EQ(answer.outcome, Outcome::answered);
  EXPECT_GT(answer.answers[0].probability, 0.8) << "its probability is the calibrated one";
  EXPECT_EQ(answer.answers[0].scores, std::vector<double>{0.4});
  const auto& certificate = answer.certificates.at(0);
  EXPECT_EQ(certificate.numbers.string("hash"), calibration.hash());
  EXPECT_EQ(certificate.numbers.number("n"), 200);
  EXPECT_EQ(certificate.numbers.number("delta"), 0.05);
  EXPECT_NE(certificate.assumptions.at(0).find("made by a program"), std::string::npos);
  const auto low = decided({{draft(0.1)}, {}, {}});
  EXPECT_EQ(low.outcome, Outcome::abstained);
  EXPECT_EQ(low.rejected.at(0).scores, std::vector<double>{0.1}) << "calibrating needs what was refused too";
}

TEST_F(DecideTest, ACalibrationWithTooFewQuestionsDecidesNothingButOneThatIsBadDoes) {
  const auto of = [](int n, bool right) {
    stats::ScoredItems items;
    for (int i = 0; i < n; ++i) {
      items.scores.push_back(0.99);
      items.correct.push_back(right || i % 2);
    }
    return std::make_shared<Calibration>(*Calibration::as_is("own", items));
  };
  policy_.calibration = of(5, true);
  const auto few = decided({{draft(0.9999)}, {}, {}});
  ASSERT_EQ(few.outcome, Outcome::answered) << "five questions say nothing against the reader's own 2,308";
  EXPECT_NE(few.certificates.at(0).numbers.string("calibration_set"), "own");
  policy_.calibration = of(500, false);
  EXPECT_EQ(decided({{draft(0.9999)}, {}, {}}).outcome, Outcome::abstained);
}

TEST_F(DecideTest, ARefutedCertificateStopsEverything) {
  policy_.suspended = true;
  const auto answer = decided({{draft(0.9999)}, {}, {}});
  EXPECT_EQ(answer.reason, Reason::low_confidence);
  EXPECT_NE(answer.message.find("calibrated anew"), std::string::npos);
  policy_.language = text::Language::japanese;
  EXPECT_NE(decided({{draft(0.9999)}, {}, {}}).message.find("較正"), std::string::npos);
}

TEST_F(DecideTest, OldEvidenceForWhatIsAskedNowIsWarnedAbout) {
  core::Draft old = draft(0.9999);
  const auto warning = [&](const char* date, bool asks_now) {
    old.citations[0].document.date = date;
    core::Trace trace;
    core::Interpretation meaning;
    meaning.text = question_.text;
    meaning.asks_now = asks_now;
    return decide(question_, meaning, {{old}, {}, {}}, {}, policy_, trace).message;
  };
  EXPECT_NE(warning("2019-05-01", true).find("2019-05-01"), std::string::npos);
  EXPECT_EQ(warning("2019-05-01", false), "") << "what does not change does not grow stale";
  EXPECT_EQ(warning("2026-01", true), "");
  EXPECT_EQ(warning("2024", true), "") << "its last day counts";
  EXPECT_EQ(warning("2019-02-31", true), "");
  EXPECT_EQ(warning("", true), "");
}

}  // namespace
}  // namespace genkai::limits::hallucination
