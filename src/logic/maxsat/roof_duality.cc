#include "logic/maxsat/roof_duality.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "logic/maxsat/max_flow.h"

namespace genkai::logic {
namespace {

constexpr std::uint64_t kUnfillable = std::uint64_t{1} << 62;

// Node 2v is the literal v, 2v + 1 its negation; variable 0 is true.
using Node = std::uint32_t;
Node node_of(Literal literal) {
  return 2 * static_cast<Node>(std::abs(literal)) + (literal < 0);
}

void add_clause(MaxFlow& network, const Clause& clause, std::uint64_t capacity) {
  const Node a = node_of(clause[0]);
  const Node b = clause.size() == 2 ? node_of(clause[1]) : 1;
  network.add_arc(a ^ 1, b, capacity);
  network.add_arc(b ^ 1, a, capacity);
}

// The residual network, its arcs and their mirrors (the mean of a flow and its mirror is a maximum flow too).
struct Graph {
  Graph(std::size_t nodes, const std::vector<MaxFlow::Arc>& arcs) : first(nodes + 1) {
    for (const auto& arc : arcs)
      if (arc.residual > 0) {
        ++first[arc.from + 1];
        ++first[(arc.to ^ 1) + 1];
      }
    for (std::size_t n = 0; n < nodes; ++n) first[n + 1] += first[n];
    std::vector<std::uint32_t> at(first.begin(), first.end() - 1);
    to.resize(first.back());
    for (const auto& arc : arcs)
      if (arc.residual > 0) {
        to[at[arc.from]++] = arc.to;
        to[at[arc.to ^ 1]++] = arc.from ^ 1;
      }
  }
  std::vector<std::uint32_t> first, to;
};

// Strongly connected components (Tarjan), numbered so that each follows all it leads to.
class Tarjan {
 public:
  explicit Tarjan(const Graph& graph)
      : graph_(graph), order_(graph.first.size() - 1), low_(order_.size()), component_(order_.size()) {
    for (Node node = 0; node < order_.size(); ++node)
      if (order_[node] == 0) visit(node);
  }
  const std::vector<Node>& component() const { return component_; }
  /// Nodes, those of a component side by side, components by their numbers.
  const std::vector<Node>& finished() const { return finished_; }

 private:
  void visit(Node start) {
    struct Frame {
      Node node;
      std::uint32_t next;
    };
    std::vector<Frame> frames;
    const auto enter = [&](Node node) {
      order_[node] = low_[node] = ++count_;
      stack_.push_back(node);
      frames.push_back({node, graph_.first[node]});
    };
    enter(start);
    while (!frames.empty()) {
      Frame& frame = frames.back();
      if (frame.next < graph_.first[frame.node + 1]) {
        const Node other = graph_.to[frame.next++];
        if (order_[other] == 0)
          enter(other);
        else if (order_[other] != kDone)
          low_[frame.node] = std::min(low_[frame.node], order_[other]);
        continue;
      }
      const Node node = frame.node;
      frames.pop_back();
      if (!frames.empty()) low_[frames.back().node] = std::min(low_[frames.back().node], low_[node]);
      if (low_[node] != order_[node]) continue;
      Node member;
      do {
        member = stack_.back();
        stack_.pop_back();
        order_[member] = kDone;
        component_[member] = components_;
        finished_.push_back(member);
      } while (member != node);
      ++components_;
    }
  }

  static constexpr Node kDone = ~Node{0};
  const Graph& graph_;
  std::vector<Node> order_, low_, component_, stack_, finished_;
  Node count_ = 0, components_ = 0;
};

// The largest closed set without opposites: components from the sinks on, each whose successors are all in.
std::vector<char> persistent(const Graph& graph) {
  const Tarjan tarjan(graph);
  const auto& component = tarjan.component();
  const auto& nodes = tarjan.finished();
  std::vector<char> chosen(nodes.size());
  for (std::size_t begin = 0, end = 0; begin < nodes.size(); begin = end) {
    while (end < nodes.size() && component[nodes[end]] == component[nodes[begin]]) ++end;
    const Node own = component[nodes[begin]];
    const bool fits = std::all_of(nodes.begin() + static_cast<std::ptrdiff_t>(begin),
                                  nodes.begin() + static_cast<std::ptrdiff_t>(end), [&](Node node) {
                                    if (chosen[node ^ 1] || component[node ^ 1] == own || node == 1)
                                      return false;
                                    for (auto i = graph.first[node]; i < graph.first[node + 1]; ++i)
                                      if (component[graph.to[i]] != own && !chosen[graph.to[i]]) return false;
                                    return true;
                                  });
    if (fits)
      for (std::size_t i = begin; i < end; ++i) chosen[nodes[i]] = 1;
  }
  return chosen;
}

// Takes from the set what a longer clause speaks against, and all that leads to it (by the mirrored arcs).
void respect(const std::vector<const Clause*>& longer, const Graph& graph, std::vector<char>& chosen) {
  std::vector<std::vector<std::uint32_t>> with(longer.empty() ? 0 : chosen.size());
  std::vector<Node> leaving;
  const auto leave = [&](Node node) {
    if (!chosen[node]) return;
    chosen[node] = 0;
    leaving.push_back(node);
  };
  const auto look = [&](const Clause& clause) {
    if (std::any_of(clause.begin(), clause.end(), [&](Literal l) { return chosen[node_of(l)] != 0; })) return;
    for (const Literal literal : clause) leave(node_of(-literal));
  };
  for (std::uint32_t c = 0; c < longer.size(); ++c) {
    for (const Literal literal : *longer[c]) with[node_of(literal)].push_back(c);
    look(*longer[c]);
  }
  while (!leaving.empty()) {
    const Node node = leaving.back();
    leaving.pop_back();
    for (auto i = graph.first[node ^ 1]; i < graph.first[(node ^ 1) + 1]; ++i) leave(graph.to[i] ^ 1);
    for (const std::uint32_t c : with[node]) look(*longer[c]);
  }
}

// The arcs of a clause are four: two, and each of them back. What flows through (a or b) speaks for (not a or
// not b): of what was paid, violating neither gives back half.
void add_residual(const Clause& clause, bool hard, const MaxFlow::Arc* arcs, WeightedFormula& residual) {
  if (hard)
    residual.add_hard(clause);
  else
    residual.add_soft(clause, arcs[0].residual + arcs[2].residual);
  if (clause.size() == 2) residual.add_soft({-clause[0], -clause[1]}, arcs[1].residual + arcs[3].residual);
}

}  // namespace

Roof roof_duality(const WeightedFormula& formula) {
  const auto nodes = 2 * (static_cast<std::size_t>(formula.variables) + 1);
  MaxFlow network(nodes);
  std::vector<const Clause*> longer;
  for (const SoftClause& soft : formula.soft)
    if (soft.literals.size() <= 2)
      add_clause(network, soft.literals, soft.weight);
    else
      longer.push_back(&soft.literals);
  for (const Clause& clause : formula.hard)
    if (clause.size() <= 2)
      add_clause(network, clause, kUnfillable);
    else
      longer.push_back(&clause);
  Roof roof;
  roof.twice_lower = network.run(0, 1);
  const Graph graph(nodes, network.arcs());
  std::vector<char> chosen = persistent(graph);
  respect(longer, graph, chosen);
  roof.values.resize(static_cast<std::size_t>(formula.variables));
  for (int v = 1; v <= formula.variables; ++v)
    roof.values[static_cast<std::size_t>(v) - 1] =
        static_cast<signed char>(chosen[node_of(v)] - chosen[node_of(-v)]);

  roof.residual.variables = formula.variables;
  const MaxFlow::Arc* arcs = network.arcs().data();
  for (const SoftClause& soft : formula.soft)
    if (soft.literals.size() <= 2) {
      add_residual(soft.literals, false, arcs, roof.residual);
      arcs += 4;
    } else {
      roof.residual.add_soft(soft.literals, 2 * soft.weight);
    }
  for (const Clause& clause : formula.hard)
    if (clause.size() <= 2) {
      add_residual(clause, true, arcs, roof.residual);
      arcs += 4;
    } else {
      roof.residual.add_hard(clause);
    }
  return roof;
}

}  // namespace genkai::logic
