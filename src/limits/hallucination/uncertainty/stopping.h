#pragma once
// When to stop asking again: as soon as it is certain enough whether the leading answer's share carries the
// wanted threshold, and never beyond the budget.
//
//   const AdaptiveSampling rule({.threshold = 0.8, .delta = 0.05, .budget = 10});
//   while (rule.decide(leading, total) == Sampling::go_on) ask_once_more();

#include <cstddef>

namespace genkai::limits::hallucination {

enum class Sampling { go_on, accept, reject };

struct AdaptiveOptions {
  double threshold = 0.8;   // wanted share of the leading answer, (0, 1)
  double delta = 0.05;      // stop when the posterior is this far from doubt, (0, 0.5)
  std::size_t budget = 10;  // samples at most, at least 1
  std::size_t least = 2;    // samples before anything is decided: one agrees with itself
};

/// With k of n samples in the largest cluster and Jeffreys' prior, the share s of the leading answer has the
/// posterior Beta(k + 1/2, n - k + 1/2). Accept when P(s >= threshold) >= 1 - delta, reject when it is <=
/// delta. When the budget is used up the posterior mean (k + 1/2) / (n + 1) decides. The rule also stops when
/// no remaining sample can change that decision, which costs no certainty at all.
///
/// Assumes that samples are drawn independently from one distribution. The posterior is looked at after each
/// sample, so delta is the certainty of one look, not of the whole sequence; how often an early decision
/// differs from that of the full budget is measured in stopping_test.cc.
class AdaptiveSampling {
 public:
  explicit AdaptiveSampling(const AdaptiveOptions& options);
  /// `leading`: size of the largest cluster; `total`: samples so far. REQUIRES: leading <= total.
  Sampling decide(std::size_t leading, std::size_t total) const;
  /// What the full budget decides.
  bool accepts(std::size_t leading, std::size_t total) const;
  const AdaptiveOptions& options() const { return options_; }

 private:
  AdaptiveOptions options_;
};

/// P(s >= threshold) under the posterior above.
double share_at_least(double threshold, std::size_t leading, std::size_t total);

}  // namespace genkai::limits::hallucination
