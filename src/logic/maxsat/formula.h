#pragma once
// Weighted partial MaxSAT: hard clauses must hold, each soft clause that does not hold costs its weight.
//
//   WeightedFormula formula;
//   formula.add_hard({-1, 2});        // 1 implies 2
//   formula.add_soft({1}, 7);
//   formula.add_soft({-2}, 3);
//   cost(formula, {true, true});      // 3

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/result.h"

namespace genkai::logic {

/// v or -v for the variable v >= 1, as in DIMACS.
using Literal = int;
using Clause = std::vector<Literal>;  // true when one of its literals is; empty is false

struct SoftClause {
  Clause literals;
  std::uint64_t weight = 1;  // 0 is allowed and costs nothing
};

inline constexpr int kVariableLimit = 1 << 24;
/// What the soft weights of a formula may add up to, so that no sum of the solver overflows.
inline constexpr std::uint64_t kWeightLimit = std::uint64_t{1} << 61;
/// The upper bound where no assignment that keeps the hard clauses is known.
inline constexpr std::uint64_t kNoCost = std::numeric_limits<std::uint64_t>::max();

struct WeightedFormula {
  int variables = 0;  // 1..variables; at least the largest that a clause names
  std::vector<Clause> hard;
  std::vector<SoftClause> soft;

  /// Add a clause and raise `variables` where it names a larger one.
  void add_hard(Clause literals);
  void add_soft(Clause literals, std::uint64_t weight);
};

/// Whether every literal is in ±1..±kVariableLimit.
base::Status check_clause(const Clause& clause);

/// Whether every literal is in ±1..±variables, variables <= kVariableLimit and the weights add up to at most
/// kWeightLimit.
base::Status check(const WeightedFormula& formula);

/// The added weight of the soft clauses that `model` (index v - 1, `variables` entries) violates; nothing
/// where it violates a hard clause. REQUIRES: check(formula).
std::optional<std::uint64_t> cost(const WeightedFormula& formula, const std::vector<bool>& model);

}  // namespace genkai::logic
