#include "stats/reliability.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"

namespace genkai::stats {
namespace {

TEST(Reliability, ByHand) {
  const std::vector<double> p{0.9, 0.9, 0.6, 0.2};
  const std::vector<std::uint8_t> y{1, 0, 1, 0};
  const auto r = assess(p, y, {.resamples = 0, .bins = 4});
  EXPECT_NEAR(r.accuracy.value, 0.5, 1e-12);
  // Equal width, [0, .25) [.5, .75) [.75, 1]: |.2| + |.6 - 1| + |1.8 - 1| over 4.
  EXPECT_NEAR(r.ece.value, (0.2 + 0.4 + 0.8) / 4, 1e-12);
  EXPECT_NEAR(r.brier.value, (0.01 + 0.81 + 0.16 + 0.04) / 4, 1e-12);
  EXPECT_NEAR(r.log_loss.value,
              -(2 * std::log(0.9) - std::log(0.9) + std::log(0.1) + std::log(0.6) + std::log(0.8)) / 4,
              1e-12);
  EXPECT_NEAR(r.auroc.value, (0.5 + 1 + 0 + 1) / 4, 1e-12);
  EXPECT_NEAR(r.auroc.value, auroc(p, y), 1e-12);
  EXPECT_NEAR(r.aurc.value, risk_coverage_area(p, y), 1e-12);
  // With one bin for each distinct value Murphy's decomposition is exact.
  EXPECT_NEAR(r.reliability.value - r.resolution.value + r.uncertainty.value, r.brier.value, 1e-12);
}

TEST(Reliability, AgreesWithThePlainMeasuresOnManyItems) {
  base::Rng rng(5);
  std::vector<double> p;
  std::vector<std::uint8_t> y;
  for (int i = 0; i < 3000; ++i) {
    p.push_back(std::round(rng.uniform() * 40) / 40);
    y.push_back(rng.uniform() < p.back());
  }
  const auto r = assess(p, y, {.seed = 2, .resamples = 300});
  EXPECT_NEAR(r.auroc.value, auroc(p, y), 1e-12);
  EXPECT_NEAR(r.brier.value, brier_score(p, y), 1e-12);
  EXPECT_NEAR(r.aurc.value, risk_coverage_area(p, y), 1e-12);
  EXPECT_LT(r.ece.value, 0.04);
  EXPECT_LT(std::abs(r.adaptive_ece.value - expected_calibration_error(p, y)), 0.01);
  for (const auto& [name, figure] : figures(r)) {
    if (name == "ece" || name == "adaptive_ece" || name == "reliability")
      continue;  // biased upward when small
    EXPECT_LE(figure.interval.low, figure.value) << name;
    EXPECT_GE(figure.interval.high, figure.value) << name;
    EXPECT_LT(figure.interval.high - figure.interval.low, 0.1) << name;
  }
  EXPECT_EQ(assess(p, y, {.seed = 2, .resamples = 300}).auroc.interval.low, r.auroc.interval.low);
}

TEST(Reliability, AConstantHasNoCalibrationErrorAndNoOrder) {
  const std::vector<std::uint8_t> y{1, 1, 1, 0, 0, 1, 1, 0};
  const auto r = assess_constant(y, {.resamples = 100});
  EXPECT_NEAR(r.ece.value, 0, 1e-12);
  EXPECT_EQ(r.auroc.value, 0.5);
  EXPECT_NEAR(r.prr.value, 0, 1e-12);
  EXPECT_NEAR(r.aurc.value, 3.0 / 8, 1e-12);
}

TEST(Reliability, RejectionRatioIsOneForTheIdealOrder) {
  std::vector<double> p;
  std::vector<std::uint8_t> y;
  for (int i = 0; i < 5000; ++i) {
    p.push_back(1 - i / 5000.0);
    y.push_back(i < 3500);
  }
  EXPECT_NEAR(assess(p, y, {.resamples = 0}).prr.value, 1, 1e-3);
}

TEST(Reliability, BinsCoverEveryItem) {
  const std::vector<double> p{0.1, 0.1, 0.1, 0.5, 0.9, 0.9};
  const std::vector<std::uint8_t> y{0, 0, 1, 1, 1, 1};
  const auto bins = reliability_bins(p, y, 3);
  ASSERT_EQ(bins.size(), 3U);
  EXPECT_EQ(bins[0].items, 3U);
  EXPECT_NEAR(bins[0].share, 1.0 / 3, 1e-12);
  EXPECT_TRUE(reliability_bins({}, {}).empty());
}

}  // namespace
}  // namespace genkai::stats
