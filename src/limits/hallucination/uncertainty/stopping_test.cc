#include "limits/hallucination/uncertainty/stopping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/rng.h"
#include "limits/hallucination/uncertainty/honesty.h"

namespace genkai::limits::hallucination {
namespace {

TEST(AdaptiveSampling, StopsWhenNothingCanChangeTheDecision) {
  const AdaptiveSampling rule({.threshold = 0.9, .delta = 1e-9, .budget = 10});
  EXPECT_EQ(rule.decide(1, 1), Sampling::go_on) << "one sample agrees with itself";
  EXPECT_EQ(rule.decide(2, 2), Sampling::go_on);
  EXPECT_EQ(rule.decide(1, 2), Sampling::reject) << "9 of 10 have a posterior mean of 0.864";
  EXPECT_EQ(rule.decide(10, 10), Sampling::accept);
}

TEST(AdaptiveSampling, StopsWhenThePosteriorIsSure) {
  EXPECT_NEAR(share_at_least(0.5, 3, 6), 0.5, 1e-12) << "symmetric";
  const AdaptiveSampling rule({.threshold = 0.5, .delta = 0.05, .budget = 1000});
  EXPECT_EQ(rule.decide(2, 2), Sampling::go_on);
  EXPECT_EQ(rule.decide(8, 8), Sampling::accept);
  EXPECT_EQ(rule.decide(1, 12), Sampling::reject);
}

TEST(AdaptiveSampling, NeverGoesBeyondTheBudget) {
  for (const std::size_t budget : {1U, 2U, 7U, 32U})
    for (std::size_t total = budget; total < budget + 3; ++total)
      for (std::size_t leading = 0; leading <= total; ++leading) {
        const AdaptiveSampling rule({.threshold = 0.8, .delta = 0.01, .budget = budget, .least = 50});
        EXPECT_NE(rule.decide(leading, total), Sampling::go_on);
      }
}

struct Simulated {
  double drawn = 0;    // mean samples
  double differs = 0;  // share of decisions that the full budget would have made otherwise
};

// Questions with a leading answer of a share drawn uniformly, and two others that split the rest.
Simulated simulate(const AdaptiveOptions& options, std::size_t questions) {
  const AdaptiveSampling rule(options);
  base::Rng rng(20);
  Simulated seen;
  for (std::size_t q = 0; q < questions; ++q) {
    const double share = rng.uniform();
    std::array<std::size_t, 3> counts{};
    Sampling early = Sampling::go_on;
    for (std::size_t total = 1; total <= options.budget; ++total) {
      const double draw = rng.uniform();
      ++counts[draw < share ? 0 : draw < share + (1 - share) / 2 ? 1 : 2];
      if (early != Sampling::go_on) continue;
      early = rule.decide(*std::max_element(counts.begin(), counts.end()), total);
      seen.drawn += 1;
    }
    const bool full = rule.accepts(*std::max_element(counts.begin(), counts.end()), options.budget);
    seen.differs += full != (early == Sampling::accept) ? 1 : 0;
  }
  seen.drawn /= static_cast<double>(questions);
  seen.differs /= static_cast<double>(questions);
  return seen;
}

TEST(AdaptiveSampling, SavesSamplesAndSeldomDecidesOtherwiseThanTheFullBudget) {
  for (const double threshold : {0.5, 0.7, 0.9})
    for (const std::size_t budget : {10U, 20U}) {
      const Simulated seen = simulate({.threshold = threshold, .delta = 0.05, .budget = budget}, 4000);
      ::testing::Test::RecordProperty(
          "threshold_" + std::to_string(threshold) + "_budget_" + std::to_string(budget),
          std::to_string(seen.drawn) + " samples, " + std::to_string(seen.differs));
      EXPECT_LT(seen.drawn, 0.75 * static_cast<double>(budget)) << threshold;
      EXPECT_LT(seen.differs, 0.05) << threshold;
    }
}

TEST(AdaptiveSampling, CertaintyCostsSamples) {
  const Simulated loose = simulate({.threshold = 0.7, .delta = 0.2, .budget = 20}, 2000);
  const Simulated strict = simulate({.threshold = 0.7, .delta = 0.001, .budget = 20}, 2000);
  EXPECT_LT(loose.drawn, strict.drawn);
  EXPECT_GT(loose.differs, strict.differs);
  EXPECT_LT(strict.differs, 0.005);
}

TEST(Honesty, PaysForAbstaining) {
  using enum Judged;
  EXPECT_DOUBLE_EQ(honest_points(wrong, 0.75), -3);
  EXPECT_EQ(honest_points(abstained, 0.75), 0);
  EXPECT_EQ(honest_points(wrong, 0), 0);
  const std::vector<Judged> outcomes{right, right, wrong, abstained};
  const Honesty score = honest_score(outcomes, 0.5);
  EXPECT_DOUBLE_EQ(score.mean, 0.25);
  EXPECT_EQ(score.answered, 3U);
  EXPECT_EQ(score.right, 2U);
  EXPECT_LT(score.interval.low, 0.25);
  EXPECT_GT(score.interval.high, 0.25);
}

TEST(OrderQuality, IsTheAurocWithAnInterval) {
  base::Rng rng(3);
  std::vector<double> scores;
  std::vector<std::uint8_t> right;
  for (int i = 0; i < 400; ++i) {
    right.push_back(rng.below(2) != 0);
    scores.push_back(std::round((rng.normal() + right.back()) * 4));  // many ties
  }
  const OrderQuality quality = order_quality(scores, right);
  EXPECT_NEAR(quality.auroc, stats::auroc(scores, right), 1e-12);
  EXPECT_NEAR(quality.auroc, 0.76, 0.05) << "two normals one apart";
  EXPECT_LT(quality.interval.low, quality.auroc);
  EXPECT_GT(quality.interval.high, quality.auroc);
  EXPECT_LT(quality.interval.high - quality.interval.low, 0.12);
  // A constant tells nothing apart, whatever is drawn.
  const OrderQuality constant = order_quality(std::vector<double>(400, 1.0), right);
  EXPECT_EQ(constant.interval.low, 0.5);
  EXPECT_EQ(constant.interval.high, 0.5);
  EXPECT_FALSE(order_quality(std::vector<double>{1, 2}, std::vector<std::uint8_t>{1, 1}).defined);
}

TEST(OrderQuality, GroupsMakeIntervalsWider) {
  std::vector<double> scores;
  std::vector<std::uint8_t> right;
  std::vector<std::string> groups;
  base::Rng rng(4);
  for (int g = 0; g < 20; ++g) {
    const double score = rng.uniform();
    const bool answer = rng.uniform() < score;
    for (int i = 0; i < 10; ++i) {
      scores.push_back(score);
      right.push_back(answer ? 1 : 0);
      groups.push_back(std::to_string(g));
    }
  }
  const auto clusters = clusters_of(groups);
  ASSERT_EQ(clusters.size(), scores.size());
  const auto alone = order_quality(scores, right),
             grouped = order_quality(scores, right, {.clusters = clusters});
  EXPECT_GT(grouped.interval.high - grouped.interval.low, 1.5 * (alone.interval.high - alone.interval.low));
  EXPECT_TRUE(clusters_of(std::vector<std::string>{"", ""}).empty());
}

}  // namespace
}  // namespace genkai::limits::hallucination
