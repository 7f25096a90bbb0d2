#pragma once
// The SAT solver CaDiCaL, asked under assumptions. Only sat_solver.cc includes its header.
//
//   SatSolver solver(never);
//   solver.add(Clause{-1, 2});
//   solver.solve(Clause{1, -2}, 1000)  // Satisfiable::no
//   solver.failed(-2)                  // true: the assumption is part of the reason

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "logic/maxsat/formula.h"

namespace genkai::logic {

enum class Satisfiable { yes, no, unknown };

class SatSolver {
 public:
  /// `stop` is asked now and then while it searches; true ends the search.
  explicit SatSolver(std::function<bool()> stop);
  ~SatSolver();
  SatSolver(const SatSolver&) = delete;
  SatSolver& operator=(const SatSolver&) = delete;

  void add(std::span<const Literal> clause);
  /// What the variable is tried as first.
  void prefer(Literal literal);
  /// With at most so many conflicts and decisions.
  Satisfiable solve(std::span<const Literal> assumptions, std::uint64_t conflicts,
                    std::uint64_t decisions = ~std::uint64_t{0});
  /// After Satisfiable::yes.
  bool value(Literal literal) const;
  /// After Satisfiable::no, of an assumption: whether it is part of the core.
  bool failed(Literal assumption) const;
  /// Of all searches so far.
  std::uint64_t conflicts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::logic
