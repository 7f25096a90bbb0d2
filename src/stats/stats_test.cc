#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/rng.h"
#include "stats/calibration.h"
#include "stats/intervals.h"
#include "stats/logistic.h"

namespace genkai::stats {
namespace {

// Reference values of this file come from scipy 1.17 (stats.beta, stats.binomtest, stats.norm).

TEST(Intervals, IncompleteBetaMatchesKnownValues) {
  EXPECT_NEAR(incomplete_beta(0.3, 2, 5), 0.579825, 1e-12);
  EXPECT_NEAR(incomplete_beta(0.5, 0.5, 0.5), 0.5, 1e-12);
  EXPECT_EQ(incomplete_beta(0, 2, 3), 0);
  EXPECT_EQ(incomplete_beta(1, 2, 3), 1);
  EXPECT_NEAR(incomplete_beta_inverse(incomplete_beta(0.123, 40, 300), 40, 300), 0.123, 1e-10);
}

TEST(Intervals, NormalQuantile) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-11);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-15);
}

TEST(Intervals, Wilson) {
  const Interval w = wilson(37, 50);
  EXPECT_NEAR(w.low, 0.6044684, 1e-6);
  EXPECT_NEAR(w.high, 0.8412847, 1e-6);
  EXPECT_EQ(wilson(0, 0).high, 1);
  EXPECT_EQ(wilson(0, 0).low, 0);
}

TEST(Intervals, ClopperPearson) {
  const Interval c = clopper_pearson(37, 50);
  EXPECT_NEAR(c.low, 0.5965523, 1e-6);
  EXPECT_NEAR(c.high, 0.8536994, 1e-6);
  EXPECT_NEAR(clopper_pearson_upper(0, 30, 0.95), 1 - std::pow(0.05, 1.0 / 30), 1e-10);
  EXPECT_EQ(clopper_pearson_upper(5, 5, 0.95), 1);
  EXPECT_EQ(clopper_pearson_upper(0, 0, 0.95), 1);
  EXPECT_EQ(clopper_pearson_lower(0, 5, 0.95), 0);
  EXPECT_NEAR(clopper_pearson_lower(30, 30, 0.95), std::pow(0.05, 1.0 / 30), 1e-10);
}

TEST(Intervals, ClopperPearsonUpperCoversTheTruth) {
  base::Rng rng(7);
  int covered = 0;
  for (int run = 0; run < 2000; ++run) {
    std::size_t errors = 0;
    for (int i = 0; i < 60; ++i) errors += rng.uniform() < 0.1;
    covered += clopper_pearson_upper(errors, 60, 0.95) >= 0.1;
  }
  EXPECT_GE(covered, 1900);
}

TEST(Intervals, McNemar) {
  EXPECT_NEAR(mcnemar_exact(5, 15), 0.04138946533203125, 1e-12);
  EXPECT_NEAR(mcnemar_exact(15, 5), 0.04138946533203125, 1e-12);
  EXPECT_EQ(mcnemar_exact(0, 0), 1);
  EXPECT_EQ(mcnemar_exact(4, 4), 1);
}

TEST(Intervals, PairedBootstrapIsSeededAndClustersWidenIt) {
  std::vector<double> first, second;
  std::vector<std::size_t> clusters;
  base::Rng rng(3);
  for (std::size_t c = 0; c < 20; ++c) {
    const double own = rng.normal();
    for (int i = 0; i < 20; ++i) {
      first.push_back(own + 0.1 * rng.normal());
      second.push_back(0);
      clusters.push_back(c);
    }
  }
  const Difference plain = paired_bootstrap(first, second, {.seed = 5});
  const Difference again = paired_bootstrap(first, second, {.seed = 5});
  EXPECT_EQ(plain.interval.low, again.interval.low);
  const Difference clustered = paired_bootstrap(first, second, {.seed = 5, .clusters = clusters});
  EXPECT_NEAR(clustered.mean, plain.mean, 1e-12);
  EXPECT_GT(clustered.interval.high - clustered.interval.low, 2 * (plain.interval.high - plain.interval.low));
  EXPECT_LT(clustered.interval.low, clustered.mean);
  EXPECT_GT(clustered.interval.high, clustered.mean);
}

TEST(Intervals, PairedBootstrapFindsAPlainDifferenceAndNoneInEqualItems) {
  std::vector<double> good(100, 1), bad(100, 0);
  EXPECT_LT(paired_bootstrap(good, bad).p_value, 0.01);
  EXPECT_EQ(paired_bootstrap(good, good).p_value, 1);
  EXPECT_EQ(paired_bootstrap({}, {}).p_value, 1);
}

TEST(Calibration, ExpectedCalibrationError) {
  const std::vector<double> p = {0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1};
  const std::vector<std::uint8_t> y = {1, 1, 1, 0, 0, 0, 0, 1};
  EXPECT_NEAR(expected_calibration_error(p, y, 2), 0.15, 1e-12);
  EXPECT_NEAR(expected_calibration_error(p, y, 8), 0.15, 1e-12);  // ties are not parted
  EXPECT_NEAR(expected_calibration_error(p, y, 1), 0, 1e-12);
  EXPECT_EQ(expected_calibration_error({}, {}), 0);
  EXPECT_NEAR(brier_score(p, y), (6 * 0.01 + 2 * 0.81) / 8, 1e-12);
}

TEST(Calibration, Auroc) {
  const std::vector<std::uint8_t> y = {0, 0, 1, 1};
  EXPECT_NEAR(auroc(std::vector<double>{0.1, 0.4, 0.35, 0.8}, y), 0.75, 1e-12);
  EXPECT_NEAR(auroc(std::vector<double>{1, 1, 1, 1}, y), 0.5, 1e-12);
  EXPECT_NEAR(auroc(std::vector<double>{0.1, 0.5, 0.5, 0.8}, y), 0.875, 1e-12);
  EXPECT_EQ(auroc(std::vector<double>{0.1, 0.2}, std::vector<std::uint8_t>{1, 1}), 0.5);
}

TEST(Calibration, RiskCoverage) {
  const std::vector<double> s = {0.9, 0.8, 0.8, 0.1};
  const std::vector<std::uint8_t> y = {1, 1, 0, 0};
  const auto curve = risk_coverage(s, y);
  ASSERT_EQ(curve.size(), 3U);
  EXPECT_NEAR(curve[1].coverage, 0.75, 1e-12);
  EXPECT_NEAR(curve[1].risk, 1.0 / 3, 1e-12);
  EXPECT_NEAR(risk_coverage_area(s, y), 0.25 * 0 + 0.5 / 3 + 0.25 * 0.5, 1e-12);
}

TEST(Logistic, MatchesTheClosedFormOfOneBinaryColumn) {
  // 3 of 4 right at x = 0, 1 of 4 at x = 1: intercept log 3, weight -2 log 3.
  const std::vector<double> rows = {0, 0, 0, 0, 1, 1, 1, 1};
  const std::vector<std::uint8_t> y = {1, 1, 1, 0, 1, 0, 0, 0};
  const auto model = LogisticModel::fit(rows, 1, y, {.ridge = 0});
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->intercept(), std::log(3.0), 1e-7);
  EXPECT_NEAR(model->weights()[0], -2 * std::log(3.0), 1e-7);
  EXPECT_NEAR(model->probability(std::vector<double>{1}), 0.25, 1e-8);
}

TEST(Logistic, RidgeKeepsSeparableDataFinite) {
  const std::vector<double> rows = {-2, -1, 1, 2};
  const std::vector<std::uint8_t> y = {0, 0, 1, 1};
  const auto model = LogisticModel::fit(rows, 1, y, {.ridge = 1});
  ASSERT_TRUE(model);
  // Stationary point of 2 softplus(-w) + 2 softplus(-2w) + w^2 / 2.
  const double w = model->weights()[0];
  EXPECT_NEAR(-2 * sigmoid(-w) - 4 * sigmoid(-2 * w) + w, 0, 1e-7);
}

TEST(Logistic, RefusesWhatItCannotFit) {
  EXPECT_FALSE(LogisticModel::fit({}, 1, {}));
  const std::vector<double> rows = {1, std::nan("")};
  const std::vector<std::uint8_t> y = {0, 1};
  EXPECT_FALSE(LogisticModel::fit(rows, 1, y));
  EXPECT_FALSE(LogisticModel::fit(rows, 2, y));
}

}  // namespace
}  // namespace genkai::stats
