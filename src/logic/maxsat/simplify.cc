#include "logic/maxsat/simplify.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace genkai::logic {
namespace {

std::size_t index_of(Literal literal) {
  return static_cast<std::size_t>(std::abs(literal)) - 1;
}

int value_of(const Values& values, Literal literal) {
  return literal > 0 ? values[index_of(literal)] : -values[index_of(literal)];
}

// Sorts, and removes what is repeated or false; false where the clause holds.
bool reduce(Clause& clause, const Values& values) {
  std::size_t kept = 0;
  for (const Literal literal : clause) {
    const int value = value_of(values, literal);
    if (value > 0) return false;
    if (value == 0) clause[kept++] = literal;
  }
  clause.resize(kept);
  std::sort(clause.begin(), clause.end());
  clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
  for (const Literal literal : clause) {
    if (literal > 0) break;
    if (std::binary_search(clause.begin(), clause.end(), -literal)) return false;
  }
  return true;
}

// Sets what the hard clauses force, each literal once; false where one of them cannot hold.
bool propagate(const std::vector<Clause>& hard, Values& values) {
  std::vector<Literal> queue;
  std::vector<unsigned> open(hard.size());
  // For each falsified literal the clauses that have it: built only when there is something to propagate.
  const auto satisfied = [&](const Clause& clause) {
    return std::any_of(clause.begin(), clause.end(), [&](Literal l) { return value_of(values, l) > 0; });
  };
  const auto force = [&](const Clause& clause) {
    for (const Literal literal : clause)
      if (value_of(values, literal) == 0) {
        values[index_of(literal)] = literal > 0 ? 1 : -1;
        queue.push_back(literal);
        return true;
      }
    return false;
  };
  bool units = false;
  for (std::size_t c = 0; c < hard.size(); ++c) {
    Clause clause = hard[c];
    if (!reduce(clause, values)) continue;
    if (clause.empty()) return false;
    units = units || clause.size() == 1;
  }
  if (!units) return true;
  std::vector<std::vector<std::uint32_t>> with(2 * values.size());
  const auto slot = [](Literal literal) { return 2 * index_of(literal) + (literal < 0); };
  for (std::size_t c = 0; c < hard.size(); ++c) {
    Clause clause = hard[c];
    if (!reduce(clause, values)) continue;
    if (clause.empty()) return false;
    open[c] = static_cast<unsigned>(clause.size());
    for (const Literal literal : clause) with[slot(literal)].push_back(static_cast<std::uint32_t>(c));
    if (clause.size() == 1 && !force(clause)) return false;
  }
  while (!queue.empty()) {
    const Literal literal = queue.back();
    queue.pop_back();
    for (const std::uint32_t c : with[slot(-literal)]) {
      if (open[c] == 0 || --open[c] > 1 || satisfied(hard[c])) continue;
      if (open[c] == 0 || !force(hard[c])) return false;
    }
  }
  return true;
}

// Adds the weights of equal clauses, and takes from opposite units what one of them costs for certain.
std::uint64_t merge(std::vector<SoftClause>& soft) {
  std::uint64_t certain = 0;
  std::sort(soft.begin(), soft.end(), [](const SoftClause& a, const SoftClause& b) {
    return a.literals.size() != b.literals.size() ? a.literals.size() < b.literals.size()
                                                  : a.literals < b.literals;
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < soft.size(); ++i) {
    if (kept > 0 && soft[kept - 1].literals == soft[i].literals) {
      soft[kept - 1].weight += soft[i].weight;
    } else {
      if (kept != i) soft[kept] = std::move(soft[i]);
      ++kept;
    }
  }
  soft.resize(kept);
  const auto end = std::partition_point(soft.begin(), soft.end(),
                                        [](const SoftClause& clause) { return clause.literals.size() == 1; });
  for (auto one = soft.begin(); one != end; ++one) {
    const Literal literal = one->literals[0];
    if (literal > 0) break;
    const auto other = std::lower_bound(one, end, -literal, [](const SoftClause& clause, Literal wanted) {
      return clause.literals[0] < wanted;
    });
    if (other == end || other->literals[0] != -literal) continue;
    const std::uint64_t both = std::min(one->weight, other->weight);
    certain += both;
    one->weight -= both;
    other->weight -= both;
  }
  std::erase_if(soft, [](const SoftClause& clause) { return clause.weight == 0; });
  return certain;
}

}  // namespace

Simplified simplify(const WeightedFormula& formula, Values values) {
  Simplified simple;
  values.resize(static_cast<std::size_t>(formula.variables), 0);
  if (!propagate(formula.hard, values)) {
    simple.contradictory = true;
    return simple;
  }
  simple.formula.variables = formula.variables;
  for (const Clause& hard : formula.hard) {
    Clause clause = hard;
    if (reduce(clause, values)) simple.formula.hard.push_back(std::move(clause));
  }
  std::sort(simple.formula.hard.begin(), simple.formula.hard.end());
  simple.formula.hard.erase(std::unique(simple.formula.hard.begin(), simple.formula.hard.end()),
                            simple.formula.hard.end());
  for (const SoftClause& soft : formula.soft) {
    SoftClause clause = soft;
    if (clause.weight == 0 || !reduce(clause.literals, values)) continue;
    if (clause.literals.empty())
      simple.offset += clause.weight;
    else
      simple.formula.soft.push_back(std::move(clause));
  }
  simple.offset += merge(simple.formula.soft);
  simple.values = std::move(values);
  return simple;
}

}  // namespace genkai::logic
