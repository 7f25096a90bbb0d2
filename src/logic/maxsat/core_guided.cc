#include "logic/maxsat/core_guided.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>

#include "logic/maxsat/totalizer.h"

namespace genkai::logic {
namespace {

// A check that a smaller core or a higher bound holds gives up soon: a whole assignment is not what it is
// for.
constexpr std::uint64_t kCheckDecisions = 300;
constexpr std::uint64_t kMinimiseConflicts = 200;  // for each literal of a core
constexpr std::uint64_t kExhaustConflicts = 500;   // for each step of a bound
constexpr std::size_t kMinimiseSize = 60;          // larger cores are left as the SAT solver gives them

class CoreGuided {
 public:
  CoreGuided(const WeightedFormula& formula, MaxSatResult known, Effort& effort, const Improved& improved)
      : formula_(formula),
        effort_(effort),
        improved_(improved),
        solver_([this] { return effort_.spent(); }),
        next_variable_(formula.variables + 1),
        result_(std::move(known)) {
    for (const Clause& clause : formula.hard) solver_.add(clause);
    for (int v = 1; v <= formula.variables; ++v)
      solver_.prefer(result_.model[static_cast<std::size_t>(v) - 1] ? v : -v);
    for (const SoftClause& soft : formula.soft) add_soft(soft);
  }

  MaxSatResult run() {
    std::uint64_t level = next_level(kNoCost);
    bool ended = false;
    while (!ended && lower_ < result_.upper) {
      if (!collect_cores(level)) break;
      if (relax_cores()) continue;
      ended = level <= 1;
      level = next_level(level);
    }
    if (ended) lower_ = result_.upper;
    result_.lower = std::max(result_.lower, lower_);
    if (result_.lower >= result_.upper) {
      result_.lower = result_.upper;
      result_.status = MaxSatStatus::optimal;
    }
    return std::move(result_);
  }

 private:
  struct Count {
    std::size_t totalizer, bound;
  };
  struct Core {
    std::vector<Literal> literals;
    std::uint64_t weight;
  };

  void add_soft(const SoftClause& soft) {
    if (soft.weight == 0) return;
    if (soft.literals.size() == 1) return add_literal(soft.literals[0], soft.weight);
    if (soft.literals.empty()) {
      lower_ += soft.weight;
      return;
    }
    const Literal relaxation = next_variable_++;
    Clause clause = soft.literals;
    clause.push_back(relaxation);
    solver_.add(clause);
    solver_.prefer(-relaxation);
    add_literal(-relaxation, soft.weight);
  }

  // Satisfying `literal` is worth `weight`; of two opposite literals one is violated for certain.
  void add_literal(Literal literal, std::uint64_t weight) {
    const auto opposite = weights_.find(-literal);
    if (opposite != weights_.end()) {
      const std::uint64_t both = std::min(weight, opposite->second);
      lower_ += both;
      weight -= both;
      opposite->second -= both;
      if (opposite->second == 0) weights_.erase(opposite);
    }
    if (weight > 0) weights_[literal] += weight;
  }

  Satisfiable ask(const std::vector<Literal>& assumptions, std::uint64_t conflicts,
                  std::uint64_t decisions = kNoCost) {
    if (effort_.spent()) return Satisfiable::unknown;
    const std::uint64_t before = solver_.conflicts();
    const Satisfiable answer =
        solver_.solve(assumptions, std::min(conflicts, effort_.conflicts()), decisions);
    effort_.use(solver_.conflicts() - before + 1);
    return answer;
  }

  void take_model() {
    std::vector<bool> model(static_cast<std::size_t>(formula_.variables));
    for (int v = 1; v <= formula_.variables; ++v) model[static_cast<std::size_t>(v) - 1] = solver_.value(v);
    const std::uint64_t found = cost(formula_, model).value_or(kNoCost);
    if (found >= result_.upper) return;
    result_.upper = found;
    result_.model = std::move(model);
    if (improved_) improved_(found);
  }

  // The next lower level: half of the heaviest weight below this one.
  std::uint64_t next_level(std::uint64_t level) const {
    std::uint64_t highest = 0;
    for (const auto& [literal, weight] : weights_)
      if (weight < level) highest = std::max(highest, weight);
    return highest <= 1 ? 1 : std::max<std::uint64_t>(1, highest / 2);
  }

  // Cores until the literals of the level can all be satisfied; false where the budget ended.
  bool collect_cores(std::uint64_t level) {
    harden();
    std::vector<Literal> assumptions;
    for (const auto& [literal, weight] : weights_)
      if (weight >= level) assumptions.push_back(literal);
    for (;;) {
      const Satisfiable answer = ask(assumptions, effort_.conflicts());
      if (answer == Satisfiable::unknown) return false;
      if (answer == Satisfiable::yes) {
        take_model();
        harden();
        return true;
      }
      std::vector<Literal> core;
      for (const Literal literal : assumptions)
        if (solver_.failed(literal)) core.push_back(literal);
      if (core.empty()) {  // only better assignments were left, and there is none
        lower_ = result_.upper;
        return true;
      }
      core = minimise(std::move(core));
      take_core(core);
      if (lower_ >= result_.upper) return true;
      std::erase_if(assumptions, [&](Literal literal) {  // only what is in the core has become lighter
        if (std::find(core.begin(), core.end(), literal) == core.end()) return false;
        const auto entry = weights_.find(literal);
        return entry == weights_.end() || entry->second < level;
      });
    }
  }

  // Leaves out literals without which it is still a core, light ones first.
  std::vector<Literal> minimise(std::vector<Literal> core) {
    if (core.size() == 1 || core.size() > kMinimiseSize) return core;
    std::stable_sort(core.begin(), core.end(),
                     [&](Literal a, Literal b) { return weights_.at(a) < weights_.at(b); });
    for (std::size_t i = 0; i < core.size() && core.size() > 1;) {
      std::vector<Literal> without = core;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      if (ask(without, kMinimiseConflicts, kCheckDecisions) != Satisfiable::no) {
        ++i;
        continue;
      }
      std::vector<Literal> smaller(core.begin(), core.begin() + static_cast<std::ptrdiff_t>(i));
      for (std::size_t j = i; j < without.size(); ++j)
        if (solver_.failed(without[j])) smaller.push_back(without[j]);
      core = std::move(smaller);
    }
    return core;
  }

  void take_core(const std::vector<Literal>& core) {
    std::uint64_t weight = kNoCost;
    for (const Literal literal : core) weight = std::min(weight, weights_.at(literal));
    lower_ += weight;
    for (const Literal literal : core) {
      const auto entry = weights_.find(literal);
      if ((entry->second -= weight) == 0) weights_.erase(entry);
      const auto count = counts_.find(literal);
      if (count != counts_.end()) pending_bounds_.push_back({count->second, weight});
    }
    Clause clause;
    for (const Literal literal : core) clause.push_back(-literal);
    solver_.add(clause);
    if (core.size() > 1) pending_cores_.push_back({core, weight});
  }

  // Turns what collect_cores() found into new literals; false where there was nothing.
  bool relax_cores() {
    if (pending_cores_.empty() && pending_bounds_.empty()) return false;
    const auto cores = std::move(pending_cores_);
    const auto bounds = std::move(pending_bounds_);
    pending_cores_.clear();
    pending_bounds_.clear();
    for (const auto& [count, weight] : bounds) add_bound({count.totalizer, count.bound + 1}, weight);
    for (const Core& core : cores) {
      std::vector<Literal> violated;
      for (const Literal literal : core.literals) violated.push_back(-literal);
      totalizers_.push_back(std::make_unique<Totalizer>(violated, solver_, next_variable_));
      add_bound({totalizers_.size() - 1, 2}, core.weight);
    }
    return true;
  }

  // At least `bound` violations cost `weight` more; raised while fewer are not possible (core exhaustion).
  void add_bound(Count count, std::uint64_t weight) {
    Totalizer& totalizer = *totalizers_[count.totalizer];
    for (; count.bound <= totalizer.size(); ++count.bound) {
      const Literal fewer = -totalizer.output(count.bound);
      if (counts_.contains(fewer) || ask({fewer}, kExhaustConflicts, kCheckDecisions) != Satisfiable::no) {
        counts_[fewer] = count;
        return add_literal(fewer, weight);
      }
      solver_.add(Clause{-fewer});
      lower_ += weight;
    }
  }

  // A literal whose violation costs more than what separates the bounds holds in each better assignment.
  void harden() {
    for (auto entry = weights_.begin(); entry != weights_.end();) {
      if (lower_ + entry->second <= result_.upper) {
        ++entry;
        continue;
      }
      solver_.add(Clause{entry->first});
      entry = weights_.erase(entry);
    }
  }

  const WeightedFormula& formula_;
  Effort& effort_;
  const Improved& improved_;
  SatSolver solver_;
  int next_variable_;
  std::map<Literal, std::uint64_t> weights_;  // soft literals and what violating them costs
  std::map<Literal, Count> counts_;           // soft literals that are outputs of a totalizer
  std::vector<std::unique_ptr<Totalizer>> totalizers_;
  std::vector<Core> pending_cores_;
  std::vector<std::pair<Count, std::uint64_t>> pending_bounds_;
  std::uint64_t lower_ = 0;  // proven here
  MaxSatResult result_;
};

}  // namespace

MaxSatResult solve_core_guided(const WeightedFormula& formula, MaxSatResult known, Effort& effort,
                               const Improved& improved) {
  return CoreGuided(formula, std::move(known), effort, improved).run();
}

}  // namespace genkai::logic
