#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "logic/grammar/nfa.h"

namespace genkai::logic::grammar {
namespace {

using Set = std::vector<std::uint32_t>;

struct SetHash {
  std::size_t operator()(const Set& set) const {
    return base::hash64({reinterpret_cast<const char*>(set.data()), set.size() * sizeof(std::uint32_t)});
  }
};

class Closer {
 public:
  explicit Closer(const Nfa& nfa) : nfa_(nfa), seen_(nfa.nodes.size(), 0) {}
  // Sorted: what can be reached without reading anything. Nodes with neither edges nor the end are left out.
  Set close(const Set& from) {
    ++round_;
    Set all, work = from;
    while (!work.empty()) {
      const std::uint32_t node = work.back();
      work.pop_back();
      if (std::exchange(seen_[node], round_) == round_) continue;
      const Nfa::Node& data = nfa_.nodes[node];
      if (node == nfa_.end || !data.bytes.empty() || !data.calls.empty()) all.push_back(node);
      work.insert(work.end(), data.empties.begin(), data.empties.end());
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  const Nfa& nfa_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t round_ = 0;
};

void unique(Set& set) {
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
}

// The edges of a set of nodes as disjoint ranges of bytes, each with its set of targets.
void split(const Nfa& nfa, const Set& set, std::vector<std::pair<ByteAutomaton::Edge, Set>>& out) {
  std::vector<unsigned> cuts;
  std::vector<ByteAutomaton::Edge> edges;
  for (const std::uint32_t node : set)
    for (const auto& edge : nfa.nodes[node].bytes) {
      edges.push_back(edge);
      cuts.push_back(edge.low);
      cuts.push_back(edge.high + 1U);
    }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  std::sort(edges.begin(), edges.end(), [](const auto& a, const auto& b) { return a.low < b.low; });
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    Set targets;
    for (const auto& edge : edges) {
      if (edge.low > cuts[i]) break;
      if (edge.high >= cuts[i]) targets.push_back(edge.target);
    }
    if (targets.empty()) continue;
    unique(targets);
    if (!out.empty() && out.back().first.high + 1U == cuts[i] && out.back().second == targets)
      out.back().first.high = static_cast<std::uint8_t>(cuts[i + 1] - 1);
    else
      out.push_back(
          {{static_cast<std::uint8_t>(cuts[i]), static_cast<std::uint8_t>(cuts[i + 1] - 1), 0}, targets});
  }
}

// A node for each node of the automaton; several edges may read one byte.
Dfa without_empties(const Nfa& nfa) {
  Dfa out;
  Closer closer(nfa);
  out.nodes.resize(nfa.nodes.size());
  for (std::uint32_t node = 0; node < nfa.nodes.size(); ++node)
    for (const std::uint32_t reached : closer.close({node})) {
      Dfa::Node& data = out.nodes[node];
      const Nfa::Node& source = nfa.nodes[reached];
      data.bytes.insert(data.bytes.end(), source.bytes.begin(), source.bytes.end());
      data.calls.insert(data.calls.end(), source.calls.begin(), source.calls.end());
      data.final = data.final || reached == nfa.end;
    }
  return out;
}

}  // namespace

Dfa determinise(const Nfa& nfa) {
  const std::size_t most_nodes = 1'000 + 4 * nfa.nodes.size();
  std::size_t work_left = 200'000 + 200 * nfa.nodes.size();
  Dfa dfa;
  Closer closer(nfa);
  std::unordered_map<Set, std::uint32_t, SetHash> known;
  std::vector<const Set*> sets;
  const auto id_of = [&](const Set& targets) {
    const auto [entry, fresh] = known.emplace(closer.close(targets), static_cast<std::uint32_t>(sets.size()));
    if (fresh) sets.push_back(&entry->first);
    return entry->second;
  };
  id_of({0});
  std::vector<std::pair<ByteAutomaton::Edge, Set>> edges;
  for (std::uint32_t at = 0; at < sets.size(); ++at) {
    const Set& set = *sets[at];
    if (sets.size() > most_nodes || set.size() > work_left) return without_empties(nfa);
    work_left -= set.size();
    Dfa::Node node;
    node.final = std::binary_search(set.begin(), set.end(), nfa.end);
    edges.clear();
    split(nfa, set, edges);
    for (auto& [edge, targets] : edges) {
      edge.target = id_of(targets);
      node.bytes.push_back(edge);
    }
    std::map<std::uint32_t, Set> calls;
    for (const std::uint32_t from : set)
      for (const auto& [rule, target] : nfa.nodes[from].calls) calls[rule].push_back(target);
    for (auto& [rule, targets] : calls) {
      unique(targets);
      node.calls.emplace_back(rule, id_of(targets));
    }
    dfa.nodes.push_back(std::move(node));
  }
  return dfa;
}

}  // namespace genkai::logic::grammar
