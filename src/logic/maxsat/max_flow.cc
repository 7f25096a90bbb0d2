#include "logic/maxsat/max_flow.h"

#include <algorithm>
#include <limits>

namespace genkai::logic {

void MaxFlow::add_arc(std::size_t from, std::size_t to, std::uint64_t capacity) {
  arcs_.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to), capacity});
  arcs_.push_back({static_cast<std::uint32_t>(to), static_cast<std::uint32_t>(from), 0});
}

// Distances to the sink, as far as the source.
bool MaxFlow::layer(std::size_t source, std::size_t sink) {
  distance_.assign(nodes_, -1);
  queue_.clear();
  queue_.push_back(static_cast<std::uint32_t>(sink));
  distance_[sink] = 0;
  for (std::size_t head = 0; head < queue_.size(); ++head) {
    const std::uint32_t node = queue_[head];
    if (node == source) return true;
    for (std::uint32_t i = first_[node]; i < first_[node + 1]; ++i) {
      const std::uint32_t arc = leaving_[i], other = arcs_[arc].to;
      if (distance_[other] >= 0 || arcs_[arc ^ 1].residual == 0) continue;
      distance_[other] = distance_[node] + 1;
      queue_.push_back(other);
    }
  }
  return false;
}

// A blocking flow in the layers, by depth-first search.
std::uint64_t MaxFlow::augment(std::size_t source, std::size_t sink) {
  std::uint64_t total = 0;
  std::vector<std::uint32_t> path;
  next_.assign(first_.begin(), first_.end() - 1);
  for (std::size_t node = source;;) {
    if (node == sink) {
      std::uint64_t amount = std::numeric_limits<std::uint64_t>::max();
      for (const std::uint32_t arc : path) amount = std::min(amount, arcs_[arc].residual);
      std::size_t blocked = path.size();
      for (std::size_t i = path.size(); i-- > 0;) {
        arcs_[path[i]].residual -= amount;
        arcs_[path[i] ^ 1].residual += amount;
        if (arcs_[path[i]].residual == 0) blocked = i;
      }
      total += amount;
      node = arcs_[path[blocked]].from;
      path.resize(blocked);
      continue;
    }
    std::uint32_t& at = next_[node];
    for (; at < first_[node + 1]; ++at) {
      const Arc& arc = arcs_[leaving_[at]];
      if (arc.residual > 0 && distance_[arc.to] + 1 == distance_[node]) break;
    }
    if (at < first_[node + 1]) {
      path.push_back(leaving_[at]);
      node = arcs_[leaving_[at]].to;
    } else if (path.empty()) {
      return total;
    } else {
      node = arcs_[path.back()].from;
      path.pop_back();
      ++next_[node];
    }
  }
}

std::uint64_t MaxFlow::run(std::size_t source, std::size_t sink) {
  first_.assign(nodes_ + 1, 0);
  for (const Arc& arc : arcs_) ++first_[arc.from + 1];
  for (std::size_t n = 0; n < nodes_; ++n) first_[n + 1] += first_[n];
  next_.assign(first_.begin(), first_.end() - 1);
  leaving_.resize(arcs_.size());
  for (std::uint32_t a = 0; a < arcs_.size(); ++a) leaving_[next_[arcs_[a].from]++] = a;
  std::uint64_t value = 0;
  while (layer(source, sink)) value += augment(source, sink);
  return value;
}

}  // namespace genkai::logic
