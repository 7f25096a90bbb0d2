#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "logic/maxsat/maxsat.h"
#include "logic/maxsat/pipeline.h"

namespace genkai::logic {
namespace {

// Variables that clauses connect, the clauses by their place in the formula, and the last answer.
struct Part {
  std::vector<int> variables;
  std::vector<std::size_t> hard, soft;
  bool touched = true;
  MaxSatResult result;  // model: in the order of `variables`
};

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

struct MaxSatSession::State {
  WeightedFormula formula;
  std::uint64_t weight = 0;      // of all soft clauses
  std::uint64_t empty_cost = 0;  // of the empty ones among them
  bool contradictory = false;    // an empty hard clause
  bool malformed = false;        // what was added does not pass check()
  std::vector<int> part_of;      // by variable; 0 where none
  std::map<int, Part> parts;     // by a number that grows, so that the order is that of their making
  int made = 0;

  // The part that a clause of these literals belongs to, joined from those it connects.
  Part& join(const Clause& clause) {
    part_of.resize(static_cast<std::size_t>(formula.variables) + 1, 0);
    std::vector<int> together;
    for (const Literal literal : clause) {
      int& own = part_of[static_cast<std::size_t>(std::abs(literal))];
      if (own == 0) {
        own = ++made;
        parts[own].variables.push_back(std::abs(literal));
      }
      together.push_back(own);
    }
    const int largest = *std::max_element(together.begin(), together.end(), [&](int a, int b) {
      return parts[a].variables.size() < parts[b].variables.size();
    });
    Part& home = parts[largest];
    for (const int other : together) {
      if (other == largest || !parts.contains(other)) continue;
      const Part& part = parts[other];
      for (const int v : part.variables) part_of[static_cast<std::size_t>(v)] = largest;
      append(home.variables, part.variables);
      append(home.hard, part.hard);
      append(home.soft, part.soft);
      parts.erase(other);
    }
    home.touched = true;
    return home;
  }

  // The part as a formula of its own.
  WeightedFormula alone(const Part& part, std::vector<int>& inside) const {
    WeightedFormula own;
    for (const int v : part.variables) inside[static_cast<std::size_t>(v)] = ++own.variables;
    const auto renamed = [&](const Clause& clause) {
      Clause copy = clause;
      for (Literal& literal : copy) {
        const int v = inside[static_cast<std::size_t>(std::abs(literal))];
        literal = literal > 0 ? v : -v;
      }
      return copy;
    };
    for (const std::size_t c : part.hard) own.hard.push_back(renamed(formula.hard[c]));
    for (const std::size_t c : part.soft)
      own.soft.push_back({renamed(formula.soft[c].literals), formula.soft[c].weight});
    return own;
  }

  void solve_touched(Effort& effort) {
    std::vector<Part*> open;
    for (auto& [number, part] : parts)
      if (part.touched) open.push_back(&part);
    std::stable_sort(open.begin(), open.end(),
                     [](const Part* a, const Part* b) { return a->variables.size() < b->variables.size(); });
    std::vector<int> inside(static_cast<std::size_t>(formula.variables) + 1);
    for (std::size_t p = 0; p < open.size(); ++p) {
      Effort share = effort.share(open.size() - p);
      const std::uint64_t given = share.conflicts();
      open[p]->result = run_pipeline(alone(*open[p], inside), share, {});
      effort.use(given - share.conflicts());
      // An answer that is not final is looked for again next time.
      open[p]->touched = open[p]->result.status == MaxSatStatus::satisfiable ||
                         open[p]->result.status == MaxSatStatus::unknown;
    }
  }

  MaxSatResult assemble() const {
    MaxSatResult whole;
    whole.status = MaxSatStatus::optimal;
    whole.lower = whole.upper = empty_cost;
    whole.model.resize(static_cast<std::size_t>(formula.variables));
    for (const auto& [number, part] : parts) {
      if (part.result.status == MaxSatStatus::unsatisfiable) return unsatisfiable();
      whole.status = std::max(whole.status, part.result.status);
      whole.lower += part.result.lower;
      if (part.result.status == MaxSatStatus::unknown) continue;
      whole.upper += part.result.upper;
      for (std::size_t v = 0; v < part.variables.size(); ++v)
        whole.model[static_cast<std::size_t>(part.variables[v]) - 1] = part.result.model[v];
    }
    if (whole.status != MaxSatStatus::unknown) return whole;
    whole.upper = kNoCost;
    whole.model.clear();
    return whole;
  }

  static MaxSatResult unsatisfiable() {
    MaxSatResult result;
    result.status = MaxSatStatus::unsatisfiable;
    return result;
  }
};

MaxSatSession::MaxSatSession() : state_(std::make_unique<State>()) {}
MaxSatSession::~MaxSatSession() = default;
MaxSatSession::MaxSatSession(MaxSatSession&&) noexcept = default;
MaxSatSession& MaxSatSession::operator=(MaxSatSession&&) noexcept = default;

void MaxSatSession::add_hard(Clause literals) {
  state_->formula.add_hard(std::move(literals));
  const Clause& clause = state_->formula.hard.back();
  state_->malformed = state_->malformed || !check_clause(clause);
  if (state_->malformed) return;
  if (clause.empty())
    state_->contradictory = true;
  else
    state_->join(clause).hard.push_back(state_->formula.hard.size() - 1);
}

void MaxSatSession::add_soft(Clause literals, std::uint64_t weight) {
  state_->formula.add_soft(std::move(literals), weight);
  const Clause& clause = state_->formula.soft.back().literals;
  state_->malformed = state_->malformed || !check_clause(clause) || weight > kWeightLimit - state_->weight;
  if (state_->malformed) return;
  state_->weight += weight;
  if (clause.empty())
    state_->empty_cost += weight;
  else
    state_->join(clause).soft.push_back(state_->formula.soft.size() - 1);
}

MaxSatResult MaxSatSession::solve(const MaxSatBudget& budget) {
  if (state_->malformed) return {};
  if (state_->contradictory) return State::unsatisfiable();
  Effort effort(budget);
  state_->solve_touched(effort);
  return state_->assemble();
}

const WeightedFormula& MaxSatSession::formula() const {
  return state_->formula;
}

}  // namespace genkai::logic
