#include "logic/maxsat/totalizer.h"

#include <algorithm>

namespace genkai::logic {

Totalizer::Totalizer(const std::vector<Literal>& inputs, SatSolver& solver, int& next_variable)
    : solver_(solver), next_variable_(next_variable) {
  std::vector<std::size_t> level;
  for (const Literal input : inputs) {
    level.push_back(nodes_.size());
    nodes_.push_back({0, 0, 1, {input}});
  }
  while (level.size() > 1) {
    std::vector<std::size_t> above;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
      above.push_back(nodes_.size());
      nodes_.push_back({level[i], level[i + 1], nodes_[level[i]].size + nodes_[level[i + 1]].size, {}});
    }
    if (level.size() % 2 == 1) above.push_back(level.back());
    level = std::move(above);
  }
}

void Totalizer::extend(std::size_t node, std::size_t k) {
  k = std::min(k, nodes_[node].size);
  if (nodes_[node].outputs.size() >= k) return;
  const std::size_t left = nodes_[node].left, right = nodes_[node].right;
  extend(left, k);
  extend(right, k);
  while (nodes_[node].outputs.size() < k) {
    const std::size_t sum = nodes_[node].outputs.size() + 1;
    const Literal out = next_variable_++;
    nodes_[node].outputs.push_back(out);
    for (std::size_t of_left = 0; of_left <= std::min(sum, nodes_[left].size); ++of_left) {
      const std::size_t of_right = sum - of_left;
      if (of_right > nodes_[right].size) continue;
      Clause clause{out};
      if (of_left > 0) clause.push_back(-nodes_[left].outputs[of_left - 1]);
      if (of_right > 0) clause.push_back(-nodes_[right].outputs[of_right - 1]);
      solver_.add(clause);
    }
  }
}

Literal Totalizer::output(std::size_t k) {
  extend(nodes_.size() - 1, k);
  return nodes_.back().outputs[k - 1];
}

}  // namespace genkai::logic
