#include "limits/retrieval/copies.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/rng.h"

namespace genkai::limits::retrieval {
namespace {

// A text of made-up words, and the same with a share of its words replaced.
std::string words(base::Rng& rng, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += "w" + std::to_string(rng.below(1'000'000)) + " ";
  return out;
}
std::string changed(base::Rng& rng, const std::string& text, double share) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    out += rng.uniform() < share ? "w" + std::to_string(rng.below(1'000'000)) : text.substr(at, end - at);
    out += ' ';
    at = end + 1;
  }
  return out;
}

TEST(CopiesTest, TheEstimateIsWithoutBiasAndAsWideAsItShouldBe) {
  base::Rng rng(7);
  double error = 0, square = 0, expected = 0;
  constexpr int kPairs = 400;
  for (int i = 0; i < kPairs; ++i) {
    const std::string text = words(rng, 80), other = changed(rng, text, 0.3 * rng.uniform());
    const auto a = shingles(text), b = shingles(other);
    const double exact = jaccard(a, b), estimated = estimated_jaccard(minhash(a), minhash(b));
    error += estimated - exact;
    square += (estimated - exact) * (estimated - exact);
    expected += exact * (1 - exact) / 64;
  }
  EXPECT_NEAR(error / kPairs, 0, 4 * std::sqrt(expected) / kPairs);
  EXPECT_LT(square, 1.4 * expected);
}

TEST(CopiesTest, TheGraphIsThatOfComparingAllPairs) {
  base::Rng rng(11);
  std::vector<std::string> texts;
  for (int i = 0; i < 12; ++i) {
    texts.push_back(words(rng, 70));
    for (int k = 0; k < 5; ++k) texts.push_back(changed(rng, texts[texts.size() - 1], 0.06));
  }
  texts.push_back(texts.front());
  const CopyGraph graph = copy_graph({texts.begin(), texts.end()});
  std::size_t edges = 0, missed = 0;
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (std::size_t j = 0; j < texts.size(); ++j) {
      if (i == j) continue;
      const bool near = jaccard(shingles(texts[i]), shingles(texts[j])) >= kCopyJaccard;
      const bool found = std::find(graph.near[i].begin(), graph.near[i].end(), j) != graph.near[i].end();
      EXPECT_LE(found, near) << "a pair that is none";
      edges += near ? 1 : 0;
      missed += near && !found ? 1 : 0;
    }
  EXPECT_GT(edges, 20U);
  EXPECT_EQ(missed, 0U);
  EXPECT_EQ(graph.exact_copy_of.back(), 0U);
}

TEST(CopiesTest, GroupsAreConnectedParts) {
  EXPECT_EQ(groups_of({{1}, {0, 3}, {}, {1}}), (std::vector<std::size_t>{0, 0, 2, 0}));
  EXPECT_TRUE(groups_of({}).empty());
}

TEST(CopiesTest, ShortAndEmptyTextsHaveNoCopies) {
  const CopyGraph graph = copy_graph({"", "", "short", "short"});
  for (const auto& near : graph.near) EXPECT_TRUE(near.empty());
  EXPECT_EQ(graph.exact_copy_of, (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(CopiesTest, OfEvidenceWhateverHidesBetweenItsLetters) {
  std::vector<core::Evidence> evidence(2);
  evidence[0].passage.text = "The museum on the hill opens at nine in the morning and closes at five.";
  evidence[1].passage.text =
      "The mus\u200Beum on the hill opens at nine in the mor\u200Bning and closes at five.";
  EXPECT_EQ(near_copies(evidence)[0], std::vector<std::size_t>{1});
}

}  // namespace
}  // namespace genkai::limits::retrieval
