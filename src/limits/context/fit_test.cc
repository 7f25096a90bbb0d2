#include <gtest/gtest.h>

#include <algorithm>

#include "limits/context/guard.h"
#include "limits/context/leaning.h"
#include "text/text.h"

namespace genkai::limits::context {
namespace {

using core::Suspicion;

core::Interpretation asked(const std::vector<std::string>& terms) {
  core::Interpretation meaning;
  for (const std::string& term : terms) meaning.terms.push_back({term, 2, 1});
  return meaning;
}

std::vector<core::Evidence> evidence_of(const std::vector<std::string>& texts) {
  std::vector<core::Evidence> evidence(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    evidence[i].passage.id = static_cast<core::PassageId>(10 * (i + 1));
    evidence[i].passage.section_first = evidence[i].passage.id;
    evidence[i].passage.text = texts[i];
    evidence[i].scores.fused = 5.0F - static_cast<float>(i) / 2;
  }
  return evidence;
}

const std::vector<std::string> kFive{"The ferry leaves at nine from the north pier.",
                                     "The bakery opens at seven on every working day.",
                                     "The museum shows boats that were built in the harbour.",
                                     "The lighthouse was painted red and white in spring.",
                                     "The market sells fish, bread and flowers on Saturday."};
using Places = std::vector<std::size_t>;

TEST(FitTest, PutsTheBestAtTheEdgesUnlessToldOtherwise) {
  const auto evidence = evidence_of(kFive);
  EXPECT_EQ(fit(evidence, {}, {}, {}).places, (Places{0, 2, 4, 3, 1}));
  EXPECT_EQ(fit(evidence, {}, {}, {.order = Order::best_first}).places, (Places{0, 1, 2, 3, 4}));
  EXPECT_EQ(fit(evidence, {}, {}, {.order = Order::best_last}).places, (Places{4, 3, 2, 1, 0}));
  for (std::size_t n = 0; n < 6; ++n) {
    Places places;
    for (std::size_t i = 0; i < n; ++i) places.push_back(i);
    Places edges = places;
    arrange(edges, Order::edges);
    if (n > 1) {
      EXPECT_EQ(edges.front(), 0U);
      EXPECT_EQ(edges.back(), 1U);
    }
    std::sort(edges.begin(), edges.end());
    EXPECT_EQ(edges, places) << "nothing lost, nothing twice";
  }
}

TEST(FitTest, StaysWithinTheRoomAndTheEffectiveLength) {
  const auto evidence = evidence_of(kFive);
  const std::size_t one = text::estimate_tokens(kFive[0]) + 10;
  const auto shown = fit(evidence, {}, {.tokens = 3 * one + 6, .overhead = 10}, {.order = Order::best_first});
  EXPECT_EQ(shown.places.size(), 3U);
  EXPECT_EQ(shown.places.front(), 0U);
  EXPECT_LE(shown.tokens, 3 * one + 6);
  EXPECT_GT(shown.reached, 0.9);
  const auto less = fit(evidence, {}, {.tokens = 100'000, .overhead = 10}, {.effective_tokens = one + 3});
  EXPECT_EQ(less.places, Places{0});
  EXPECT_EQ(less.room, one + 3);
  EXPECT_EQ(fit(evidence, {}, {.tokens = 100'000, .overhead = 10}, {.effective_tokens = 2}).places, Places{0})
      << "a short measured length leaves the best passage";
  EXPECT_TRUE(fit(evidence, {}, {.tokens = 3}, {}).places.empty());
  EXPECT_TRUE(fit({}, {}, {}, {}).places.empty());
}

TEST(FitTest, NeverShowsWhatVettingSetAside) {
  auto evidence = evidence_of(kFive);
  evidence[0].suspicions = {Suspicion::instructs_reader};
  evidence[1].suspicions = {Suspicion::near_duplicate};
  evidence[2].suspicions = {Suspicion::exact_copy};
  evidence[3].suspicions = {Suspicion::stale};
  for (const std::size_t tokens : {std::size_t{30}, SIZE_MAX})
    for (const std::size_t place : fit(evidence, {}, {.tokens = tokens}, {}).places) EXPECT_GE(place, 3U);
}

TEST(FitTest, SentencesThatWereSaidDoNotPayTwice) {
  // The second repeats the first; with room for two the third is shown.
  auto evidence =
      evidence_of({kFive[0] + " " + kFive[1], kFive[1] + " " + kFive[0], kFive[2] + " " + kFive[3]});
  const std::size_t two = text::estimate_tokens(evidence[0].passage.text) * 2 + 8;
  EXPECT_EQ(fit(evidence, {}, {.tokens = two}, {.order = Order::best_first}).places, (Places{0, 2}));
}

TEST(FitTest, CoverageBringsInThePassageForTheOtherHalfOfTheQuestion) {
  auto evidence = evidence_of({kFive[0], "The ferry is white and the ferry leaves every day.", kFive[1]});
  const std::size_t two = text::estimate_tokens(kFive[0]) * 2 + 4;
  const auto meaning = asked({"ferri", "leav", "bakeri", "open"});
  EXPECT_EQ(fit(evidence, meaning, {.tokens = two}, {.order = Order::best_first}).places, (Places{0, 1}));
  EXPECT_EQ(fit(evidence, meaning, {.tokens = two}, {.order = Order::best_first, .coverage = 0.5}).places,
            (Places{0, 2}));
}

TEST(FitTest, APassageThatLeansOnItsNeighbourComesWithIt) {
  std::vector<std::string> texts{"However, it was closed in 1950 and the wheel was sold."};
  for (int i = 0; i < 6; ++i)
    texts.push_back(kFive[static_cast<std::size_t>(i) % 5] + " " + std::to_string(i));
  texts.emplace_back("The old mill at the harbour ground rye and wheat.");
  auto evidence = evidence_of(texts);
  evidence[0].passage.id = 501, evidence[0].passage.section_first = 500;
  evidence.back().passage.id = evidence.back().passage.section_first = 500;
  const std::size_t four = text::estimate_tokens(texts[0]) * 4 + 8;
  const auto shown = fit(evidence, {}, {.tokens = four}, {.order = Order::best_first}).places;
  EXPECT_EQ(shown.front(), 0U);
  EXPECT_EQ(shown.back(), 7U) << "the last by rank, but what the first speaks of";
}

TEST(FitTest, ScoresThatAreNoNumbersDoNoHarm) {
  auto evidence = evidence_of(kFive);
  evidence[1].scores.fused = std::numeric_limits<float>::quiet_NaN();
  evidence[2].scores.fused = std::numeric_limits<float>::infinity();
  const auto shown = fit(evidence, {}, {.tokens = 25}, {});
  EXPECT_FALSE(shown.places.empty());
  EXPECT_EQ(shown.places.front(), 0U);
}

TEST(LeaningTest, KnowsPronounsConnectivesAndConditionsInBothLanguages) {
  for (const char* leaning :
       {"It was founded in 1932.", "They left.", "\"This is new.\"", "However, the price rose.",
        "Otherwise a fee is due.", "In that case the ticket is void.", "and then it ends",
        "それは1932年に建てられた。", "しかし、値段は上がった。", "ただし、祝日は除く。",
        "その場合、切符は無効となる。", "彼女は画家である。"})
    EXPECT_TRUE(leans_on_previous(leaning)) << leaning;
  for (const char* free : {"Italy won.", "Items are listed below.", "The mill opened.", "Andrew left.",
                           "Soon after noon it rains.", "灯台は1894年に建てられた。", "1932年に開館した。",
                           "", "   ", "\xff\xfe"})
    EXPECT_FALSE(leans_on_previous(free)) << free;
}

}  // namespace
}  // namespace genkai::limits::context
