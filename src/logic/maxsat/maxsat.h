#pragma once
// Finds the assignment that keeps every hard clause and violates the least weight of soft ones: which of some
// related claims to give up. Always ends within its budget, with the best assignment found and a bound that
// no assignment can be below.
//
//   WeightedFormula formula;
//   formula.add_soft({1}, 7);                              // claim 1, said with more confidence
//   formula.add_soft({2}, 3);                              // claim 2
//   formula.add_hard({-1, -2});                            // they exclude each other
//   const MaxSatResult best = solve_maxsat(formula, {});          // optimal, lower = upper = 3, model {true,
//   false}
//
// Pure functions of their input: where the time does not run out, the same formula gives the same model.

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "logic/maxsat/formula.h"

namespace genkai::logic {

enum class MaxSatStatus {
  optimal,        // no assignment costs less than the model: lower == upper
  satisfiable,    // the model keeps the hard clauses; its cost may not be the least
  unsatisfiable,  // no assignment keeps the hard clauses
  unknown,        // the budget ran out before any assignment was found, or check(formula) fails
};

std::string_view to_string(MaxSatStatus status);

/// Told of each better assignment of the whole formula, by its cost.
using Improved = std::function<void(std::uint64_t upper)>;

struct MaxSatBudget {
  std::uint64_t conflicts = 2'000'000;  // of the SAT solver, and one for each call of it
  double seconds = 60;                  // of wall clock
  std::function<bool()> stop = {};      // asked now and then; true ends the search
  Improved improved = {};               // not called by a session
};

struct MaxSatResult {
  MaxSatStatus status = MaxSatStatus::unknown;
  std::uint64_t lower = 0;        // every assignment that keeps the hard clauses costs at least this
  std::uint64_t upper = kNoCost;  // what the model costs
  std::vector<bool> model;        // index v - 1; empty where status is unsatisfiable or unknown
};

MaxSatResult solve_maxsat(const WeightedFormula& formula, const MaxSatBudget& budget);

/// A formula that grows. solve() looks again only at the connected components that were added to (two
/// variables are connected when a clause has both). Not thread-safe.
class MaxSatSession {
 public:
  MaxSatSession();
  ~MaxSatSession();
  MaxSatSession(MaxSatSession&&) noexcept;
  MaxSatSession& operator=(MaxSatSession&&) noexcept;

  void add_hard(Clause literals);
  void add_soft(Clause literals, std::uint64_t weight);
  /// Of everything added so far. The model has the variables 1 to the largest named.
  MaxSatResult solve(const MaxSatBudget& budget);
  const WeightedFormula& formula() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::logic
