#include "stats/intervals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <vector>

#include "base/rng.h"

namespace genkai::stats {
namespace {

double continued_fraction(double x, double a, double b) {
  constexpr double kTiny = 1e-300;
  const auto guard = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1, d = 1 / guard(1 - (a + b) * x / (a + 1)), h = d;
  for (int m = 1; m <= 10'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return h;
}

double log_beta(double a, double b) {
  int sign = 0;  // lgamma_r leaves the global signgam alone, so threads do not meet
  return ::lgamma_r(a, &sign) + ::lgamma_r(b, &sign) - ::lgamma_r(a + b, &sign);
}

}  // namespace

double incomplete_beta(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(a * std::log(x) + b * std::log1p(-x) - log_beta(a, b));
  if (x < (a + 1) / (a + b + 2)) return front * continued_fraction(x, a, b) / a;
  return 1 - front * continued_fraction(1 - x, b, a) / b;
}

double incomplete_beta_inverse(double p, double a, double b) {
  double low = 0, high = 1;
  for (int i = 0; i < 200 && high - low > 1e-15; ++i) {
    const double middle = (low + high) / 2;
    (incomplete_beta(middle, a, b) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

double normal_quantile(double p) {
  if (p <= 0) return -std::numeric_limits<double>::infinity();
  if (p >= 1) return std::numeric_limits<double>::infinity();
  const auto tail = [](double q) {
    return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) * q -
              2.549732539343734e+00) *
                 q +
             4.374664141464968e+00) *
                q +
            2.938163982698783e+00) /
           ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q +
             3.754408661907416e+00) *
                q +
            1);
  };
  double x = 0;
  if (p < 0.02425) {
    x = tail(std::sqrt(-2 * std::log(p)));
  } else if (p > 1 - 0.02425) {
    x = -tail(std::sqrt(-2 * std::log1p(-p)));
  } else {
    const double q = p - 0.5, r = q * q;
    x = (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
           1.383577518672690e+02) *
              r -
          3.066479806614716e+01) *
             r +
         2.506628277459239e+00) *
        q /
        (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
           6.680131188771972e+01) *
              r -
          1.328068155288572e+01) *
             r +
         1);
  }
  const double error = 0.5 * std::erfc(-x / std::sqrt(2.0)) - p;
  const double step = error * std::sqrt(2 * 3.14159265358979323846) * std::exp(x * x / 2);
  return x - step / (1 + x * step / 2);
}

Interval wilson(std::size_t successes, std::size_t n, double confidence) {
  if (n == 0) return {};
  const double z = normal_quantile(0.5 + confidence / 2), count = static_cast<double>(n);
  const double share = static_cast<double>(successes) / count;
  const double denominator = 1 + z * z / count;
  const double centre = (share + z * z / (2 * count)) / denominator;
  const double half = z / denominator * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

double clopper_pearson_upper(std::size_t successes, std::size_t n, double confidence) {
  if (successes >= n) return 1;
  return incomplete_beta_inverse(confidence, static_cast<double>(successes) + 1,
                                 static_cast<double>(n - successes));
}

double clopper_pearson_lower(std::size_t successes, std::size_t n, double confidence) {
  if (successes == 0) return 0;
  return incomplete_beta_inverse(1 - confidence, static_cast<double>(successes),
                                 static_cast<double>(n - successes) + 1);
}

Interval clopper_pearson(std::size_t successes, std::size_t n, double confidence) {
  const double one_sided = 0.5 + confidence / 2;
  return {clopper_pearson_lower(successes, n, one_sided), clopper_pearson_upper(successes, n, one_sided)};
}

double mcnemar_exact(std::size_t only_first, std::size_t only_second) {
  const std::size_t n = only_first + only_second, less = std::min(only_first, only_second);
  if (n == 0 || 2 * less == n) return 1;
  // P(X <= less) for X ~ Binomial(n, 1/2), doubled.
  return std::min(1.0,
                  2 * incomplete_beta(0.5, static_cast<double>(n - less), static_cast<double>(less) + 1));
}

Difference paired_bootstrap(std::span<const double> first, std::span<const double> second,
                            const BootstrapOptions& options) {
  Difference result;
  result.interval = {0, 0};
  if (first.empty()) return result;
  struct Cluster {
    double sum = 0;
    double items = 0;
  };
  std::vector<Cluster> clusters;
  std::unordered_map<std::size_t, std::size_t> places;
  double total = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::size_t key = options.clusters.empty() ? i : options.clusters[i];
    const auto [place, is_new] = places.try_emplace(key, clusters.size());
    if (is_new) clusters.emplace_back();
    clusters[place->second].sum += first[i] - second[i];
    clusters[place->second].items += 1;
    total += first[i] - second[i];
  }
  result.mean = total / static_cast<double>(first.size());
  if (options.resamples == 0) return result;
  base::Rng rng(options.seed);
  std::vector<double> means(options.resamples);
  for (double& mean : means) {
    Cluster drawn;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      const Cluster& cluster = clusters[rng.below(clusters.size())];
      drawn.sum += cluster.sum;
      drawn.items += cluster.items;
    }
    mean = drawn.sum / drawn.items;
  }
  std::sort(means.begin(), means.end());
  const auto quantile = [&](double p) {
    const double place = p * static_cast<double>(means.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, means.size() - 1);
    return means[below] + (place - static_cast<double>(below)) * (means[above] - means[below]);
  };
  result.interval = {quantile(0.5 - options.confidence / 2), quantile(0.5 + options.confidence / 2)};
  const auto not_above = std::upper_bound(means.begin(), means.end(), 0.0) - means.begin();
  const auto below = std::lower_bound(means.begin(), means.end(), 0.0) - means.begin();
  const auto size = static_cast<std::ptrdiff_t>(means.size());
  const double smaller_tail = static_cast<double>(std::min(not_above, size - below) + 1);
  result.p_value = std::min(1.0, 2 * smaller_tail / static_cast<double>(size + 1));
  return result;
}

}  // namespace genkai::stats
