#include "limits/context/select_bound.h"

#include <algorithm>
#include <functional>

namespace genkai::limits::context {
namespace {

constexpr std::size_t kMostSteps = 60;
constexpr std::size_t kWork = 600'000;  // numbers looked at by all subgradient steps together
constexpr double kClose = 1e-9;         // relative: no better bound is looked for
constexpr double kRounding = 1e-12;     // relative: what summing in another order may differ by

// The largest `most` of the gains, taken whole.
double largest(std::span<const double> gains, std::size_t most, std::vector<double>* taken) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < gains.size(); ++i)
    if (gains[i] > 0) order.push_back(i);
  const std::size_t count = std::min(most, order.size());
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                   [&](std::size_t a, std::size_t b) { return gains[a] > gains[b]; });
  double sum = 0;
  if (taken) taken->assign(gains.size(), 0);
  for (std::size_t k = 0; k < count; ++k) {
    sum += gains[order[k]];
    if (taken) (*taken)[order[k]] = 1;
  }
  return sum;
}

// The lesser of both relaxations, and what it takes.
double relaxed(const Layout& layout, std::span<const double> gains, std::vector<double>* taken = nullptr) {
  const double by_cost = fractional_knapsack(gains, layout.cost, layout.budget, taken);
  if (layout.most >= layout.size()) return by_cost;
  std::vector<double> whole;
  const double by_number = largest(gains, layout.most, taken ? &whole : nullptr);
  if (by_number >= by_cost) return by_cost;
  if (taken) *taken = std::move(whole);
  return by_number;
}

}  // namespace

double fractional_knapsack(std::span<const double> gains, std::span<const double> costs, double budget,
                           std::vector<double>* taken) {
  if (taken) taken->assign(gains.size(), 0);
  double sum = 0, left = budget;
  struct Piece {
    double density, gain, cost;
    std::size_t item;
  };
  std::vector<Piece> pieces;
  pieces.reserve(gains.size());
  for (std::size_t i = 0; i < gains.size(); ++i) {
    if (!(gains[i] > 0)) continue;
    if (costs[i] > 0) {
      pieces.push_back({gains[i] / costs[i], gains[i], costs[i], i});
      continue;
    }
    sum += gains[i];
    if (taken) (*taken)[i] = 1;
  }
  // Halves by density: the denser half is taken if it fits, else looked into.
  auto begin = pieces.begin(), end = pieces.end();
  while (begin != end && left > 0) {
    const auto middle = begin + (end - begin) / 2;
    std::nth_element(begin, middle, end,
                     [](const Piece& a, const Piece& b) { return a.density > b.density; });
    double cost = middle->cost, gain = middle->gain;
    for (auto at = begin; at != middle; ++at) cost += at->cost, gain += at->gain;
    if (cost <= left) {
      left -= cost;
      sum += gain;
      if (taken)
        for (auto at = begin; at <= middle; ++at) (*taken)[at->item] = 1;
      begin = middle + 1;
    } else if (begin == middle) {
      sum += left * middle->density;
      if (taken) (*taken)[middle->item] = left / middle->cost;
      break;
    } else {
      end = middle + 1;
      // What stands before `middle` may fit whole; then only a piece of `middle` itself does not.
      const double before = cost - middle->cost;
      if (before > left) {
        end = middle;
        continue;
      }
      left -= before;
      sum += gain - middle->gain;
      if (taken)
        for (auto at = begin; at != middle; ++at) (*taken)[at->item] = 1;
      begin = middle;
    }
  }
  return sum;
}

double bound_from(const Layout& layout, const State& state) {
  std::vector<double> gains(layout.size());
  for (Index i = 0; i < layout.size(); ++i) gains[i] = layout.bundle[i].empty() ? 0 : state.gain_alone(i);
  return (state.value() + relaxed(layout, gains)) * (1 + kRounding);
}

double dual_bound(const Layout& layout, const State& state, double aim) {
  const std::size_t aspects = layout.weight.size(), parts = layout.holders.begin.size() - 1;
  std::vector<double> l(aspects), t(parts), gains(layout.size()), taken, over_a(aspects), over_p(parts);
  for (Index a = 0; a < aspects; ++a) l[a] = state.covered(a) < 1 ? 1 : 0;
  for (Index p = 0; p < parts; ++p) t[p] = state.best_of(p);
  const std::size_t looks = 1 + 8 * layout.size() + layout.covers.values.size() + layout.parts.values.size();
  const std::size_t steps = std::clamp<std::size_t>(kWork / looks, 4, kMostSteps);
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t step = 0; step < steps; ++step) {
    double fixed = 0;
    for (std::size_t a = 0; a < aspects; ++a) fixed += layout.weight[a] * (1 - l[a]);
    for (std::size_t p = 0; p < parts; ++p) fixed += t[p];
    for (Index i = 0; i < layout.size(); ++i) {
      gains[i] = 0;
      if (layout.bundle[i].empty()) continue;
      gains[i] = layout.own[i];
      for (const auto& [a, degree] : layout.covers[i]) gains[i] += layout.weight[a] * l[a] * degree;
      for (const auto& [p, worth] : layout.parts[i]) gains[i] += std::max(0.0, worth - t[p]);
    }
    const double bound = fixed + relaxed(layout, gains, &taken);
    best = std::min(best, bound);
    if (best - aim <= kClose * best) break;
    // The subgradient: what the relaxed choice covers beyond (or short of) once.
    std::fill(over_a.begin(), over_a.end(), -1.0);
    std::fill(over_p.begin(), over_p.end(), 1.0);
    for (Index i = 0; i < layout.size(); ++i) {
      if (taken[i] == 0) continue;
      for (const auto& [a, degree] : layout.covers[i]) over_a[a] += taken[i] * degree;
      for (const auto& [p, worth] : layout.parts[i])
        if (worth > t[p]) over_p[p] -= taken[i];
    }
    double square = 0;
    for (std::size_t a = 0; a < aspects; ++a) {
      over_a[a] *= layout.weight[a];
      if ((l[a] <= 0 && over_a[a] > 0) || (l[a] >= 1 && over_a[a] < 0)) over_a[a] = 0;  // at its end
      square += over_a[a] * over_a[a];
    }
    for (std::size_t p = 0; p < parts; ++p) {
      if (t[p] <= 0 && over_p[p] > 0) over_p[p] = 0;
      square += over_p[p] * over_p[p];
    }
    if (square == 0) break;
    const double length = (bound - aim) / square;
    for (std::size_t a = 0; a < aspects; ++a) l[a] = std::clamp(l[a] - length * over_a[a], 0.0, 1.0);
    for (std::size_t p = 0; p < parts; ++p) t[p] = std::max(0.0, t[p] - length * over_p[p]);
  }
  return best * (1 + kRounding);
}

}  // namespace genkai::limits::context
