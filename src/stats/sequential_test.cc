#include "stats/sequential.h"

#include <gtest/gtest.h>

#include <cmath>

namespace genkai::stats {
namespace {

TEST(RiskMonitor, FalseAlarmsStayWithinDeltaHoweverOftenOneLooks) {
  base::Rng rng(3);
  int alarms = 0;
  for (int run = 0; run < 2000; ++run) {
    RiskMonitor monitor{.risk = 0.1, .delta = 0.05};
    bool ever = false;
    for (int i = 0; i < 500; ++i) {
      monitor.observe(rng.uniform() < 0.1);  // exactly as promised
      ever = ever || monitor.breached();
    }
    alarms += ever ? 1 : 0;
  }
  EXPECT_LE(alarms, 131);  // 5 % of 2,000 and three standard errors
  EXPECT_GT(alarms, 10);   // and it does look
}

TEST(RiskMonitor, FindsABreach) {
  base::Rng rng(4);
  int found = 0;
  double when = 0;
  for (int run = 0; run < 200; ++run) {
    RiskMonitor monitor{.risk = 0.1, .delta = 0.05};
    for (int i = 0; i < 400 && !monitor.breached(); ++i) monitor.observe(rng.uniform() < 0.25);
    found += monitor.breached() ? 1 : 0;
    when += static_cast<double>(monitor.observed) / 200;
  }
  EXPECT_GE(found, 199);
  EXPECT_LT(when, 90);
}

TEST(RiskMonitor, ItsRateCoversTheTruthAtEveryTimeAtOnce) {
  base::Rng rng(5);
  int missed = 0;
  for (int run = 0; run < 500; ++run) {
    RiskMonitor monitor{.risk = 0.1, .delta = 0.1};
    bool outside = false;
    for (int i = 0; i < 200; ++i) {
      monitor.observe(rng.uniform() < 0.3);
      if (i % 10 != 9) continue;
      const Interval rate = monitor.rate();
      outside = outside || rate.low > 0.3 || rate.high < 0.3;
    }
    missed += outside ? 1 : 0;
  }
  EXPECT_LE(missed, 70);  // 10 % of 500 and three standard errors
  const Interval nothing = RiskMonitor{}.rate();
  EXPECT_EQ(nothing.low, 0);
  EXPECT_EQ(nothing.high, 1);
}

TEST(RiskMonitor, WealthByHand) {
  // One wrong answer against a promise of 1/2: the mean of q / (1/2) over q in (1/2, 1).
  EXPECT_NEAR(log_wealth_against(0.5, 1, 1), std::log(1.5), 1e-12);
  EXPECT_EQ(log_wealth_against(0.5, 0, 0), 0);
  EXPECT_LT(log_wealth_against(0.1, 0, 1000), std::log(0.01));
  EXPECT_TRUE(std::isfinite(log_wealth_against(0.01, 900'000, 1'000'000)));
}

TEST(DriftMonitor, SleepsWhileNothingChangesAndWakesWhenItDoes) {
  int false_alarms = 0, found = 0;
  for (int run = 0; run < 300; ++run) {
    base::Rng rng(static_cast<std::uint64_t>(run) + 1);
    std::vector<double> calibration;
    // Ties included: one decimal.
    const auto score = [&](double shift) { return std::round(10 * (rng.normal() + shift)) / 10; };
    for (int i = 0; i < 200; ++i) calibration.push_back(score(0));
    DriftMonitor monitor(calibration, 7);
    for (int i = 0; i < 200; ++i) monitor.observe(score(0));
    false_alarms += monitor.drifted(0.05) ? 1 : 0;
    for (int i = 0; i < 200; ++i) monitor.observe(score(-1));
    found += monitor.drifted(0.05) ? 1 : 0;
  }
  EXPECT_LE(false_alarms, 26);  // 5 % of 300 and three standard errors
  EXPECT_GT(found, 290);
}

}  // namespace
}  // namespace genkai::stats
