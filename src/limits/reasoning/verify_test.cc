#include <gtest/gtest.h>

#include "limits/reasoning/guard.h"

namespace genkai::limits::reasoning {
namespace {

using core::Draft;
using core::Evidence;

struct Source {
  std::string document, date, text, span;
  double probability;
};

struct Case {
  std::vector<Evidence> evidence;
  std::vector<Draft> drafts;
};

Case from(const std::vector<Source>& sources) {
  Case out;
  for (const auto& source : sources) {
    Evidence evidence;
    evidence.passage.id = static_cast<core::PassageId>(out.evidence.size() + 1);
    evidence.passage.document.id = source.document;
    evidence.passage.document.date = source.date;
    evidence.passage.text = "Before. " + source.text + " After.";
    core::Citation citation;
    citation.document = evidence.passage.document;
    citation.passage = evidence.passage.id;
    citation.quote = source.text;
    Draft draft;
    draft.text = source.text;
    draft.span = source.span;
    draft.value = source.span;
    draft.span_type = text::AnswerType::number;
    draft.evidence = out.evidence.size();
    draft.probability = source.probability;
    draft.citations = {citation};
    out.evidence.push_back(std::move(evidence));
    out.drafts.push_back(std::move(draft));
  }
  return out;
}

core::Interpretation how_much() {
  core::Interpretation meaning;
  meaning.text = "How much is a day ticket for the ferry?";
  meaning.focus.type = text::AnswerType::number;
  return meaning;
}

core::Verified verified(Case input) {
  core::Trace trace;
  return verify(std::move(input.drafts), input.evidence, how_much(), trace);
}

TEST(VerifyTest, DropsAQuoteThatDoesNotStandThere) {
  Case input = from({{"a", "", "A day ticket for the ferry costs 900 yen.", "900 yen", 0.9}});
  input.drafts[0].citations[0].quote = "A day ticket for the ferry costs 1 yen.";
  EXPECT_TRUE(verified(std::move(input)).drafts.empty());
}

TEST(VerifyTest, SameWordsOtherValueIsAConflict) {
  const auto result =
      verified(from({{"a", "2026-01-10", "A day ticket for the ferry costs 900 yen.", "900 yen", 0.9},
                     {"b", "2026-02-10", "A day ticket for the ferry costs 1200 yen.", "1200 yen", 0.8}}));
  ASSERT_EQ(result.conflicts.size(), 1U);
  EXPECT_EQ(result.conflicts[0].sides.size(), 2U);
  EXPECT_EQ(result.conflicts[0].sides[1].value, "1200 yen");
}

TEST(VerifyTest, TheNewerOfTwoSupersedes) {
  const auto result =
      verified(from({{"old", "2023-01-10", "A day ticket for the ferry costs 900 yen.", "900 yen", 0.9},
                     {"new", "2026-02-10", "A day ticket for the ferry costs 1200 yen.", "1200 yen", 0.8}}));
  EXPECT_TRUE(result.conflicts.empty());
  ASSERT_EQ(result.drafts.size(), 1U);
  EXPECT_EQ(result.drafts[0].value, "1200 yen");
  ASSERT_EQ(result.superseded.size(), 1U);
  EXPECT_EQ(result.superseded[0].value, "900 yen");
}

TEST(VerifyTest, OtherFactsAndWeakDraftsAreNoConflict) {
  const auto result = verified(
      from({{"a", "", "A day ticket for the ferry costs 900 yen.", "900 yen", 0.9},
            {"b", "", "Bicycles are lent at the harbour office for 500 yen an hour.", "500 yen", 0.8},
            {"c", "", "A day ticket for the ferry costs 300 yen.", "300 yen", 0.1}}));
  EXPECT_TRUE(result.conflicts.empty());
  EXPECT_EQ(result.drafts.size(), 3U);
}

TEST(VerifyTest, AValueThatTheOtherStatementHoldsTooIsNoConflict) {
  const auto result =
      verified(from({{"a", "", "The ferry costs 900 yen a day, after 800 yen until March.", "900 yen", 0.9},
                     {"b", "", "The ferry costs 800 yen a day until March.", "800 yen", 0.8}}));
  EXPECT_TRUE(result.conflicts.empty());
}

TEST(VerifyTest, AgreementIsNoted) {
  const auto result = verified(from({{"a", "", "A day ticket for the ferry costs 900 yen.", "900 yen", 0.9},
                                     {"b", "", "The ferry day ticket costs 900 yen.", "900 yen", 0.7}}));
  EXPECT_TRUE(result.conflicts.empty());
  EXPECT_EQ(result.drafts[0].claims.size(), 2U);
}

TEST(VerifyTest, StaleEvidenceIsSetAside) {
  Case input = from({{"old", "2019-01-10", "A day ticket for the ferry costs 900 yen.", "900 yen", 0.9}});
  input.evidence[0].suspicions.push_back(core::Suspicion::stale);
  const auto result = verified(std::move(input));
  EXPECT_TRUE(result.drafts.empty());
  EXPECT_EQ(result.superseded.size(), 1U);
}

}  // namespace
}  // namespace genkai::limits::reasoning
