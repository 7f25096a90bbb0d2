#include "logic/maxsat/sat_solver.h"

#include <algorithm>
#include <cadical.hpp>
#include <limits>
#include <utility>

namespace genkai::logic {
namespace {

struct StopWhen final : CaDiCaL::Terminator {
  explicit StopWhen(std::function<bool()> asked) : stop(std::move(asked)) {}
  bool terminate() override { return stop && stop(); }
  std::function<bool()> stop;
};

// Each conflict teaches one clause.
struct CountConflicts final : CaDiCaL::Learner {
  bool learning(int) override {
    ++count;
    return false;
  }
  void learn(int) override {}
  std::uint64_t count = 0;
};

}  // namespace

struct SatSolver::State {
  explicit State(std::function<bool()> stop) : terminator(std::move(stop)) {}
  StopWhen terminator;
  CountConflicts learner;
  mutable CaDiCaL::Solver solver;
};

SatSolver::SatSolver(std::function<bool()> stop) : state_(std::make_unique<State>(std::move(stop))) {
  state_->solver.set("quiet", 1);
  state_->solver.set("lucky", 0);  // trivial assignments are not what is asked for here
  state_->solver.connect_terminator(&state_->terminator);
  state_->solver.connect_learner(&state_->learner);
}

SatSolver::~SatSolver() {
  state_->solver.disconnect_learner();
  state_->solver.disconnect_terminator();
}

void SatSolver::add(std::span<const Literal> clause) {
  for (const Literal literal : clause) state_->solver.add(literal);
  state_->solver.add(0);
}

void SatSolver::prefer(Literal literal) {
  state_->solver.phase(literal);
}

Satisfiable SatSolver::solve(std::span<const Literal> assumptions, std::uint64_t conflicts,
                             std::uint64_t decisions) {
  for (const Literal literal : assumptions) state_->solver.assume(literal);
  const auto limited = [](std::uint64_t limit) {
    return static_cast<int>(std::min<std::uint64_t>(limit, std::numeric_limits<int>::max()));
  };
  state_->solver.limit("conflicts", limited(conflicts));
  state_->solver.limit("decisions", limited(decisions));
  switch (state_->solver.solve()) {
    case 10:
      return Satisfiable::yes;
    case 20:
      return Satisfiable::no;
    default:
      return Satisfiable::unknown;
  }
}

bool SatSolver::value(Literal literal) const {
  return state_->solver.val(literal) > 0;
}

bool SatSolver::failed(Literal assumption) const {
  return state_->solver.failed(assumption);
}

std::uint64_t SatSolver::conflicts() const {
  return state_->learner.count;
}

}  // namespace genkai::logic
