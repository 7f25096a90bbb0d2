#include "stats/sequential.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace genkai::stats {
namespace {

constexpr double kJump = 0.01;  // share of the wealth that changes sides before each observation

double log_beta(double a, double b) {
  int sign = 0;
  return ::lgamma_r(a, &sign) + ::lgamma_r(b, &sign) - ::lgamma_r(a + b, &sign);
}

}  // namespace

double log_wealth_against(double risk, std::uint64_t wrong, std::uint64_t n) {
  if (n == 0 || risk >= 1) return 0;
  const double w = static_cast<double>(wrong), r = static_cast<double>(n - wrong);
  if (risk <= 0) return wrong > 0 ? std::numeric_limits<double>::infinity() : -log_beta(1, r + 1);
  // 1 - I_risk(w + 1, r + 1) without cancellation.
  const double above = incomplete_beta(1 - risk, r + 1, w + 1);
  if (above <= 0) return -std::numeric_limits<double>::infinity();
  return log_beta(w + 1, r + 1) + std::log(above) - std::log1p(-risk) - w * std::log(risk) -
         r * std::log1p(-risk);
}

double RiskMonitor::log_wealth() const {
  return log_wealth_against(risk, wrong, observed);
}

bool RiskMonitor::breached() const {
  return log_wealth() >= -std::log(delta);
}

Interval RiskMonitor::rate() const {
  if (observed == 0) return {0, 1};
  const double share = static_cast<double>(wrong) / static_cast<double>(observed);
  // Half of delta against too low a rate, half against too high a one; the wealth grows with the distance.
  const double limit = -std::log(delta / 2);
  const auto edge = [&](double inside, double outside, auto&& wealth) {
    for (int i = 0; i < 60; ++i) {
      const double middle = (inside + outside) / 2;
      (wealth(middle) < limit ? inside : outside) = middle;
    }
    return inside;
  };
  const double low = edge(share, 0.0, [&](double rate) { return log_wealth_against(rate, wrong, observed); });
  const double high =
      edge(share, 1.0, [&](double rate) { return log_wealth_against(1 - rate, observed - wrong, observed); });
  return {low, high};
}

DriftMonitor::DriftMonitor(std::span<const double> calibration, std::uint64_t seed) : rng_(seed) {
  for (const double score : calibration)
    if (!std::isnan(score) && seen_.size() < kMost) seen_.push_back(score);
  std::sort(seen_.begin(), seen_.end());
}

void DriftMonitor::observe(double score) {
  if (std::isnan(score) || seen_.size() >= kMost) return;
  const auto [low, high] = std::equal_range(seen_.begin(), seen_.end(), score);
  const double below = static_cast<double>(low - seen_.begin()), equal = static_cast<double>(high - low) + 1,
               all = static_cast<double>(seen_.size()) + 1;
  const double rank = (below + rng_.uniform() * equal) / all;  // uniform while exchangeable
  const double total = wealth();
  for (int side = 0; side < 3; ++side) {
    double& own = wealth_[side];
    own = (1 - kJump) * own + kJump / 3 * total;
    own *= 1 + (side - 1) * (rank - 0.5);
  }
  most_ = std::max(most_, wealth());
  seen_.insert(high, score);
  ++observed_;
}

}  // namespace genkai::stats
