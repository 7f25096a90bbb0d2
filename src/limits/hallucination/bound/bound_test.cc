#include "limits/hallucination/bound/bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.h"

namespace genkai::limits::hallucination::bound {
namespace {

std::vector<double> zipf(std::size_t facts, double exponent) {
  std::vector<double> p(facts);
  double sum = 0;
  for (std::size_t i = 0; i < facts; ++i) sum += p[i] = std::pow(static_cast<double>(i + 1), -exponent);
  for (double& x : p) x /= sum;
  return p;
}

// n draws of a distribution: what was seen, and the mass that was not.
struct Sample {
  Frequencies seen;
  double missing = 0;
};
Sample draw(const std::vector<double>& p, std::size_t n, base::Rng& rng) {
  std::vector<double> cumulative(p.size());
  std::partial_sum(p.begin(), p.end(), cumulative.begin());
  std::vector<std::uint64_t> counts(p.size());
  for (std::size_t i = 0; i < n; ++i) {
    const auto place = std::upper_bound(cumulative.begin(), cumulative.end(), rng.uniform());
    ++counts[std::min<std::size_t>(static_cast<std::size_t>(place - cumulative.begin()), p.size() - 1)];
  }
  Sample sample;
  sample.seen.n = n;
  for (std::size_t i = 0; i < p.size(); ++i) {
    sample.seen.distinct += counts[i] > 0 ? 1U : 0U;
    sample.seen.once += counts[i] == 1 ? 1U : 0U;
    sample.seen.twice += counts[i] == 2 ? 1U : 0U;
    if (counts[i] == 0) sample.missing += p[i];
  }
  return sample;
}

TEST(MissingMass, FormulaByHand) {
  // n 400, 40 once, 30 twice: .1 +- z sqrt((.1 + .15 - .01) / 400); ln(4 / .05) = 4.382027
  const auto mass = estimate_missing_mass({400, 200, 40, 30}, 0.95);
  ASSERT_TRUE(mass);
  EXPECT_DOUBLE_EQ(mass->value, 0.1);
  ASSERT_TRUE(mass->large_sample);
  EXPECT_NEAR(mass->large_sample->low, 0.1 - 1.959964 * std::sqrt(0.24 / 400), 1e-6);
  EXPECT_NEAR(mass->large_sample->high, 0.1 + 1.959964 * std::sqrt(0.24 / 400), 1e-6);
  EXPECT_NEAR(mass->interval.high, 0.1 + std::sqrt(8.764053 / 400) + std::sqrt(4.382027 / 400), 1e-6);
  EXPECT_DOUBLE_EQ(mass->interval.low, 0);
  EXPECT_FALSE(estimate_missing_mass({400, 200, 5, 30}, 0.95)->large_sample);  // too few for a normal limit
}

TEST(MissingMass, RefusesWhatCannotBe) {
  EXPECT_FALSE(estimate_missing_mass({0, 0, 0, 0}));
  EXPECT_FALSE(estimate_missing_mass({10, 11, 0, 0}));
  EXPECT_FALSE(estimate_missing_mass({10, 8, 5, 4}));
  EXPECT_FALSE(estimate_missing_mass({10, 8, 8, 0}, 1.0));
  EXPECT_FALSE(exact_missing_mass(std::vector{0.5, 0.6}, 3));
  EXPECT_FALSE(exact_missing_mass(std::vector{1.5, -0.5}, 3));
  EXPECT_FALSE(exact_missing_mass(std::vector<double>{0.5, NAN}, 3));
  EXPECT_FALSE(exact_missing_mass(std::vector{1.0}, 2.5));
}

// Over 2,000 samples each: the guaranteed interval covers at least as often as it says, the large-sample one
// about as often, and the estimate is as nearly unbiased as the theory says.
TEST(MissingMass, IntervalsCoverTheTrueMissingMass) {
  constexpr int kSamples = 2000;
  for (const auto& [exponent, n] : {std::pair{1.0, 300UL}, std::pair{0.6, 1000UL}, std::pair{1.5, 500UL}}) {
    const auto p = zipf(2000, exponent);
    base::Rng rng(17 + n);
    for (const double confidence : {0.5, 0.95}) {
      int covered = 0, covered_large = 0, given_large = 0;
      double bias = 0;
      for (int i = 0; i < kSamples; ++i) {
        const Sample sample = draw(p, n, rng);
        const auto mass = estimate_missing_mass(sample.seen, confidence);
        ASSERT_TRUE(mass);
        bias += (mass->value - sample.missing) / kSamples;
        covered += mass->interval.low <= sample.missing && sample.missing <= mass->interval.high ? 1 : 0;
        if (!mass->large_sample) continue;
        ++given_large;
        covered_large +=
            mass->large_sample->low <= sample.missing && sample.missing <= mass->large_sample->high ? 1 : 0;
      }
      EXPECT_GE(covered, confidence * kSamples) << exponent << " " << n;
      ASSERT_GT(given_large, kSamples * 9 / 10);
      EXPECT_NEAR(static_cast<double>(covered_large) / given_large, confidence, 0.04) << exponent << " " << n;
      EXPECT_NEAR(bias, 0.5 / static_cast<double>(n), 0.5 / static_cast<double>(n) + 0.004);
    }
  }
}

TEST(MissingMass, ExactMomentsAreThoseOfSimulation) {
  constexpr int kSamples = 2000;
  const auto p = zipf(300, 1.0);
  const auto exact = exact_missing_mass(p, 200);
  ASSERT_TRUE(exact);
  EXPECT_FALSE(exact->at_most);
  base::Rng rng(5);
  double sum = 0, squares = 0, rate = 0;
  for (int i = 0; i < kSamples; ++i) {
    const Sample sample = draw(p, 200, rng);
    sum += sample.missing;
    squares += sample.missing * sample.missing;
    rate += static_cast<double>(sample.seen.once) / 200;
  }
  const double mean = sum / kSamples, deviation = std::sqrt(squares / kSamples - mean * mean);
  EXPECT_NEAR(mean, exact->value, 4 * exact->deviation / std::sqrt(kSamples));
  EXPECT_NEAR(deviation, exact->deviation, 0.07 * exact->deviation);
  EXPECT_NEAR(rate / kSamples, exact->expected_rate, 0.005);
  EXPECT_GE(exact->expected_rate, exact->value);
  EXPECT_LE(exact->expected_rate, exact->value + 1.0 / 200);
}

TEST(MissingMass, ExactBySmallCases) {
  const auto coin = exact_missing_mass(std::vector{0.5, 0.5}, 3);  // 1/2 is missing with probability 1/4
  EXPECT_NEAR(coin->value, 0.125, 1e-15);
  EXPECT_NEAR(coin->deviation, std::sqrt(0.25 * 0.25 - 0.125 * 0.125), 1e-12);
  EXPECT_DOUBLE_EQ(exact_missing_mass(std::vector{1.0}, 1)->value, 0);
  EXPECT_DOUBLE_EQ(exact_missing_mass(std::vector{1.0, 0.0}, 0)->value, 1);
  EXPECT_NEAR(exact_missing_mass(std::vector{0.25, 0.75}, 0)->deviation, 0, 1e-12);
  // Too many kinds of facts for the covariances: an upper bound, and it says so.
  const auto many = exact_missing_mass(zipf(5000, 1.0), 1000);
  EXPECT_TRUE(many->at_most);
  const std::vector<double> equal(10'000, 1e-4);
  EXPECT_FALSE(exact_missing_mass(equal, 1000)->at_most);
  EXPECT_NEAR(exact_missing_mass(equal, 1000)->value, std::pow(1 - 1e-4, 1000), 1e-12);
}

TEST(Monofact, TermsByHand) {
  const Frequencies seen{1'000'000, 500'000, 300'000, 50'000};
  const auto bound =
      monofact_bound(seen, {.miscalibration = 0.05, .delta = 0.01, .false_per_fact = 1e6, .regularity = 2});
  ASSERT_TRUE(bound);
  EXPECT_NEAR(bound->sample_term, std::sqrt(6 * std::log(600.0) / 1e6), 1e-12);
  EXPECT_LT(bound->sample_term, 7 / 1000.0);                  // the corollary at 99 % says 7 / sqrt(n) ...
  EXPECT_NEAR(bound->candidates_term, 2 * 300 / 1e6, 1e-12);  // ... and 300 |facts| / |falsehoods|
  EXPECT_NEAR(bound->value, 0.3 - 0.05 - bound->sample_term - bound->candidates_term, 1e-12);
  EXPECT_FALSE(bound->vacuous);
  EXPECT_DOUBLE_EQ(bound->confidence, 0.99);
  EXPECT_FALSE(monofact_bound(seen, {.miscalibration = 1.5}));
  EXPECT_FALSE(monofact_bound(seen, {.delta = 0}));
  EXPECT_FALSE(monofact_bound(seen, {.regularity = 0.5}));
  EXPECT_FALSE(monofact_bound({}, {}));
}

TEST(Monofact, VacuousSaysWhatWouldBeNeeded) {
  const auto bound = monofact_bound({100, 60, 30, 10}, {});
  ASSERT_TRUE(bound->vacuous);
  EXPECT_LE(bound->value, 0);
  ASSERT_TRUE(bound->needed_n);
  const auto n = static_cast<std::uint64_t>(*bound->needed_n / 10 + 1) * 10;  // the same rate of .3
  EXPECT_FALSE(monofact_bound({n, n / 2, n * 3 / 10, 0}, {})->vacuous);
  EXPECT_TRUE(monofact_bound({n - 20, n / 2, (n - 20) * 3 / 10, 0}, {})->vacuous);
  const auto hopeless = monofact_bound({100, 60, 30, 10}, {.miscalibration = 0.4});
  EXPECT_TRUE(hopeless->vacuous);
  EXPECT_FALSE(hopeless->needed_n);
}

TEST(Singleton, TermsByHand) {
  // Birthdays: 20 % of a million singletons, 364 wrong days.
  const auto bound =
      singleton_bound({.singleton_rate = 0.2, .n = 1e6, .candidates = 364, .most_candidates = 364});
  ASSERT_TRUE(bound);
  EXPECT_NEAR(bound->lower.value, 0.2 - 2 / 364.0 - (35 + 6 * 13.815510557964274) / 1000, 1e-9);
  EXPECT_FALSE(bound->lower.vacuous);
  ASSERT_TRUE(bound->reachable);
  EXPECT_NEAR(*bound->reachable, 0.2 - 0.2 / 365 + 0.013, 1e-12);
  EXPECT_GT(*bound->reachable, bound->lower.value);
  const auto small = singleton_bound({.singleton_rate = 0.2, .n = 10'000, .candidates = 364});
  ASSERT_TRUE(small->lower.vacuous);
  ASSERT_TRUE(small->lower.needed_n);
  const double n = *small->lower.needed_n;
  EXPECT_FALSE(singleton_bound({.singleton_rate = 0.2, .n = n, .candidates = 364})->lower.vacuous);
  EXPECT_TRUE(singleton_bound({.singleton_rate = 0.2, .n = n - 1, .candidates = 364})->lower.vacuous);
  EXPECT_FALSE(singleton_bound({.singleton_rate = 0.2, .n = 0, .candidates = 10}));
  EXPECT_FALSE(singleton_bound({.singleton_rate = 0.2, .n = 9, .candidates = 10, .most_candidates = 9}));
}

// A model of the theorem's world: it answers singletons at random and so cannot beat the bound.
TEST(Singleton, WhoKnowsOnlyWhatWasShownErrsAtLeastThatMuch) {
  constexpr std::size_t kPrompts = 40'000, kExamples = 60'000, kCandidates = 50;
  base::Rng rng(11);
  std::vector<std::uint32_t> seen(kPrompts);
  for (std::size_t i = 0; i < kExamples; ++i) ++seen[rng.below(kPrompts)];
  const double singletons = static_cast<double>(std::count(seen.begin(), seen.end(), 1U));
  const double unseen = static_cast<double>(std::count(seen.begin(), seen.end(), 0U));
  const double error = unseen / kPrompts * (kCandidates - 1) / kCandidates;  // guesses what it has not seen
  const auto bound = singleton_bound(
      {.singleton_rate = singletons / kExamples, .n = kExamples, .candidates = kCandidates - 1});
  EXPECT_GE(error, bound->lower.value);
  EXPECT_NEAR(error, singletons / kExamples, 0.02);
}

TEST(Capacity, MeasuredPointsAndBetween) {
  const auto bits = [](double exposures, Precision precision) {
    return fact_capacity(
               {.parameters = 1, .exposures = exposures, .precision = precision, .bits_per_fact = 1})
        ->bits_per_parameter;
  };
  EXPECT_DOUBLE_EQ(bits(1000, Precision::float16), 2);
  EXPECT_DOUBLE_EQ(bits(1000, Precision::int8), 2);
  EXPECT_DOUBLE_EQ(bits(1000, Precision::int4), 0.7);
  EXPECT_DOUBLE_EQ(bits(100, Precision::float32), 1);
  EXPECT_DOUBLE_EQ(bits(1, Precision::float32), 1);
  EXPECT_NEAR(bits(std::sqrt(1e5), Precision::float16), 1.5, 1e-12);
  EXPECT_DOUBLE_EQ(bits(1e6, Precision::float16), 2);
  const auto fits = fact_capacity({.parameters = 7e9, .bits_per_fact = 50, .facts = 1e9});
  EXPECT_DOUBLE_EQ(fits->facts, 2.8e8);
  EXPECT_DOUBLE_EQ(*fits->known_share, 0.28);
  EXPECT_FALSE(fits->interpolated || fits->outside);
  EXPECT_TRUE(fact_capacity({.parameters = 7e9, .exposures = 300, .bits_per_fact = 50})->interpolated);
  EXPECT_TRUE(fact_capacity({.parameters = 7e9, .exposures = 3, .bits_per_fact = 50})->outside);
  EXPECT_FALSE(fact_capacity({.parameters = 0, .bits_per_fact = 50}));
  EXPECT_FALSE(fact_capacity({.parameters = 1, .exposures = 0.5, .bits_per_fact = 50}));
  EXPECT_FALSE(fact_capacity({.parameters = 1, .bits_per_fact = 0}));
}

TEST(Guessing, ThresholdIsTheBestOfAllByBruteForce) {
  base::Rng rng(2);
  for (int i = 0; i < 300; ++i) {
    Scoring scoring{rng.uniform() * 4 - 1, 0, rng.uniform() * 4 - 2};
    scoring.wrong = scoring.right - 0.1 - 4 * rng.uniform();
    const auto rule = guess_threshold(scoring);
    ASSERT_TRUE(rule);
    const auto points = [&](double threshold) {  // mean over evenly spread probabilities of being right
      double sum = 0;
      for (int k = 0; k < 400; ++k) {
        const double p = (k + 0.5) / 400;
        sum += p > threshold ? scoring.of_answer(p) : scoring.abstain;
      }
      return sum / 400;
    };
    double best = -1e9;
    for (int k = -1; k <= 400; ++k) best = std::max(best, points(k / 400.0));
    // Answering always needs "at least" at 0, which no probability of the grid has.
    EXPECT_NEAR(points(rule->threshold), best, 1e-12) << scoring.right << " " << scoring.wrong;
  }
}

TEST(Guessing, NamedRules) {
  EXPECT_NEAR(guess_threshold(Scoring::of_confidence_target(0.75))->threshold, 0.75, 1e-15);
  EXPECT_DOUBLE_EQ(Scoring::of_confidence_target(0.75).wrong, -3);
  EXPECT_EQ(guess_threshold({1, 0, 0})->guessing, Guessing::always);  // what most benchmarks reward
  EXPECT_DOUBLE_EQ(guess_threshold({1, 0, 0})->threshold, 0);
  EXPECT_EQ(guess_threshold({1, -1, 1})->guessing, Guessing::never);
  EXPECT_DOUBLE_EQ(guess_threshold({1, -1, 0.5})->threshold, 0.75);
  EXPECT_FALSE(guess_threshold({1, 1, 0}));
  EXPECT_FALSE(guess_threshold({1, -INFINITY, 0}));
}

TEST(Abstention, LeastIsWhatAnOracleNeeds) {
  for (const int wrong : {0, 3, 20, 57, 100})
    for (const double target : {0.0, 0.05, 0.2}) {
      int left_out = 0;  // of 100 answers, the wrong ones first
      while (left_out < 100 && wrong - left_out > target * (100 - left_out)) ++left_out;
      const double least = least_abstention(wrong / 100.0, target)->value;
      EXPECT_GE(left_out / 100.0, least - 1e-12);
      EXPECT_LT(left_out / 100.0, least + 0.01);
    }
  const auto counted = least_abstention(20, 100, 0.05);
  EXPECT_NEAR(counted->value, 0.15 / 0.95, 1e-12);
  EXPECT_NEAR(counted->interval->low, (0.126655 - 0.05) / 0.95, 1e-5);  // Clopper-Pearson of 20 in 100
  EXPECT_NEAR(counted->interval->high, (0.291843 - 0.05) / 0.95, 1e-5);
  EXPECT_FALSE(least_abstention(1.2, 0.1));
  EXPECT_FALSE(least_abstention(0.2, 1));
  EXPECT_FALSE(least_abstention(5, 4, 0.1));
}

TEST(Decay, Staleness) {
  EXPECT_DOUBLE_EQ(staleness(730, 365)->fresh, 0.25);
  EXPECT_DOUBLE_EQ(staleness(0, 365)->stale, 0);
  EXPECT_NEAR(*staleness(0, 100, 0.9)->good_until, 15.2003, 1e-4);
  EXPECT_NEAR(staleness(*staleness(0, 100, 0.9)->good_until, 100)->fresh, 0.9, 1e-12);
  EXPECT_FALSE(staleness(-1, 365));
  EXPECT_FALSE(staleness(1, 0));
  EXPECT_FALSE(staleness(1, 10, 0.0));
}

TEST(Decay, SnowballAgainstSimulation) {
  const std::vector<double> errors{0.1, 0.02, 0.3, 0.05};
  const auto chain = snowball(errors);
  EXPECT_NEAR(chain->all_right, 0.9 * 0.98 * 0.7 * 0.95, 1e-12);
  base::Rng rng(8);
  int right = 0;
  for (int i = 0; i < 100'000; ++i)
    right += std::all_of(errors.begin(), errors.end(), [&](double e) { return rng.uniform() >= e; }) ? 1 : 0;
  EXPECT_NEAR(right / 1e5, chain->all_right, 0.006);
  // The extremes of dependence: errors that exclude each other, and errors that come together.
  EXPECT_NEAR(chain->any_dependence.low, 1 - 0.47, 1e-12);
  EXPECT_NEAR(chain->any_dependence.high, 0.7, 1e-12);
  const auto equal = snowball(0.01, 100);
  EXPECT_NEAR(equal->all_right, std::pow(0.99, 100), 1e-12);
  EXPECT_NEAR(snowball(0.01, std::ceil(*equal->steps_to_half))->all_right, 0.5, 0.005);
  EXPECT_DOUBLE_EQ(snowball(1, 3)->all_right, 0);
  EXPECT_DOUBLE_EQ(snowball(1, 3)->some_wrong, 1);
  EXPECT_DOUBLE_EQ(snowball(0, 3)->all_right, 1);
  EXPECT_FALSE(snowball(0.1, 0));
  EXPECT_FALSE(snowball(std::vector<double>{}));
  EXPECT_FALSE(snowball(std::vector{0.1, 1.1}));
}

TEST(Basis, EveryBoundSaysWhatItAssumesInBothLanguages) {
  const std::vector<Basis> all{
      estimate_missing_mass({400, 200, 40, 30})->basis,
      exact_missing_mass(std::vector{1.0}, 1)->basis,
      monofact_bound({400, 200, 40, 30}, {})->basis,
      singleton_bound({.singleton_rate = 0.1, .n = 10, .candidates = 5})->lower.basis,
      fact_capacity({.parameters = 1, .exposures = 3, .bits_per_fact = 1})->basis,
      guess_threshold({1, -1, 0})->basis,
      least_abstention(3, 10, 0.1)->basis,
      staleness(1, 1)->basis,
      snowball(0.1, 2)->basis};
  for (const Basis& basis : all) {
    EXPECT_FALSE(basis.source.empty());
    EXPECT_FALSE(basis.assumptions.empty());
    for (const Said& said : basis.assumptions) {
      EXPECT_FALSE(said.english.empty());
      EXPECT_EQ(text::detect_language(said.japanese), text::Language::japanese) << said.japanese;
    }
  }
}

}  // namespace
}  // namespace genkai::limits::hallucination::bound
