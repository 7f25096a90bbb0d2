#include "logic/maxsat/components.h"

#include <cstdlib>
#include <numeric>
#include <utility>

namespace genkai::logic {
namespace {

class Sets {
 public:
  explicit Sets(int size) : parent_(static_cast<std::size_t>(size) + 1) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  int find(int v) {
    int root = v;
    while (parent_[at(root)] != root) root = parent_[at(root)];
    while (parent_[at(v)] != root) v = std::exchange(parent_[at(v)], root);
    return root;
  }
  // The smallest variable stays the root.
  void join(const Clause& clause) {
    for (const Literal literal : clause) {
      const int a = find(std::abs(clause[0])), b = find(std::abs(literal));
      parent_[at(std::max(a, b))] = std::min(a, b);
    }
  }

 private:
  static std::size_t at(int v) { return static_cast<std::size_t>(v); }
  std::vector<int> parent_;
};

}  // namespace

std::vector<Component> components(const WeightedFormula& formula) {
  Sets sets(formula.variables);
  std::vector<char> used(static_cast<std::size_t>(formula.variables) + 1);
  const auto connect = [&](const Clause& clause) {
    sets.join(clause);
    for (const Literal literal : clause) used[static_cast<std::size_t>(std::abs(literal))] = 1;
  };
  for (const Clause& clause : formula.hard) connect(clause);
  for (const SoftClause& soft : formula.soft) connect(soft.literals);

  std::vector<Component> parts;
  std::vector<std::size_t> part_of(used.size());
  std::vector<int> inside(used.size());
  for (int v = 1; v <= formula.variables; ++v) {
    const auto at = static_cast<std::size_t>(v);
    if (used[at] == 0) continue;
    const int root = sets.find(v);
    if (root == v) {
      part_of[at] = parts.size();
      parts.emplace_back();
    }
    part_of[at] = part_of[static_cast<std::size_t>(root)];
    Component& part = parts[part_of[at]];
    part.variables.push_back(v);
    inside[at] = ++part.formula.variables;
  }
  const auto renamed = [&](const Clause& clause) {
    Clause copy = clause;
    for (Literal& literal : copy) {
      const int v = inside[static_cast<std::size_t>(std::abs(literal))];
      literal = literal > 0 ? v : -v;
    }
    return copy;
  };
  const auto home = [&](const Clause& clause) -> WeightedFormula& {
    return parts[part_of[static_cast<std::size_t>(std::abs(clause[0]))]].formula;
  };
  for (const Clause& clause : formula.hard) home(clause).hard.push_back(renamed(clause));
  for (const SoftClause& soft : formula.soft)
    home(soft.literals).soft.push_back({renamed(soft.literals), soft.weight});
  return parts;
}

}  // namespace genkai::logic
