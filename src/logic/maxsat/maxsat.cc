#include "logic/maxsat/maxsat.h"

#include <algorithm>

#include "logic/maxsat/components.h"
#include "logic/maxsat/core_guided.h"
#include "logic/maxsat/roof_duality.h"
#include "logic/maxsat/simplify.h"

namespace genkai::logic {

std::string_view to_string(MaxSatStatus status) {
  switch (status) {
    case MaxSatStatus::optimal:
      return "optimal";
    case MaxSatStatus::satisfiable:
      return "satisfiable";
    case MaxSatStatus::unsatisfiable:
      return "unsatisfiable";
    case MaxSatStatus::unknown:
      return "unknown";
  }
  return "unknown";
}

namespace {

MaxSatResult unsatisfiable() {
  MaxSatResult result;
  result.status = MaxSatStatus::unsatisfiable;
  return result;
}

// What is left of a component (number `component`) when the cheap rules have had their turn.
struct Kernel {
  Component part;
  std::size_t component;
  MaxSatResult result;
};

class Pipeline {
 public:
  Pipeline(const WeightedFormula& formula, const MaxSatBudget& budget)
      : formula_(formula), budget_(budget), effort_(budget) {}

  MaxSatResult run() {
    Simplified simple = simplify(formula_, {});
    if (simple.contradictory) return unsatisfiable();
    values_ = std::move(simple.values);
    lower_ = simple.offset;
    for (const Component& part : components(simple.formula))
      if (!reduce(part)) return unsatisfiable();
    std::stable_sort(kernels_.begin(), kernels_.end(), [](const Kernel& a, const Kernel& b) {
      return a.part.formula.variables < b.part.formula.variables;
    });
    for (std::size_t k = 0; k < kernels_.size(); ++k) {
      Kernel& kernel = kernels_[k];
      kernel.result = solve_core_guided(kernel.part.formula, {}, effort_, {});
      if (kernel.result.status == MaxSatStatus::unsatisfiable) return unsatisfiable();
    }
    return assemble();
  }

 private:
  struct Bound {
    std::uint64_t roof, offset;
  };

  bool reduce(const Component& part) {
    const Roof roof = roof_duality(part.formula);
    const Simplified rest = simplify(part.formula, roof.values);
    if (rest.contradictory) return false;
    for (std::size_t v = 0; v < part.variables.size(); ++v)
      values_[static_cast<std::size_t>(part.variables[v]) - 1] = rest.values[v];
    for (Component& kernel : components(rest.formula)) {
      for (int& v : kernel.variables) v = part.variables[static_cast<std::size_t>(v) - 1];
      kernels_.push_back({std::move(kernel), bounds_.size(), {}});
    }
    bounds_.push_back({roof.lower, rest.offset});
    return true;
  }

  MaxSatResult assemble() {
    MaxSatResult whole;
    whole.status = MaxSatStatus::optimal;
    std::vector<std::uint64_t> lower;
    for (const Bound& bound : bounds_) lower.push_back(bound.offset);
    for (const Kernel& kernel : kernels_) {
      lower[kernel.component] += kernel.result.lower;
      whole.status = std::max(whole.status, kernel.result.status);
    }
    whole.lower = lower_;
    for (std::size_t c = 0; c < lower.size(); ++c) whole.lower += std::max(lower[c], bounds_[c].roof);
    if (whole.status == MaxSatStatus::unknown) return whole;
    for (const Kernel& kernel : kernels_)
      for (std::size_t v = 0; v < kernel.part.variables.size(); ++v)
        values_[static_cast<std::size_t>(kernel.part.variables[v]) - 1] = kernel.result.model[v] ? 1 : -1;
    for (const signed char value : values_) whole.model.push_back(value > 0);
    whole.upper = *cost(formula_, whole.model);
    if (whole.lower == whole.upper) whole.status = MaxSatStatus::optimal;
    return whole;
  }

  const WeightedFormula& formula_;
  const MaxSatBudget& budget_;
  Effort effort_;
  Values values_;
  std::uint64_t lower_ = 0;
  std::vector<Bound> bounds_;  // of each component
  std::vector<Kernel> kernels_;
};

}  // namespace

MaxSatResult solve(const WeightedFormula& formula, const MaxSatBudget& budget) {
  if (!check(formula)) return {};
  return Pipeline(formula, budget).run();
}

struct MaxSatSession::State {
  WeightedFormula formula;
};

MaxSatSession::MaxSatSession() : state_(std::make_unique<State>()) {}
MaxSatSession::~MaxSatSession() = default;
MaxSatSession::MaxSatSession(MaxSatSession&&) noexcept = default;
MaxSatSession& MaxSatSession::operator=(MaxSatSession&&) noexcept = default;

void MaxSatSession::add_hard(Clause literals) {
  state_->formula.add_hard(std::move(literals));
}

void MaxSatSession::add_soft(Clause literals, std::uint64_t weight) {
  state_->formula.add_soft(std::move(literals), weight);
}

MaxSatResult MaxSatSession::solve(const MaxSatBudget& budget) {
  return logic::solve(state_->formula, budget);
}

const WeightedFormula& MaxSatSession::formula() const {
  return state_->formula;
}

}  // namespace genkai::logic
