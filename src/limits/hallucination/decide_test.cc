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

}  // namespace
}  // namespace genkai::limits::hallucination
