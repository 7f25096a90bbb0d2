#include "stats/recalibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"
#include "stats/logistic.h"
#include "stats/reliability.h"

namespace genkai::stats {
namespace {

// Two groups whose stated confidences mean different things, and a second score that knows more.
ScoredItems overconfident(std::size_t n, std::uint64_t seed) {
  base::Rng rng(seed);
  ScoredItems items;
  items.columns = 2;
  for (std::size_t i = 0; i < n; ++i) {
    const bool hard = i % 3 == 0;
    const double skill = rng.normal();
    const bool right = rng.uniform() < sigmoid(skill + (hard ? -1.0 : 1.5));
    items.scores.push_back(sigmoid(2.5 + 0.7 * skill + 0.3 * rng.normal()));
    items.scores.push_back(i % 10 == 0 ? std::nan("") : sigmoid(skill + (right ? 1 : -1) + rng.normal()));
    items.groups.push_back(hard ? "hard" : "easy");
    items.correct.push_back(right);
  }
  return items;
}

std::vector<double> first_column(const ScoredItems& items) {
  std::vector<double> out;
  for (std::size_t i = 0; i < items.size(); ++i) out.push_back(items.row(i).front());
  return out;
}

TEST(Recalibration, EveryMethodRepairsOverconfidenceWithoutLosingTheOrder) {
  const ScoredItems items = overconfident(6000, 1);
  const auto raw = assess(first_column(items), items.correct, {.resamples = 0});
  EXPECT_GT(raw.ece.value, 0.2);
  for (const Method method : kMethods) {
    const auto probabilities = cross_fit(items, method, 5, 3);
    ASSERT_TRUE(probabilities);
    const auto after = assess(*probabilities, items.correct, {.resamples = 0});
    // One parameter cannot repair a shift; all others can.
    EXPECT_LT(after.ece.value, method == Method::temperature ? raw.ece.value : 0.03) << to_string(method);
    EXPECT_GE(after.auroc.value, raw.auroc.value - 0.005) << to_string(method);
  }
  const auto fused = cross_fit(items, Method::fused, 5, 3), platt = cross_fit(items, Method::platt, 5, 3);
  EXPECT_GT(auroc(*fused, items.correct), auroc(*platt, items.correct) + 0.03);  // the second score helps
  EXPECT_EQ(*best_method(items, 5, 3), Method::fused);
}

TEST(Recalibration, CrossFittingIsReproducibleAndNeverSeesItsOwnItem) {
  ScoredItems items = overconfident(300, 2);
  const auto first = cross_fit(items, Method::isotonic, 5, 9);
  EXPECT_EQ(*first, *cross_fit(items, Method::isotonic, 5, 9));
  items.correct[17] ^= 1;
  EXPECT_EQ((*cross_fit(items, Method::isotonic, 5, 9))[17], (*first)[17]);
}

TEST(Recalibration, ReadsBackWhatItWrites) {
  const ScoredItems items = overconfident(500, 3);
  for (const Method method : kMethods) {
    const auto map = Recalibrator::fit(items, method);
    ASSERT_TRUE(map);
    const auto json = base::Json::parse(map->to_json().dump());
    ASSERT_TRUE(json);
    const auto again = Recalibrator::parse(*json);
    ASSERT_TRUE(again) << again.error().message;
    for (std::size_t i = 0; i < 50; ++i)
      for (const char* group : {"hard", "easy", "unseen"})
        EXPECT_EQ((*map)(items.row(i), group), (*again)(items.row(i), group));
  }
  for (
      const char* bad :
      {"{}", R"({"method":"isotonic"})",
       R"({"method":"isotonic","probabilities":[true],"groups":{},"all":{"scores":[2,1],"values":[0,1]}})",
       R"({"method":"fused","probabilities":[true],"groups":[],"centre":[0],"spread":[0],"weights":[1,1,1]})"})
    EXPECT_FALSE(Recalibrator::parse(*base::Json::parse(bad))) << bad;
}

TEST(Recalibration, SmallAndUnknownGroupsUseTheMapOfAll) {
  ScoredItems items = overconfident(400, 4);
  for (std::size_t i = 0; i < 10; ++i) items.groups[i] = "rare";
  const auto map = Recalibrator::fit(items, Method::isotonic);
  const std::vector<double> row{0.9, 0.5};
  EXPECT_EQ((*map)(row, "rare"), (*map)(row, "never seen"));
  EXPECT_NE((*map)(row, "rare"), (*map)(row, "hard"));
}

TEST(Recalibration, MissingScoresStayMissing) {
  ScoredItems items;
  items.scores = {0.9, std::nan(""), 0.2, 0.7};
  items.correct = {1, 0, 0, 1};
  const auto map = Recalibrator::fit(items, Method::platt);
  ASSERT_TRUE(map);
  EXPECT_TRUE(std::isnan((*map)(std::vector<double>{std::nan("")}, "")));
  items.scores.assign(4, std::nan(""));
  EXPECT_FALSE(Recalibrator::fit(items, Method::platt));
  items.scores.pop_back();
  EXPECT_FALSE(Recalibrator::fit(items, Method::platt));
}

TEST(Recalibration, TemperatureAndBinsByHand) {
  // 3 of 4 right at a stated 0.9: sigmoid(logit(0.9) / T) = 0.75.
  ScoredItems items;
  items.scores = {0.9, 0.9, 0.9, 0.9};
  items.correct = {1, 1, 1, 0};
  const std::vector<double> row{0.9};
  EXPECT_NEAR((*Recalibrator::fit(items, Method::temperature))(row, ""), 0.75, 1e-6);
  EXPECT_NEAR((*Recalibrator::fit(items, Method::isotonic))(row, ""), 0.75, 1e-12);
  EXPECT_NEAR((*Recalibrator::fit(items, Method::binning))(row, ""), 0.75, 1e-12);  // 3.75 of 5
}

TEST(Recalibration, IsotonicPoolsViolators) {
  const std::vector<double> s = {1, 2, 3, 4};
  const std::vector<std::uint8_t> y = {0, 1, 0, 1};
  const IsotonicMap map = IsotonicMap::fit(s, y);
  EXPECT_NEAR(map(0), 0, 1e-12);
  EXPECT_NEAR(map(2.5), 0.5, 1e-12);
  EXPECT_NEAR(map(9), 1, 1e-12);
  double previous = 0;
  for (double x = 0; x < 5; x += 0.1) {
    EXPECT_GE(map(x), previous);
    previous = map(x);
  }
  EXPECT_EQ(IsotonicMap::fit({}, {})(3), 0.5);
}

}  // namespace
}  // namespace genkai::stats
