#include "limits/context/select.h"

#include <algorithm>
#include <map>
#include <queue>

#include "limits/context/select_bound.h"
#include "limits/context/select_state.h"

namespace genkai::limits::context {
namespace {

constexpr double kGain = 1e-12;        // smaller gains are rounding
constexpr double kFree = 1e-9;         // cost of what costs nothing, for gain per cost
constexpr std::size_t kPool = 96;      // items by gain, and as many by gain per cost, that exchange looks at
constexpr std::size_t kPartners = 12;  // first items tried of two that come in
constexpr std::size_t kRounds = 40;    // of exchange, at most
constexpr std::size_t kBoundStates = 12;

enum class By { gain_per_cost, gain };

double key_of(const State& state, Index i, double gain, By by) {
  return by == By::gain ? gain : gain / std::max(kFree, state.cost_of(i));
}

// Adds what gains most, until nothing fits. Keys of the queue are upper bounds, since gains only shrink; a
// need that is met makes those that lean on it cheaper, so they are queued again.
template <class Watch>
void fill(const Layout& layout, State& state, std::span<const Index> items, By by, const Watch& watch) {
  struct Entry {
    double key;
    Index item;
    std::size_t seen;  // number of items when the key was computed
    bool operator<(const Entry& other) const {
      return key != other.key ? key < other.key : item > other.item;
    }
  };
  std::priority_queue<Entry> queue;
  const auto push = [&](Index i) {
    if (!state.fits(i)) return;
    const double gain = state.gain(i);
    if (gain > kGain) queue.push({key_of(state, i, gain, by), i, state.count()});
  };
  for (const Index i : items) push(i);
  while (!queue.empty()) {
    const Entry top = queue.top();
    queue.pop();
    if (!state.fits(top.item)) continue;
    if (top.seen != state.count()) {
      push(top.item);
      continue;
    }
    state.add(top.item);
    watch(state);
    for (const Index each : layout.bundle[top.item])
      for (const Index leaning : layout.leaning[each]) push(leaning);
  }
}

void fill(const Layout& layout, State& state, std::span<const Index> items, By by) {
  fill(layout, state, items, by, [](const State&) {});
}

// The items that exchange may bring in: all of a small problem.
std::vector<Index> pool_of(const Layout& layout, const State& state) {
  std::vector<Index> all, chosen;
  for (Index i = 0; i < layout.size(); ++i)
    if (!layout.bundle[i].empty()) all.push_back(i);
  if (all.size() <= 2 * kPool) return all;
  const State nothing(layout);
  for (const By by : {By::gain, By::gain_per_cost}) {
    std::vector<std::pair<double, Index>> order;
    order.reserve(all.size());
    for (const Index i : all) order.emplace_back(-key_of(nothing, i, state.gain(i), by), i);
    std::nth_element(order.begin(), order.begin() + kPool, order.end());
    for (std::size_t k = 0; k < kPool; ++k) chosen.push_back(order[k].second);
  }
  for (const Index i : state.chosen()) chosen.push_back(i);
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

// One item in, or two, or as many as fit: whichever leaves the most.
class Exchange {
 public:
  Exchange(const Layout& layout, const State& state) : layout_(&layout), best_(state) {
    const State nothing(layout);
    for (const Index i : pool_of(layout, state)) pool_.emplace_back(nothing.gain(i), i);
    std::sort(pool_.begin(), pool_.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (const auto& [solo, i] : pool_) items_.push_back(i);
  }

  /// The best state that one exchange leads to; false when none is better.
  bool improve(State& state) {
    best_ = state;
    const std::vector<Index> chosen = state.chosen();
    for (std::size_t a = 0; a < chosen.size(); ++a) {
      State without = state;
      without.remove(chosen[a]);
      bring_in(without);
      for (const By by : {By::gain_per_cost, By::gain}) {
        State filled = without;
        std::vector<Index> others;
        for (const Index i : items_)
          if (i != chosen[a]) others.push_back(i);
        fill(*layout_, filled, others, by);
        keep(filled);
      }
      for (std::size_t b = a + 1; b < chosen.size(); ++b) {
        if (!without.has(chosen[b])) continue;
        State both = without;
        both.remove(chosen[b]);
        bring_in_one(both);
      }
    }
    if (best_.value() <= state.value() + kGain) return false;
    state = best_;
    return true;
  }

 private:
  void keep(const State& state) {
    if (state.value() > best_.value() + kGain) best_ = state;
  }
  // No item gains more than it is worth alone, and the pool is in that order: the rest cannot do better.
  void bring_in_one(const State& state) {
    Index best_item = 0;
    double best_gain = best_.value() + kGain - state.value();
    bool found = false;
    for (const auto& [solo, i] : pool_) {
      if (solo <= best_gain) break;
      if (!state.fits(i)) continue;
      const double gain = state.gain(i);
      if (gain <= best_gain) continue;
      best_gain = gain, best_item = i, found = true;
    }
    if (!found) return;
    best_ = state;
    best_.add(best_item);
  }
  void bring_in(const State& state) {
    bring_in_one(state);
    std::vector<std::pair<double, Index>> first;
    for (const auto& [solo, i] : pool_)
      if (state.fits(i)) first.emplace_back(-key_of(state, i, state.gain(i), By::gain_per_cost), i);
    const std::size_t count = std::min(kPartners, first.size());
    std::partial_sort(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(count), first.end());
    for (std::size_t k = 0; k < count; ++k) {
      State one = state;
      one.add(first[k].second);
      bring_in_one(one);
    }
  }

  const Layout* layout_;
  State best_;
  std::vector<std::pair<double, Index>> pool_;  // worth alone, descending
  std::vector<Index> items_;
};

}  // namespace

Selection select(const Problem& problem) {
  const Layout layout(problem);
  std::vector<Index> all;
  for (Index i = 0; i < layout.size(); ++i)
    if (!layout.bundle[i].empty()) all.push_back(i);
  const State nothing(layout);
  State best = nothing;
  double bound = bound_from(layout, nothing);
  for (const By by : {By::gain_per_cost, By::gain}) {
    State state = nothing;
    std::size_t steps = 0, next = 1, bounded = 0;
    fill(layout, state, all, by, [&](const State& now) {
      if (++steps < next || bounded == kBoundStates) return;
      bound = std::min(bound, bound_from(layout, now));
      next = steps + (steps + 2) / 3;  // 1, 2, 3, 4, 6, 8, 11, ...
      ++bounded;
    });
    if (state.value() > best.value() + kGain) best = state;
  }
  Exchange exchange(layout, best);
  for (std::size_t round = 0; round < kRounds && exchange.improve(best); ++round)
    fill(layout, best, all, By::gain);

  Selection selection;
  for (const Index i : best.chosen()) {
    selection.chosen.push_back(i);
    selection.cost += layout.cost[i];
  }
  selection.value = value_of(problem, selection.chosen);
  bound = std::min(bound, bound_from(layout, best));
  bound = std::min(bound, dual_bound(layout, best, selection.value));
  selection.bound = std::max(bound, selection.value);
  return selection;
}

double value_of(const Problem& problem, const std::vector<std::size_t>& chosen) {
  const auto amount = [](double value) {
    return value > 0 && value <= std::numeric_limits<double>::max() ? value : 0;
  };
  std::vector<double> covered(problem.aspects.size());
  std::map<std::uint64_t, double> parts;
  double value = 0;
  for (const std::size_t i : chosen) {
    const Item& item = problem.items[i];
    std::map<std::size_t, double> degrees;
    for (const Cover& cover : item.covers)
      if (cover.aspect < covered.size())
        degrees[cover.aspect] = std::max(degrees[cover.aspect], std::min(1.0, amount(cover.degree)));
    for (const auto& [aspect, degree] : degrees) covered[aspect] += degree;
    std::map<std::uint64_t, bool> own;
    for (const std::uint64_t part : item.parts) own[part] = true;
    if (own.empty()) value += amount(item.relevance);
    for (const auto& [part, held] : own)
      parts[part] = std::max(parts[part], amount(item.relevance) / static_cast<double>(own.size()));
  }
  for (std::size_t a = 0; a < covered.size(); ++a)
    value += amount(problem.aspects[a]) * std::min(1.0, covered[a]);
  for (const auto& [part, worth] : parts) value += worth;
  return value;
}

}  // namespace genkai::limits::context
