#include "logic/maxsat/maxsat.h"

#include <gtest/gtest.h>

#include "base/rng.h"

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
    expect_optimum(formula, least_cost(formula), solve(formula, {}));
  }
}

}  // namespace
}  // namespace genkai::logic
