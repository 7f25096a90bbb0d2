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

}  // namespace
}  // namespace genkai::limits::context
