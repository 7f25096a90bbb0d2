#include "logic/maxsat/pipeline.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "logic/maxsat/annealing.h"
#include "logic/maxsat/components.h"
#include "logic/maxsat/core_guided.h"
#include "logic/maxsat/roof_duality.h"
#include "logic/maxsat/sat_solver.h"
#include "logic/maxsat/simplify.h"

namespace genkai::logic {
namespace {

MaxSatResult unsatisfiable() {
  MaxSatResult result;
  result.status = MaxSatStatus::unsatisfiable;
  return result;
}

constexpr int kLargeKernel = 500;             // variables from which annealing comes first
constexpr std::uint64_t kShortSearch = 1000;  // conflicts and calls of the SAT solver, in each kernel

// What is left of a component (number `component`) when what is certain is fixed.
struct Kernel {
  Component part;
  std::size_t component;
  MaxSatResult result;
};

class Pipeline {
 public:
  Pipeline(const WeightedFormula& formula, Effort& effort, const Improved& improved)
      : formula_(formula), improved_(improved), effort_(effort) {}

  MaxSatResult run() {
    Simplified simple = simplify(formula_, {});
    if (simple.contradictory) return unsatisfiable();
    values_ = std::move(simple.values);
    certain_ = simple.offset;
    for (const Component& part : components(simple.formula))
      if (!reduce(part)) return unsatisfiable();
    std::stable_sort(kernels_.begin(), kernels_.end(), [](const Kernel& a, const Kernel& b) {
      return a.part.formula.variables < b.part.formula.variables;
    });
    const Satisfiable any = find_models();
    if (any == Satisfiable::no) return unsatisfiable();
    if (any == Satisfiable::yes) improve();
    return assemble();
  }

 private:
  // False where the hard clauses contradict each other.
  bool reduce(const Component& part) {
    const Roof roof = roof_duality(part.formula);
    const Simplified rest = simplify(roof.residual, roof.values);
    if (rest.contradictory) return false;
    for (std::size_t v = 0; v < part.variables.size(); ++v)
      values_[static_cast<std::size_t>(part.variables[v]) - 1] = rest.values[v];
    for (Component& kernel : components(rest.formula)) {
      for (int& v : kernel.variables) v = part.variables[static_cast<std::size_t>(v) - 1];
      kernels_.push_back({std::move(kernel), twice_certain_.size(), {}});
    }
    twice_certain_.push_back(roof.twice_lower + rest.offset);
    return true;
  }

  // A first model of each kernel: what its units say, and where there are hard clauses what the SAT solver
  // makes of that, for all kernels at once.
  Satisfiable find_models() {
    SatSolver solver([this] { return effort_.spent(); });
    bool any_hard = false;
    int shift = 0;
    for (Kernel& kernel : kernels_) {
      const WeightedFormula& formula = kernel.part.formula;
      kernel.result.model.resize(static_cast<std::size_t>(formula.variables));
      for (const SoftClause& soft : formula.soft) {
        if (soft.literals.size() > 1) continue;
        const Literal literal = soft.literals[0];
        kernel.result.model[static_cast<std::size_t>(std::abs(literal)) - 1] = literal > 0;
        if (!formula.hard.empty()) solver.prefer(literal > 0 ? literal + shift : literal - shift);
      }
      if (formula.hard.empty()) continue;
      any_hard = true;
      for (Clause clause : formula.hard) {
        for (Literal& literal : clause) literal += literal > 0 ? shift : -shift;
        solver.add(clause);
      }
      shift += formula.variables;
    }
    if (any_hard) {
      const Satisfiable answer = solver.solve({}, effort_.conflicts());
      effort_.use(solver.conflicts());
      if (answer != Satisfiable::yes) return answer;
    }
    shift = 0;
    for (Kernel& kernel : kernels_) {
      const WeightedFormula& formula = kernel.part.formula;
      if (!formula.hard.empty()) {
        for (int v = 1; v <= formula.variables; ++v)
          kernel.result.model[static_cast<std::size_t>(v) - 1] = solver.value(v + shift);
        shift += formula.variables;
      }
      kernel.result.upper = *cost(formula, kernel.result.model);
      kernel.result.status = MaxSatStatus::satisfiable;
    }
    return Satisfiable::yes;
  }

  // A short search in each kernel, small ones first; then annealing and longer ones in those it leaves open,
  // each with its share of what is left of the budget, until nothing is. Large kernels are annealed at once.
  void improve() {
    std::uint64_t total = 2 * certain_;
    for (const std::uint64_t certain : twice_certain_) total += certain;
    for (const Kernel& kernel : kernels_) total += kernel.result.upper;
    if (improved_) improved_(total / 2);
    std::vector<Kernel*> open;
    for (Kernel& kernel : kernels_) open.push_back(&kernel);
    for (int round = 0; !open.empty() && !effort_.spent(); ++round) {
      std::vector<Kernel*> still;
      for (std::size_t k = 0; k < open.size(); ++k) {
        const WeightedFormula& formula = open[k]->part.formula;
        MaxSatResult& result = open[k]->result;
        const std::uint64_t others = total - result.upper;
        const Improved better = [&](std::uint64_t upper) {
          total = others + upper;
          if (improved_) improved_(total / 2);
        };
        Effort share = effort_.share(open.size() - k);
        if (round == 0) share = share.at_most(kShortSearch);
        const std::uint64_t given = share.conflicts();
        if (round == (formula.variables > kLargeKernel ? 0 : 1)) anneal(formula, result, share);
        if (total != others + result.upper) better(result.upper);
        result = solve_core_guided(formula, std::move(result), share, better);
        effort_.use(given - share.conflicts());
        if (result.status != MaxSatStatus::optimal) still.push_back(open[k]);
      }
      open = std::move(still);
    }
  }

  MaxSatResult assemble() {
    MaxSatResult whole;
    whole.status = MaxSatStatus::optimal;
    std::vector<std::uint64_t> twice = twice_certain_;
    for (const Kernel& kernel : kernels_) {
      twice[kernel.component] += kernel.result.lower;
      whole.status = std::max(whole.status, kernel.result.status);
    }
    whole.lower = certain_;
    for (const std::uint64_t lower : twice) whole.lower += lower / 2 + lower % 2;
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
  const Improved& improved_;
  Effort& effort_;
  Values values_;
  std::uint64_t certain_ = 0;                 // what every assignment costs
  std::vector<std::uint64_t> twice_certain_;  // the same of each component, twice
  std::vector<Kernel> kernels_;               // costs count twice there
};

}  // namespace

MaxSatResult run_pipeline(const WeightedFormula& formula, Effort& effort, const Improved& improved) {
  return Pipeline(formula, effort, improved).run();
}

}  // namespace genkai::logic
