#pragma once
// Intervals and tests for shares and paired differences.
//
//   Interval share = wilson(37, 50);                         // of 50 questions 37 were right
//   double bound = clopper_pearson_upper(3, 80, 0.95);       // the error rate is below it with 95 %
//   confidence Difference gain = paired_bootstrap(ours, theirs, {.seed = 1});

#include <cstddef>
#include <cstdint>
#include <span>

namespace genkai::stats {

struct Interval {
  double low = 0;
  double high = 1;
};

/// Regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b) at x. Continued
/// fraction by Lentz's method (Press et al., Numerical Recipes, 6.4). REQUIRES: a, b > 0.
double incomplete_beta(double x, double a, double b);
/// x with I_x(a, b) = p.
double incomplete_beta_inverse(double p, double a, double b);
/// The standard normal quantile (Acklam's rational approximation, one Halley step).
double normal_quantile(double p);

/// Wilson score interval of a share. n = 0 gives [0, 1].
Interval wilson(std::size_t successes, std::size_t n, double confidence = 0.95);
/// Exact two-sided interval of a share (Clopper and Pearson 1934). n = 0 gives [0, 1].
Interval clopper_pearson(std::size_t successes, std::size_t n, double confidence = 0.95);
/// One-sided exact bounds: the true share lies below (above) the result with at least `confidence`.
double clopper_pearson_upper(std::size_t successes, std::size_t n, double confidence = 0.95);
double clopper_pearson_lower(std::size_t successes, std::size_t n, double confidence = 0.95);

/// Two-sided p value of McNemar's exact test: `only_first` items that only the first system got right,
/// `only_second` likewise.
double mcnemar_exact(std::size_t only_first, std::size_t only_second);

struct BootstrapOptions {
  std::uint64_t seed = 1;
  std::size_t resamples = 2000;
  double confidence = 0.95;
  std::span<const std::size_t> clusters =
      {};  // cluster of each item (any numbers); empty: every item is its own
};

/// Mean of first - second, its percentile interval, and the two-sided p value of no difference.
struct Difference {
  double mean = 0;
  Interval interval;
  double p_value = 1;
};
/// Paired bootstrap; whole clusters are drawn, so items of one document count as dependent. REQUIRES: equal
/// sizes. No items give a zero difference with p 1.
Difference paired_bootstrap(std::span<const double> first, std::span<const double> second,
                            const BootstrapOptions& options = {});

}  // namespace genkai::stats
