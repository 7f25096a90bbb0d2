// Every formula against simulation, enumeration or values worked out by hand.

#include "limits/reasoning/bound/bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <vector>

#include "base/rng.h"

namespace genkai::limits::reasoning::bound {
namespace {

// What one simulated chain ended as.
enum class End { right, wrong, given_up };

End walk(const std::vector<double>& errors, const Checker& checker, base::Rng& rng, std::uint64_t& attempts) {
  bool right = true;
  for (const double error : errors) {
    bool accepted = false;
    for (std::uint64_t tries = 0; tries <= checker.retries && !accepted; ++tries) {
      ++attempts;
      const bool wrong = rng.uniform() < error;
      accepted = rng.uniform() >= (wrong ? checker.caught : checker.false_alarm);
      if (accepted) right = right && !wrong;
    }
    if (!accepted) return End::given_up;
  }
  return right ? End::right : End::wrong;
}

TEST(Survival, IsTheProductWithoutAChecker) {
  EXPECT_NEAR(survival(std::vector<double>{0.05, 0.1, 0.02}, {})->value, 0.95 * 0.9 * 0.98, 1e-12);
  const auto chain = survival(std::vector<double>(10, 0.05), {});
  EXPECT_NEAR(chain->value, std::pow(0.95, 10), 1e-12);
  EXPECT_EQ(chain->finished, 1);
  EXPECT_NEAR(chain->right_when_finished, chain->value, 1e-12);
  EXPECT_NEAR(chain->attempts, 10, 1e-12);
  EXPECT_NEAR(chain->any_dependence.low, 0.5, 1e-12);
  EXPECT_NEAR(chain->any_dependence.high, 0.95, 1e-12);
  EXPECT_EQ(survival(std::vector<double>{1, 0.5}, {})->value, 0);
  EXPECT_FALSE(survival(std::vector<double>{}, {}));
  EXPECT_FALSE(survival(std::vector<double>{1.5}, {}));
  EXPECT_FALSE(survival(std::vector<double>{0.5}, {.caught = NAN}));
}

TEST(Survival, WithACheckerIsWhatASimulationGives) {
  base::Rng rng(7);
  const std::vector<double> errors{0.3, 0.1, 0.25, 0.05};
  for (const Checker& checker :
       {Checker{0.8, 0.1, 0}, Checker{0.8, 0.1, 3}, Checker{0.2, 0.6, 2}, Checker{1, 0, 4}}) {
    const auto told = survival(errors, checker);
    ASSERT_TRUE(told);
    constexpr int kRuns = 40'000;
    int right = 0, finished = 0;
    std::uint64_t attempts = 0;
    for (int run = 0; run < kRuns; ++run) {
      const End end = walk(errors, checker, rng, attempts);
      right += end == End::right ? 1 : 0;
      finished += end == End::given_up ? 0 : 1;
    }
    const auto near = [&](double share, double seen) {  // five standard errors
      return std::abs(seen - share) <= 5 * std::sqrt(share * (1 - share) / kRuns) + 1e-9;
    };
    EXPECT_TRUE(near(told->value, right / static_cast<double>(kRuns))) << told->value << " " << right;
    EXPECT_TRUE(near(told->finished, finished / static_cast<double>(kRuns))) << told->finished;
    EXPECT_NEAR(told->right_when_finished, told->value / told->finished, 1e-9);
    EXPECT_NEAR(told->attempts, static_cast<double>(attempts) / kRuns, 0.05);
  }
}

TEST(Survival, FallsWithEachErrorWhateverTheChecker) {
  base::Rng rng(5);
  for (int round = 0; round < 2000; ++round) {
    const Checker checker{rng.uniform(), rng.uniform(), rng.below(6)};
    const double error = rng.uniform(), more = error + (1 - error) * rng.uniform();
    const auto low = survival(std::vector<double>{error}, checker),
               high = survival(std::vector<double>{more}, checker);
    EXPECT_LE(high->value, low->value + 1e-12) << error << " " << more;
    EXPECT_LE(high->right_when_finished, low->right_when_finished + 1e-12);
  }
}

TEST(Survival, IntervalsCoverAsOftenAsTheySay) {
  base::Rng rng(3);
  constexpr int kRuns = 1000;
  const double error = 0.08;
  const Checker checker{0.7, 0.05, 1};
  const double truth = survival(std::vector<double>(6, error), checker)->value,
               product = survival(std::vector<double>{0.1, 0.02, 0.2}, {})->value;
  int covered = 0, both = 0;
  const auto draw = [&](double share, std::uint64_t n) {
    StepErrors counted{0, n};
    for (std::uint64_t i = 0; i < n; ++i) counted.wrong += rng.uniform() < share ? 1 : 0;
    return counted;
  };
  for (int run = 0; run < kRuns; ++run) {
    const auto one = survival(draw(error, 150), 6, checker, 0.9);
    covered += one->interval->low <= truth && truth <= one->interval->high ? 1 : 0;
    const std::vector<StepErrors> three{draw(0.1, 60), draw(0.02, 80), draw(0.2, 50)};
    const auto all = survival(three, {}, 0.9);
    both += all->interval->low <= product && product <= all->interval->high ? 1 : 0;
  }
  EXPECT_GE(covered, 0.88 * kRuns);
  EXPECT_GE(both, 0.9 * kRuns);
  EXPECT_FALSE(survival(StepErrors{3, 2}, 4, {}));
  EXPECT_FALSE(survival(StepErrors{0, 0}, 4, {}));
  EXPECT_FALSE(survival(StepErrors{0, 9}, 0, {}));
}

TEST(Survival, LongestChainEndsWhereTheTargetIsMissed) {
  for (const double error : {0.01, 0.07, 0.5}) {
    const auto steps = longest_chain(error, {}, 0.8);
    ASSERT_TRUE(steps && *steps);
    EXPECT_GE(std::pow(1 - error, static_cast<double>(**steps)), 0.8 - 1e-9);
    EXPECT_LT(std::pow(1 - error, static_cast<double>(**steps) + 1), 0.8);
  }
  EXPECT_EQ(longest_chain(0.5, {}, 0.25).value(), 2U);
  EXPECT_FALSE(longest_chain(0, {}, 0.9)->has_value());
  EXPECT_EQ(longest_chain(1, {}, 0.9).value(), 0U);
  EXPECT_FALSE(longest_chain(0.1, {}, 1));
}

TEST(PassAt, IsTheShareOfAllDrawsWithoutReturn) {
  // Every set of k of n answers, one by one.
  for (std::uint64_t n = 1; n <= 9; ++n)
    for (std::uint64_t right = 0; right <= n; ++right)
      for (std::uint64_t k = 1; k <= n; ++k) {
        int sets = 0, passed = 0;
        for (unsigned set = 0; set < (1U << n); ++set) {
          if (static_cast<std::uint64_t>(__builtin_popcount(set)) != k) continue;
          ++sets;
          passed += (set & ((1U << right) - 1)) != 0 ? 1 : 0;
        }
        const std::vector<Attempts> one{{right, n}};
        EXPECT_NEAR(pass_at(one, k)->value, passed / static_cast<double>(sets), 1e-12) << n << right << k;
      }
  const std::vector<Attempts> two{{3, 10}, {0, 10}};
  EXPECT_NEAR(pass_at(two, 5)->value, (1 - 21.0 / 252) / 2, 1e-12);
  EXPECT_TRUE(pass_at(two, 5)->interval);
  EXPECT_FALSE(pass_at(two, 11));
  EXPECT_FALSE(pass_at(two, 0));
  EXPECT_FALSE(pass_at(std::vector<Attempts>{}, 1));
}

TEST(PassAt, IsUnbiased) {
  base::Rng rng(2);
  double sum = 0;
  constexpr int kRuns = 20'000;
  for (int run = 0; run < kRuns; ++run) {
    Attempts one{0, 8};
    for (int i = 0; i < 8; ++i) one.right += rng.uniform() < 0.2 ? 1 : 0;
    sum += pass_at(std::vector<Attempts>{one}, 3)->value;
  }
  EXPECT_NEAR(sum / kRuns, 1 - std::pow(0.8, 3), 0.01);
}

TEST(BestOfN, IsWhatASimulationGives) {
  base::Rng rng(9);
  for (const Verifying& v : {Verifying{0.4, 0.9, 0.2}, Verifying{0.2, 0.5, 0.1}, Verifying{0.6, 0.3, 0.7}})
    for (const std::uint64_t n : {1U, 4U, 16U}) {
      constexpr int kRuns = 30'000;
      int right = 0, accepted = 0;
      for (int run = 0; run < kRuns; ++run) {
        std::vector<bool> chosen, all;
        for (std::uint64_t i = 0; i < n; ++i) {
          const bool good = rng.uniform() < v.right;
          all.push_back(good);
          if (rng.uniform() < (good ? v.accepts_right : v.accepts_wrong)) chosen.push_back(good);
        }
        accepted += chosen.empty() ? 0 : 1;
        const auto& from = chosen.empty() ? all : chosen;
        right += from[rng.below(from.size())] ? 1 : 0;
      }
      const auto told = best_of_n(v, n);
      EXPECT_NEAR(told->value, right / static_cast<double>(kRuns), 0.015) << n;
      EXPECT_NEAR(told->accepted, accepted / static_cast<double>(kRuns), 0.015);
    }
}

TEST(BestOfN, EnoughIsTheFirstNumberOfDrawsNearTheCeiling) {
  const Verifying v{0.4, 0.9, 0.2};
  const auto told = best_of_n(v, 8, 0.01);
  EXPECT_NEAR(told->ceiling, 0.75, 1e-12);
  ASSERT_TRUE(told->enough);
  EXPECT_GE(best_of_n(v, *told->enough)->value, 0.74);
  EXPECT_LT(best_of_n(v, *told->enough - 1)->value, 0.74);
  EXPECT_TRUE(best_of_n({0.5, 0.2, 0.8}, 4)->misleads);
  EXPECT_FALSE(best_of_n({0.5, 0.2, 0.8}, 4)->enough);
  EXPECT_FALSE(best_of_n({0.5, 0.5, 0.5}, 4)->enough) << "it tells nothing";
  EXPECT_EQ(best_of_n({0.5, 1, 0}, 4)->ceiling, 1) << "an oracle";
  EXPECT_NEAR(best_of_n({0.5, 1, 0}, 4)->value, 1 - std::pow(0.5, 4), 1e-12);
  EXPECT_EQ(best_of_n({0, 0.9, 0.1}, 4)->value, 0);
  EXPECT_EQ(best_of_n({1, 0, 0}, 4)->value, 1);
  const auto counted = best_of_n(Attempts{40, 100}, {0, 0.9, 0.2}, 8);
  EXPECT_LT(counted->interval->low, counted->value);
  EXPECT_GT(counted->ceiling_interval->high, counted->ceiling);
  EXPECT_FALSE(best_of_n({0.5, 1, 0}, 0));
  EXPECT_FALSE(best_of_n({1.5, 1, 0}, 1));
}

double simulated_vote(double p, double rho, std::uint64_t n, base::Rng& rng) {
  // A beta binomial by Pólya's urn.
  const double scale = (1 - rho) / rho;
  constexpr int kRuns = 40'000;
  double won = 0;
  for (int run = 0; run < kRuns; ++run) {
    double a = p * scale, b = (1 - p) * scale;
    std::uint64_t right = 0;
    for (std::uint64_t i = 0; i < n; ++i)
      if (rng.uniform() < a / (a + b))
        ++right, a += 1;
      else
        b += 1;
    won += 2 * right > n ? 1 : 2 * right == n ? 0.5 : 0;
  }
  return won / kRuns;
}

TEST(Majority, IsWhatAnUrnGives) {
  base::Rng rng(4);
  for (const double rho : {0.1, 0.5})
    for (const std::uint64_t n : {1U, 5U, 8U, 21U})
      EXPECT_NEAR(majority({0.6, rho, n})->value, simulated_vote(0.6, rho, n, rng), 0.015) << rho << n;
  // Without a correlation: sums of binomials.
  EXPECT_NEAR(majority({0.6, 0, 3})->value, 0.648, 1e-9);
  EXPECT_NEAR(majority({0.6, 0, 11})->value, 0.7535, 1e-4);
  EXPECT_NEAR(majority({0.6, 0, 2})->value, 0.36 + 0.24, 1e-9);
  EXPECT_NEAR(majority({0.6, 1e-7, 11})->value, majority({0.6, 0, 11})->value, 1e-4) << "they meet";
  EXPECT_EQ(majority({0.6, 0, 3})->limit, 1);
  EXPECT_EQ(majority({0.6, 1, 99})->value, 0.6);
  EXPECT_NEAR(majority({0.6, 0.3, 4001})->value, majority({0.6, 0.3, 1})->limit, 0.002);
  ASSERT_TRUE(majority({0.6, 0, 3})->enough);
  EXPECT_GE(majority({0.6, 0, *majority({0.6, 0, 3})->enough})->value, 0.999);
  EXPECT_FALSE(majority({0.6, 0, 0}));
  EXPECT_FALSE(majority({0.6, 1.5, 3}));
}

TEST(Majority, LiesWithinWhatAnyDependenceAllows) {
  for (double p = 0; p <= 1; p += 0.1)
    for (const double rho : {0.0, 0.2, 0.9, 1.0})
      for (const std::uint64_t n : {1U, 2U, 3U, 6U, 15U}) {
        const auto out = majority({p, rho, n});
        EXPECT_GE(out->value, out->any_dependence.low - 1e-9) << p << rho << n;
        EXPECT_LE(out->value, out->any_dependence.high + 1e-9) << p << rho << n;
      }
}

TEST(Majority, EstimatesTheCorrelationItWasDrawnWith) {
  base::Rng rng(6);
  const double p = 0.65, rho = 0.4, scale = (1 - rho) / rho;
  std::vector<Attempts> questions;
  for (int i = 0; i < 3000; ++i) {
    double a = p * scale, b = (1 - p) * scale;
    Attempts one{0, 3 + rng.below(6)};
    for (std::uint64_t k = 0; k < one.n; ++k)
      if (rng.uniform() < a / (a + b))
        ++one.right, a += 1;
      else
        b += 1;
    questions.push_back(one);
  }
  const auto out = majority(questions, 9);
  EXPECT_NEAR(out->single, p, 0.03);
  EXPECT_NEAR(out->correlation, rho, 0.04);
  const double truth = majority({p, rho, 9})->value;
  EXPECT_LE(out->interval->low, truth);
  EXPECT_GE(out->interval->high, truth);
  EXPECT_FALSE(majority(std::vector<Attempts>{{1, 3}}, 3));
  EXPECT_FALSE(majority(std::vector<Attempts>{{1, 1}, {0, 1}}, 3));
}

TEST(Stopping, IsWhatASimulationOfThePosteriorGives) {
  base::Rng rng(8);
  const std::uint64_t first = 4, second = 2, remaining = 5;
  constexpr int kRuns = 200'000;
  int kept = 0, leads = 0, changes = 0;
  while (kept < kRuns / 20) {  // shares drawn from the prior, kept where they gave what was seen
    const double share = rng.uniform();
    std::uint64_t ones = 0, later = 0;
    for (std::uint64_t i = 0; i < first + second; ++i) ones += rng.uniform() < share ? 1 : 0;
    if (ones != first) continue;
    ++kept;
    for (std::uint64_t i = 0; i < remaining; ++i) later += rng.uniform() < share ? 1 : 0;
    leads += share > 0.5 ? 1 : 0;
    changes += second + remaining - later >= first + later ? 1 : 0;
  }
  const auto told = stopping(first, second, remaining);
  EXPECT_NEAR(told->leads, leads / static_cast<double>(kept), 0.02);
  EXPECT_NEAR(told->changes, changes / static_cast<double>(kept), 0.02);
  EXPECT_FALSE(told->settled);
  EXPECT_TRUE(stopping(5, 1, 3)->settled);
  EXPECT_EQ(stopping(5, 1, 3)->changes, 0);
  EXPECT_EQ(stopping(0, 0, 4)->leads, 0.5);
  EXPECT_FALSE(stopping(1, 2, 3));
}

TEST(FewestWrong, GroupsAndExactlyOneByHand) {
  EXPECT_EQ(fewest_wrong({.groups = {{5, 3, 1}}})->least, 4U);
  EXPECT_EQ(fewest_wrong({.groups = {{5, 3, 1}, {2}, {}}})->answers, 11U);
  EXPECT_EQ(fewest_wrong({.exactly_one = {{3, 1, 4}}})->least, 2U);
  EXPECT_EQ(fewest_wrong({.exactly_one = {{0, 4, 4}}})->least, 1U);
  EXPECT_EQ(fewest_wrong({.exactly_one = {{0, 3, 4}}})->least, 0U) << "the open one may be true";
  EXPECT_FALSE(fewest_wrong({.exactly_one = {{3, 2, 4}}}));
  EXPECT_FALSE(fewest_wrong({}));
  EXPECT_FALSE(fewest_wrong({.answers = 2, .exclusions = {{0, 2}}}));
  EXPECT_FALSE(fewest_wrong({.answers = 2, .exclusions = {{1, 1}}}));
}

TEST(FewestWrong, ExclusionsAreWhatEnumerationGives) {
  base::Rng rng(12);
  for (int round = 0; round < 300; ++round) {
    AnswerSet set{.answers = 2 + rng.below(11)};
    const double density = rng.uniform();
    for (std::size_t a = 0; a < set.answers; ++a)
      for (std::size_t b = a + 1; b < set.answers; ++b)
        if (rng.uniform() < density) set.exclusions.emplace_back(a, b);
    std::uint64_t best = set.answers;
    for (unsigned wrong = 0; wrong < (1U << set.answers); ++wrong)
      if (std::all_of(set.exclusions.begin(), set.exclusions.end(), [&](const auto& pair) {
            return (wrong >> pair.first & 1U) != 0 || (wrong >> pair.second & 1U) != 0;
          }))
        best = std::min<std::uint64_t>(best, static_cast<std::uint64_t>(__builtin_popcount(wrong)));
    const auto found = fewest_wrong(set);
    ASSERT_TRUE(found->exact);
    EXPECT_EQ(found->least, best);
    EXPECT_EQ(found->enough, best);
  }
}

TEST(FewestWrong, ALargeTangleGivesAnIntervalThatHolds) {
  base::Rng rng(1);
  AnswerSet set{.answers = 1500};
  for (int i = 0; i < 9000; ++i) {
    const std::size_t a = rng.below(1500), b = rng.below(1500);
    if (a != b) set.exclusions.emplace_back(a, b);
  }
  const auto found = fewest_wrong(set);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->exact);
  EXPECT_LT(found->least, found->enough);
  EXPECT_GT(found->least, 400U);
  EXPECT_LT(found->enough, 1300U);
  // A long chain of exclusions is reduced without any search.
  AnswerSet path{.answers = 20'000};
  for (std::size_t i = 0; i + 1 < path.answers; ++i) path.exclusions.emplace_back(i, i + 1);
  EXPECT_EQ(fewest_wrong(path)->least, 10'000U);
}

TEST(Tables, AreReadAndErrorsNameTheLine) {
  std::istringstream counts("3\t10\n\n0\t4\n"), pairs("the sky is green\tthe sky is red\nalone\n"),
      wrong("3\t10\n5\t4\n"), empty("\n"), self("a\ta\n"), three("a\tb\tc\n"), bytes("a\xff\tb\n");
  EXPECT_EQ(read_attempts(counts)->size(), 2U);
  const auto set = read_exclusions(pairs);
  EXPECT_EQ(set->answers, 3U);
  EXPECT_EQ(fewest_wrong(*set)->least, 1U);
  const auto error = read_attempts(wrong);
  ASSERT_FALSE(error);
  EXPECT_NE(error.error().message.find("line 2"), std::string::npos);
  EXPECT_FALSE(read_attempts(empty));
  EXPECT_FALSE(read_exclusions(self));
  EXPECT_FALSE(read_exclusions(three));
  EXPECT_FALSE(read_exclusions(bytes));
}

}  // namespace
}  // namespace genkai::limits::reasoning::bound
