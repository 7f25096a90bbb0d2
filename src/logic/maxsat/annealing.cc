#include "logic/maxsat/annealing.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/rng.h"

namespace genkai::logic {
namespace {

constexpr int kSweeps = 400;
constexpr double kHottest = 0.5, kColdest = 0.01;

class Annealer {
 public:
  Annealer(const WeightedFormula& formula, const std::vector<bool>& start)
      : with_(start.size()), model_(start) {
    for (const SoftClause& soft : formula.soft) add(soft.literals, static_cast<double>(soft.weight));
    double heaviest = 0;
    for (const auto& clauses : with_) heaviest = std::max(heaviest, weight_of(clauses));
    for (const auto& clauses : with_) scale_ += weight_of(clauses) / static_cast<double>(with_.size());
    for (const Clause& clause : formula.hard) add(clause, heaviest + 1);
  }

  /// Once over all variables; the temperature is a share of the mean weight that a variable is in.
  void sweep(double temperature, base::Rng& rng) {
    const double heat = temperature * scale_;
    for (std::size_t v = 0; v < model_.size(); ++v) {
      const double worse = change(v);
      if (worse <= 0 || rng.uniform() < std::exp(-worse / heat)) flip(v);
    }
  }
  const std::vector<bool>& model() const { return model_; }

 private:
  struct Weighed {
    double weight;
    int true_literals = 0;
  };
  struct Occurrence {
    std::uint32_t clause;
    bool positive;
  };

  void add(const Clause& literals, double weight) {
    Weighed clause{weight};
    for (const Literal literal : literals) {
      const auto v = static_cast<std::size_t>(std::abs(literal)) - 1;
      with_[v].push_back({static_cast<std::uint32_t>(clauses_.size()), literal > 0});
      clause.true_literals += model_[v] == (literal > 0);
    }
    clauses_.push_back(clause);
  }
  double weight_of(const std::vector<Occurrence>& occurrences) const {
    double sum = 0;
    for (const Occurrence& one : occurrences) sum += clauses_[one.clause].weight;
    return sum;
  }
  double change(std::size_t v) const {
    double sum = 0;
    for (const Occurrence& one : with_[v]) {
      const Weighed& clause = clauses_[one.clause];
      if (model_[v] == one.positive)
        sum += clause.true_literals == 1 ? clause.weight : 0;
      else
        sum -= clause.true_literals == 0 ? clause.weight : 0;
    }
    return sum;
  }
  void flip(std::size_t v) {
    for (const Occurrence& one : with_[v])
      clauses_[one.clause].true_literals += model_[v] == one.positive ? -1 : 1;
    model_[v] = !model_[v];
  }

  std::vector<std::vector<Occurrence>> with_;
  std::vector<Weighed> clauses_;
  std::vector<bool> model_;
  double scale_ = 0;
};

}  // namespace

void anneal(const WeightedFormula& formula, MaxSatResult& known, Effort& effort) {
  base::Rng rng(1);
  Annealer annealer(formula, known.model);
  for (int sweep = 0; sweep < kSweeps && !effort.spent(); ++sweep) {
    annealer.sweep(kHottest * std::pow(kColdest / kHottest, static_cast<double>(sweep) / (kSweeps - 1)), rng);
    if (sweep < kSweeps / 2) continue;  // too hot to be good
    const std::uint64_t found = cost(formula, annealer.model()).value_or(kNoCost);
    if (found >= known.upper) continue;
    known.upper = found;
    known.model = annealer.model();
  }
}

}  // namespace genkai::logic
