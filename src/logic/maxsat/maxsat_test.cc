#include "logic/maxsat/maxsat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/rng.h"
#include "logic/maxsat/peer/z3_optimum.h"

namespace genkai::logic {
namespace {

// By trying every assignment; kNoCost where none keeps the hard clauses.
std::uint64_t least_cost(const WeightedFormula& formula) {
  std::uint64_t least = kNoCost;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << formula.variables; ++bits) {
    std::vector<bool> model;
    for (int v = 0; v < formula.variables; ++v) model.push_back((bits >> v & 1) != 0);
    least = std::min(least, cost(formula, model).value_or(kNoCost));
  }
  return least;
}

struct Shape {
  int variables, hard, soft, longest;
  std::uint64_t heaviest;
};

Clause random_clause(const Shape& shape, base::Rng& rng) {
  Clause clause;
  for (std::uint64_t length = 1 + rng.below(static_cast<std::uint64_t>(shape.longest)); length > 0;
       --length) {
    const auto variable = static_cast<Literal>(1 + rng.below(static_cast<std::uint64_t>(shape.variables)));
    clause.push_back(rng.below(2) == 0 ? variable : -variable);
  }
  return clause;
}

// Clauses may be tautologies and may name a literal twice.
WeightedFormula random_formula(const Shape& shape, base::Rng& rng) {
  WeightedFormula formula;
  formula.variables = shape.variables;
  for (int i = 0; i < shape.hard; ++i) formula.add_hard(random_clause(shape, rng));
  for (int i = 0; i < shape.soft; ++i)
    formula.add_soft(random_clause(shape, rng), 1 + rng.below(shape.heaviest));
  return formula;
}

void expect_optimum(const WeightedFormula& formula, std::uint64_t least, const MaxSatResult& found) {
  if (least == kNoCost) {
    EXPECT_EQ(found.status, MaxSatStatus::unsatisfiable);
    EXPECT_TRUE(found.model.empty());
    return;
  }
  EXPECT_EQ(found.status, MaxSatStatus::optimal);
  EXPECT_EQ(found.lower, least);
  EXPECT_EQ(found.upper, least);
  ASSERT_EQ(found.model.size(), static_cast<std::size_t>(formula.variables));
  EXPECT_EQ(cost(formula, found.model), least);
}

TEST(MaxSat, EqualsEnumeration) {
  base::Rng rng(1);
  for (int round = 0; round < 400; ++round) {
    const Shape shape{static_cast<int>(1 + rng.below(10)), static_cast<int>(rng.below(12)),
                      static_cast<int>(rng.below(30)), static_cast<int>(1 + rng.below(4)),
                      rng.below(2) == 0 ? 3ULL : 1'000'000ULL};
    const WeightedFormula formula = random_formula(shape, rng);
    SCOPED_TRACE(round);
    expect_optimum(formula, least_cost(formula), solve_maxsat(formula, {}));
  }
}

TEST(MaxSat, EqualsZ3) {
  base::Rng rng(2);
  int ended = 0;
  for (int round = 0; round < 120; ++round) {
    const auto variables = static_cast<int>(10 + rng.below(40));
    const Shape shape{variables, static_cast<int>(rng.below(static_cast<std::uint64_t>(2 * variables))),
                      static_cast<int>(rng.below(static_cast<std::uint64_t>(3 * variables))),
                      static_cast<int>(2 + rng.below(3)), round % 2 == 0 ? 4ULL : 3000ULL};
    const WeightedFormula formula = random_formula(shape, rng);
    const Z3Optimum other = z3_optimum(formula, 20'000);
    if (other.status == MaxSatStatus::unknown) continue;
    ++ended;
    SCOPED_TRACE(round);
    expect_optimum(formula, other.cost, solve_maxsat(formula, {}));
  }
  EXPECT_GE(ended, 100);
}

// Frustrated implications between claims, as none of the cheap rules decides them.
WeightedFormula hard_formula(int variables, std::uint64_t seed) {
  base::Rng rng(seed);
  return random_formula({variables, variables / 2, 6 * variables, 3, 20}, rng);
}

TEST(MaxSat, BoundsHoldUnderAnyBudget) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const WeightedFormula formula = hard_formula(30, seed);
    const MaxSatResult best = solve_maxsat(formula, {});
    if (best.status == MaxSatStatus::unsatisfiable) continue;
    ASSERT_EQ(best.status, MaxSatStatus::optimal);
    for (const std::uint64_t conflicts : {0, 1, 10, 100}) {
      const MaxSatResult found = solve_maxsat(formula, {.conflicts = conflicts});
      EXPECT_LE(found.lower, best.upper);
      EXPECT_GE(found.upper, best.upper);
      EXPECT_EQ(found.model.empty(), found.status == MaxSatStatus::unknown);
      if (!found.model.empty()) {
        EXPECT_EQ(cost(formula, found.model), found.upper);
      }
      if (found.status == MaxSatStatus::optimal) {
        EXPECT_EQ(found.lower, found.upper);
      }
    }
  }
}

TEST(MaxSat, StopsWhenAsked) {
  const WeightedFormula formula = hard_formula(400, 1);
  int asked = 0;
  const MaxSatResult found = solve_maxsat(formula, {.stop = [&] { return ++asked > 20; }});
  EXPECT_NE(found.status, MaxSatStatus::optimal);
  EXPECT_LE(found.lower, found.upper);
}

TEST(MaxSat, ImprovementsEndAtTheUpperBound) {
  const WeightedFormula formula = hard_formula(40, 3);
  std::vector<std::uint64_t> told;
  const MaxSatResult found =
      solve_maxsat(formula, {.improved = [&](std::uint64_t upper) { told.push_back(upper); }});
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::is_sorted(told.rbegin(), told.rend()));
  EXPECT_EQ(told.back(), found.upper);
}

TEST(MaxSat, NothingToSatisfy) {
  const MaxSatResult found = solve_maxsat({}, {});
  EXPECT_EQ(found.status, MaxSatStatus::optimal);
  EXPECT_EQ(found.upper, 0U);
  EXPECT_TRUE(found.model.empty());
  WeightedFormula unused;
  unused.variables = 3;
  EXPECT_EQ(solve_maxsat(unused, {}).model.size(), 3U);
}

TEST(MaxSat, EmptyClauses) {
  WeightedFormula formula;
  formula.add_soft({}, 5);
  expect_optimum(formula, 5, solve_maxsat(formula, {}));
  formula.add_hard({});
  EXPECT_EQ(solve_maxsat(formula, {}).status, MaxSatStatus::unsatisfiable);
}

TEST(MaxSat, UnsatisfiableWithoutAUnit) {
  WeightedFormula formula;
  for (const Clause& clause : {Clause{1, 2}, Clause{1, -2}, Clause{-1, 2}, Clause{-1, -2}})
    formula.add_hard(clause);
  formula.add_soft({1}, 3);
  EXPECT_EQ(solve_maxsat(formula, {}).status, MaxSatStatus::unsatisfiable);
}

TEST(MaxSat, TautologiesCostNothingAndRepetitionsCountOnce) {
  WeightedFormula formula;
  formula.add_soft({1, -1}, 100);
  formula.add_soft({1, 1}, 3);
  formula.add_soft({-1, -1, -1}, 2);
  expect_optimum(formula, 2, solve_maxsat(formula, {}));
}

TEST(MaxSat, WeightsUpToTheLimit) {
  WeightedFormula formula;
  const std::uint64_t half = kWeightLimit / 2;
  formula.add_soft({1}, half);
  formula.add_soft({-1, 2}, half - 1);
  formula.add_soft({-2, 3, 4}, 1);
  formula.add_hard({-1, -2});
  ASSERT_TRUE(check(formula));
  expect_optimum(formula, half - 1, solve_maxsat(formula, {}));
  formula.add_soft({-1}, 1);
  EXPECT_FALSE(check(formula));
  EXPECT_EQ(solve_maxsat(formula, {}).status, MaxSatStatus::unknown);
}

TEST(MaxSat, MalformedLiteralsAreUnknown) {
  for (const Literal literal : {0, kVariableLimit + 1, std::numeric_limits<int>::min()}) {
    WeightedFormula formula;
    formula.add_hard({1, literal});
    EXPECT_FALSE(check(formula));
    EXPECT_EQ(solve_maxsat(formula, {}).status, MaxSatStatus::unknown);
    MaxSatSession session;
    session.add_soft({1, literal}, 1);
    EXPECT_EQ(session.solve({}).status, MaxSatStatus::unknown);
  }
}

TEST(MaxSatSession, EqualsAFreshSolveAfterEachAddition) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    base::Rng rng(seed);
    const Shape shape{24, 0, 0, 3, 50};
    MaxSatSession session;
    for (int step = 0; step < 40; ++step) {
      if (rng.below(5) == 0)
        session.add_hard(random_clause(shape, rng));
      else
        session.add_soft(random_clause(shape, rng), rng.below(shape.heaviest));
      const MaxSatResult fresh = solve_maxsat(session.formula(), {});
      const MaxSatResult found = session.solve({});
      ASSERT_EQ(found.status, fresh.status);
      EXPECT_EQ(found.lower, fresh.lower);
      EXPECT_EQ(found.upper, fresh.upper);
      if (found.status == MaxSatStatus::optimal) {
        EXPECT_EQ(cost(session.formula(), found.model), found.upper);
      }
    }
  }
}

TEST(MaxSatSession, GoesOnWhereTheBudgetEnded) {
  const WeightedFormula formula = hard_formula(30, 5);
  MaxSatSession session;
  for (const Clause& clause : formula.hard) session.add_hard(clause);
  for (const SoftClause& soft : formula.soft) session.add_soft(soft.literals, soft.weight);
  session.add_soft({}, 7);
  EXPECT_NE(session.solve({.conflicts = 1}).status, MaxSatStatus::optimal);
  const MaxSatResult found = session.solve({});
  EXPECT_EQ(found.status, MaxSatStatus::optimal);
  EXPECT_EQ(found.upper, solve_maxsat(session.formula(), {}).upper);
}

}  // namespace
}  // namespace genkai::logic
