#include "limits/context/select.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "limits/context/select_bound.h"

namespace genkai::limits::context {
namespace {

bool allowed(const Problem& problem, const std::vector<std::size_t>& chosen) {
  double cost = 0;
  for (const std::size_t i : chosen) {
    cost += problem.items[i].cost;
    for (const std::size_t need : problem.items[i].needs)
      if (std::find(chosen.begin(), chosen.end(), need) == chosen.end()) return false;
  }
  return cost <= problem.budget && chosen.size() <= problem.most;
}

// The best of all sets, from the definition of f.
double optimum(const Problem& problem) {
  const std::size_t n = problem.items.size();
  double best = 0;
  std::vector<std::size_t> chosen;
  for (std::size_t set = 0; set < (std::size_t{1} << n); ++set) {
    chosen.clear();
    for (std::size_t i = 0; i < n; ++i)
      if ((set >> i & 1U) != 0) chosen.push_back(i);
    if (allowed(problem, chosen)) best = std::max(best, value_of(problem, chosen));
  }
  return best;
}

struct Shape {
  std::size_t most_items = 12;
  bool needs = false, number = false, copies = false;
};

Problem random_problem(base::Rng& rng, const Shape& shape) {
  Problem problem;
  const std::size_t n = 3 + rng.below(shape.most_items - 2), aspects = 1 + rng.below(8);
  for (std::size_t a = 0; a < aspects; ++a) problem.aspects.push_back(rng.uniform());
  double total = 0;
  const double coverage = rng.uniform();  // how much of the worth is covering
  for (std::size_t i = 0; i < n; ++i) {
    Item item;
    item.cost = static_cast<double>(1 + rng.below(40));
    item.relevance = (1 - coverage) * rng.uniform();
    for (std::size_t a = 0; a < aspects; ++a)
      if (rng.uniform() < 0.4) item.covers.push_back({a, rng.uniform() < 0.5 ? 1.0 : rng.uniform()});
    if (shape.copies)
      for (std::size_t p = 0; p < 1 + rng.below(4); ++p) item.parts.push_back(rng.below(8));
    if (shape.needs && i > 0 && rng.uniform() < 0.4) item.needs.push_back(rng.below(i));
    total += item.cost;
    problem.items.push_back(std::move(item));
  }
  problem.budget = std::floor(total * (0.1 + 0.7 * rng.uniform()));
  if (shape.number) problem.most = 1 + rng.below(n);
  return problem;
}

// Over seeded random cases: never above the optimum, which is never above the bound, and on average within
// 1 % of it.
void compare_with_optimum(const Shape& shape, std::uint64_t seed, std::size_t cases) {
  base::Rng rng(seed);
  double sum = 0, worst = 1, tightness = 0;
  std::size_t optimal = 0;
  for (std::size_t k = 0; k < cases; ++k) {
    const Problem problem = random_problem(rng, shape);
    const Selection selection = select(problem);
    const double best = optimum(problem);
    ASSERT_TRUE(allowed(problem, selection.chosen)) << k;
    ASSERT_NEAR(selection.value, value_of(problem, selection.chosen), 1e-12);
    ASSERT_LE(selection.value, best + 1e-9) << k;
    ASSERT_GE(selection.bound, best - 1e-12) << k;
    const double share = best > 0 ? selection.value / best : 1;
    sum += share;
    worst = std::min(worst, share);
    tightness += selection.bound > 0 ? best / selection.bound : 1;
    optimal += share > 1 - 1e-9 ? 1 : 0;
  }
  const auto of_all = static_cast<double>(cases);
  EXPECT_GE(sum / of_all, 0.99);
  std::printf(
      "%zu cases: mean %.5f of the optimum, worst %.4f, optimal in %zu; the optimum is on average %.4f of "
      "the bound\n",
      cases, sum / of_all, worst, optimal, tightness / of_all);
}

TEST(SelectTest, IsCloseToTheOptimumAndTheBoundNeverBelowIt) {
  compare_with_optimum({}, 1, 1000);
}
TEST(SelectTest, AlsoWhereItemsNeedOthers) {
  compare_with_optimum({.needs = true}, 2, 1000);
}
TEST(SelectTest, AlsoWithANumberOfItemsAndCopies) {
  compare_with_optimum({.number = true, .copies = true}, 3, 1000);
}
TEST(SelectTest, AlsoWithEverythingAtOnce) {
  compare_with_optimum({.needs = true, .number = true, .copies = true}, 4, 500);
}

TEST(SelectTest, TakesNoHarmFromNumbersThatAreNone) {
  Problem problem;
  problem.aspects = {1, NAN, -3};
  problem.budget = 10;
  problem.items = {{.cost = 4, .relevance = NAN, .covers = {{0, 0.5}, {1, 1}, {99, 1}, {0, 0.25}}},
                   {.cost = 0, .relevance = -1, .covers = {{0, 7}}},
                   {.cost = INFINITY, .relevance = 3},
                   {.cost = NAN, .relevance = 3},
                   {.cost = -2, .relevance = 0.25, .covers = {{2, 1}}, .needs = {4, 77}},
                   {.cost = 11, .relevance = 5}};
  const Selection selection = select(problem);
  EXPECT_EQ(selection.chosen, (std::vector<std::size_t>{1, 4}));  // the second costs nothing and covers all
  EXPECT_DOUBLE_EQ(selection.value, 1.25);
  EXPECT_GE(selection.bound, 1.25);
  EXPECT_LT(selection.bound, 1.25 + 1e-9);
  problem.budget = NAN;
  EXPECT_EQ(select(problem).cost, 0);
  EXPECT_TRUE(select({}).chosen.empty());
  EXPECT_EQ(select({}).reached(), 1);
}

TEST(SelectTest, NeedsThatGoRoundComeTogetherOrNotAtAll) {
  Problem problem;
  problem.items = {{.cost = 5, .relevance = 9, .needs = {1}},
                   {.cost = 5, .relevance = 0, .needs = {2}},
                   {.cost = 5, .relevance = 0, .needs = {0}},
                   {.cost = 5, .relevance = 1}};
  problem.budget = 14;
  EXPECT_EQ(select(problem).chosen, std::vector<std::size_t>{3});
  problem.budget = 15;
  EXPECT_EQ(select(problem).chosen, (std::vector<std::size_t>{0, 1, 2}));
}

TEST(SelectTest, TheSameInputGivesTheSameChoice) {
  base::Rng rng(9);
  const Problem problem = random_problem(rng, {.most_items = 300, .needs = true, .copies = true});
  const Selection first = select(problem), second = select(problem);
  EXPECT_EQ(first.chosen, second.chosen);
  EXPECT_EQ(first.bound, second.bound);
}

TEST(FractionalKnapsackTest, IsThatOfItemsInOrderOfDensity) {
  base::Rng rng(13);
  for (int run = 0; run < 500; ++run) {
    const std::size_t n = rng.below(40);
    std::vector<double> gains, costs, taken;
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) {
      order[i] = i;
      gains.push_back(rng.uniform() - 0.1);
      costs.push_back(static_cast<double>(rng.below(6)));  // some cost nothing
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return gains[a] * std::max(costs[b], 1e-12) > gains[b] * std::max(costs[a], 1e-12);
    });
    const auto budget = static_cast<double>(rng.below(60));
    double left = budget, expected = 0;
    for (const std::size_t i : order) {
      if (gains[i] <= 0) continue;
      const double share = costs[i] > left ? left / costs[i] : 1;
      expected += share * gains[i];
      left -= share * costs[i];
    }
    EXPECT_NEAR(fractional_knapsack(gains, costs, budget, &taken), expected, 1e-9);
    double spent = 0, worth = 0;
    for (std::size_t i = 0; i < n; ++i) spent += taken[i] * costs[i], worth += taken[i] * gains[i];
    EXPECT_LE(spent, budget + 1e-9);
    EXPECT_NEAR(worth, expected, 1e-9);
  }
}

}  // namespace
}  // namespace genkai::limits::context
