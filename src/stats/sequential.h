#pragma once
// Tests that may be looked at after every observation.
//
//   RiskMonitor monitor{.risk = 0.1, .delta = 0.05};
//   monitor.observe(wrong);
//   if (monitor.breached()) alarm();          // a false alarm, ever, has probability at most delta
//
//   DriftMonitor drift(calibration_scores, seed);
//   drift.observe(score);                     // needs no outcome

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.h"
#include "stats/intervals.h"

namespace genkai::stats {

/// Whether a rate that was promised to be at most `risk` still is. The wealth of a gambler who bets against
/// the promise: a mixture of likelihood ratios, the alternative uniform on (risk, 1) (Robbins 1970; Ville
/// 1939):
///   W(n, wrong) = B(wrong + 1, n - wrong + 1) (1 - I_risk(wrong + 1, n - wrong + 1))
///                 / ((1 - risk) risk^wrong (1 - risk)^(n - wrong))
/// While each outcome is wrong with probability at most `risk` given what came before, P(W ever >= 1/delta)
/// is at most delta. It depends on counts only, so that they are all there is to keep.
struct RiskMonitor {
  double risk = 0.1;
  double delta = 0.05;
  std::uint64_t observed = 0, wrong = 0;

  void observe(bool was_wrong) {
    ++observed;
    wrong += was_wrong ? 1 : 0;
  }
  double log_wealth() const;
  bool breached() const;
  /// The rates that the same bets do not refute: a confidence sequence, valid at every time at once.
  Interval rate() const;
};

/// log W of the rate `risk` after `wrong` of `n`; see RiskMonitor.
double log_wealth_against(double risk, std::uint64_t wrong, std::uint64_t n);

/// Whether scores still come from where the calibration scores came from: a conformal test martingale, the
/// Simple Jumper (Vovk, Petej, Nouretdinov, Ahlberg, Carlsson and Gammerman 2021), over the ranks of each
/// score among all before it, ties broken by the seed. While the scores are exchangeable, P(wealth ever >= c)
/// is at most 1/c. Memory and time of an observation grow with the number of scores; kMost ends it.
class DriftMonitor {
 public:
  static constexpr std::size_t kMost = 100'000;
  /// The calibration scores only say what is usual; no bet is made on them.
  DriftMonitor(std::span<const double> calibration, std::uint64_t seed);
  void observe(double score);
  double wealth() const { return wealth_[0] + wealth_[1] + wealth_[2]; }
  double most_wealth() const { return most_; }
  /// With probability at most delta there is ever an alarm without a change.
  bool drifted(double delta) const { return most_ >= 1 / delta; }
  std::size_t observed() const { return observed_; }

 private:
  std::vector<double> seen_;  // ascending
  base::Rng rng_;
  double wealth_[3] = {1.0 / 3, 1.0 / 3, 1.0 / 3};  // of betting on low ranks, on nothing, on high ranks
  double most_ = 1;
  std::size_t observed_ = 0;
};

}  // namespace genkai::stats
