#pragma once
// Counts how many of some literals are true, by clauses: output k is true when at least k are (Bailleux and
// Boufkhad, 2003, one direction). Outputs come into being when asked for (Martins et al., 2014).
//
//   Totalizer count(core, solver, next_variable);
//   count.output(2)      // forced true when two literals of the core are

#include <cstddef>
#include <vector>

#include "logic/maxsat/sat_solver.h"

namespace genkai::logic {

class Totalizer {
 public:
  /// New variables are `next_variable`, `next_variable` + 1 and so on. Both references must outlive it.
  Totalizer(const std::vector<Literal>& inputs, SatSolver& solver, int& next_variable);
  std::size_t size() const { return nodes_.back().size; }
  /// REQUIRES: 1 <= k <= size().
  Literal output(std::size_t k);

 private:
  struct Node {
    std::size_t left, right, size;  // children, inputs below
    std::vector<Literal> outputs;   // of at least 1, 2, ..., as far as they are there
  };
  void extend(std::size_t node, std::size_t k);

  std::vector<Node> nodes_;  // the root last
  SatSolver& solver_;
  int& next_variable_;
};

}  // namespace genkai::logic
