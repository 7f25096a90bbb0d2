#include "limits/hallucination/bound/missing_mass.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace genkai::limits::hallucination::bound {
namespace {

constexpr double kSumTolerance = 1e-6;

Basis estimate_basis(bool large_sample) {
  Basis basis{{{"The facts are independent draws from one distribution, the one that later questions come "
                "from. Facts of one document or user belong together and make the interval too narrow.",
                "事実は一つの分布から独立に得られ、今後の質問も同じ分布から来ます。同じ文書や利用者の事実は"
                "互いに関係するため、区間は狭すぎることになります。"},
               {"Two mentions count as one fact exactly when they are written the same way. A fact in other "
                "words counts as another one, which raises the estimate.",
                "表記が同じものだけを同じ事実と数えます。言い換えは別の事実になり、推定値を大きくします。"},
               {"It speaks of facts that the log does not hold. What follows from others by rule is not "
                "unknown for being absent.",
                "記録にない事実についての値です。規則から導ける事実は、記録になくても未知とは限りません。"}},
              "Good 1953, Biometrika 40; McDiarmid 1989; McAllester and Ortiz 2003, JMLR 4; Berend and "
              "Kontorovich 2013, ECP 18"};
  if (large_sample) {
    basis.assumptions.push_back(
        {"The large-sample interval further takes the estimate to be normally distributed, which is proven "
         "for many draws only.",
         "大標本の区間は、推定値が正規分布に従うことも仮定します。これは標本が大きい場合にのみ示されています"
         "。"});
    basis.source =
        "Good 1953, Biometrika 40; McDiarmid 1989; McAllester and Ortiz 2003, JMLR 4; Berend and "
        "Kontorovich 2013, ECP 18; large-sample: Esty 1983, Annals of Statistics 11";
  }
  return basis;
}

// (1 - p)^n without loss for small p. REQUIRES: 0 <= p <= 1, n >= 0.
double miss(double p, double n) {
  if (n == 0) return 1;
  return p >= 1 ? 0 : std::exp(n * std::log1p(-p));
}

// (1 - p - q)^n - (1 - p)^n (1 - q)^n, by the ratio of its parts, which are nearly equal.
double covariance(double p, double q, double n) {
  const double apart = miss(p, n) * miss(q, n);
  if (p + q >= 1) return (n == 0 ? 1 : 0) - apart;
  const double both = -p * q / ((1 - p) * (1 - q));
  return apart * std::expm1(n * std::log1p(both));
}

}  // namespace

base::Result<MissingMass> estimate_missing_mass(const Frequencies& seen, double confidence) {
  GENKAI_RETURN_IF_ERROR(check_inside("the confidence", confidence));
  if (seen.n == 0)
    return base::fail(base::Code::invalid_argument, "there is no fact to count",
                      "give at least one fact, one a line");
  if (seen.distinct == 0 || seen.distinct > seen.n || seen.once + seen.twice > seen.distinct ||
      seen.once + 2 * seen.twice > seen.n)
    return base::fail(base::Code::invalid_argument, "the frequencies contradict each other",
                      "n >= distinct >= once + twice has to hold");
  MissingMass mass;
  mass.seen = seen, mass.confidence = confidence;
  const double n = static_cast<double>(seen.n);
  const double once = static_cast<double>(seen.once) / n, twice = static_cast<double>(seen.twice) / n;
  mass.value = once;
  const double quarter = std::log(4 / (1 - confidence));
  const double rate = std::sqrt(2 * quarter / n);
  mass.interval = {std::max(0.0, once - rate - std::sqrt(quarter / (1.92 * n)) - 1 / n),
                   std::min(1.0, once + rate + std::sqrt(quarter / n))};
  if (seen.once >= kLeastForNormal && seen.once < seen.n) {
    const double z = stats::normal_quantile(0.5 + confidence / 2);
    const double half = z * std::sqrt((once + 2 * twice - once * once) / n);
    mass.large_sample = stats::Interval{std::max(0.0, once - half), std::min(1.0, once + half)};
  }
  mass.basis = estimate_basis(mass.large_sample.has_value());
  return mass;
}

base::Result<ExactMissingMass> exact_missing_mass(std::span<const double> probabilities, double n) {
  if (!(n >= 0) || !std::isfinite(n) || n != std::floor(n))
    return base::fail(base::Code::invalid_argument, "the number of draws is not a whole number from 0");
  std::map<double, double> multiplicity;  // equal probabilities are summed together
  ExactMissingMass mass;
  mass.n = n;
  double sum = 0, compensation = 0;  // Kahan, for millions of small ones
  for (const double p : probabilities) {
    if (!is_probability(p))
      return base::fail(base::Code::invalid_argument, fmt::format("{} is not a probability", p),
                        "give one number from 0 to 1 for each fact");
    const double corrected = p - compensation, next = sum + corrected;
    compensation = (next - sum) - corrected;
    sum = next;
    if (p > 0) ++multiplicity[p], ++mass.facts;
  }
  if (!(std::abs(sum - 1) <= kSumTolerance))
    return base::fail(base::Code::invalid_argument, fmt::format("the probabilities add up to {}, not 1", sum),
                      "list every fact, or divide weights by their sum first");
  const std::vector<std::pair<double, double>> kinds(multiplicity.begin(), multiplicity.end());
  double variance = 0;
  for (const auto& [p, times] : kinds) {
    const double missed = miss(p, n);
    mass.value += times * p * missed;
    mass.expected_rate += n == 0 ? times * p : times * p * miss(p, n - 1);
    variance += times * p * p * missed * (1 - missed);
  }
  mass.at_most = kinds.size() > kMostForVariance;
  if (!mass.at_most)
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto& [p, times] = kinds[i];
      variance += times * (times - 1) * p * p * covariance(p, p, n);
      for (std::size_t j = 0; j < i; ++j)
        variance += 2 * times * kinds[j].second * p * kinds[j].first * covariance(p, kinds[j].first, n);
    }
  mass.deviation = std::sqrt(std::max(0.0, variance));
  mass.basis = {{{"The given numbers are the true probabilities of the facts.",
                  "与えられた数値が、事実の真の確率です。"},
                 {"The n facts seen are independent draws from them, and so is the next question.",
                  "見られたn個の事実と次の質問は、この分布から独立に得られます。"}},
                "expectation and variance of the missing mass over n independent draws, summed exactly"};
  return mass;
}

}  // namespace genkai::limits::hallucination::bound
