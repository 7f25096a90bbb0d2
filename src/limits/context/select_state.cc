#include "limits/context/select_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace genkai::limits::context {
namespace {

double amount(double value) {
  return std::isfinite(value) && value > 0 ? value : 0;
}

double cost_of(const Item& item) {
  return std::isfinite(item.cost) ? amount(item.cost) : std::numeric_limits<double>::infinity();
}

std::vector<std::uint64_t> distinct(std::vector<std::uint64_t> parts) {
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return parts;
}

// Everything reachable from `item` by what it needs, itself included, ascending; empty when it is more than
// the budget or the number of items allows.
std::vector<Index> closure(const Problem& problem, std::size_t item) {
  const auto& items = problem.items;
  std::vector<Index> found{static_cast<Index>(item)};
  double cost = 0;
  for (std::size_t next = 0; next < found.size(); ++next) {
    cost += cost_of(items[found[next]]);
    if (!(cost <= amount(problem.budget)) || found.size() > problem.most) return {};
    for (const std::size_t need : items[found[next]].needs)
      if (need < items.size() && std::find(found.begin(), found.end(), need) == found.end())
        found.push_back(static_cast<Index>(need));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Layout::Layout(const Problem& problem) : budget(amount(problem.budget)), most(problem.most) {
  const auto& items = problem.items;
  std::vector<std::vector<std::uint64_t>> part_ids(items.size());
  std::unordered_map<std::uint64_t, std::size_t> held;
  for (std::size_t i = 0; i < items.size(); ++i) {
    part_ids[i] = distinct(items[i].parts);
    for (const std::uint64_t part : part_ids[i]) ++held[part];
  }
  for (const double w : problem.aspects) weight.push_back(amount(w));
  std::unordered_map<std::uint64_t, Index> shared;
  std::vector<std::vector<Share>> held_by;
  std::vector<std::vector<Index>> leaning_on(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    cost.push_back(cost_of(item));
    std::vector<Share> covered;
    for (const Cover& cover : item.covers)
      if (cover.aspect < weight.size() && weight[cover.aspect] > 0 && amount(cover.degree) > 0)
        covered.push_back({static_cast<Index>(cover.aspect), std::min(1.0, cover.degree)});
    std::sort(covered.begin(), covered.end(),
              [](const Share& a, const Share& b) { return a.of != b.of ? a.of < b.of : a.much > b.much; });
    for (const Share& share : covered)
      if (covers.values.size() == covers.begin.back() || covers.values.back().of != share.of)
        covers.values.push_back(share);
    covers.end_row();
    const double relevance = amount(item.relevance);
    const double each = relevance / static_cast<double>(std::max<std::size_t>(1, part_ids[i].size()));
    own.push_back(part_ids[i].empty() ? relevance : 0);
    for (const std::uint64_t part : part_ids[i]) {
      if (held[part] < 2) {
        own.back() += each;
        continue;
      }
      const auto [at, is_new] = shared.emplace(part, static_cast<Index>(shared.size()));
      if (is_new) held_by.emplace_back();
      parts.values.push_back({at->second, each});
      held_by[at->second].push_back({static_cast<Index>(i), each});
    }
    parts.end_row();
    for (const Index each_needed : closure(problem, i)) {
      bundle.values.push_back(each_needed);
      leaning_on[each_needed].push_back(static_cast<Index>(i));
    }
    bundle.end_row();
  }
  for (const auto& row : held_by) {
    holders.values.insert(holders.values.end(), row.begin(), row.end());
    holders.end_row();
  }
  for (const auto& row : leaning_on) {
    leaning.values.insert(leaning.values.end(), row.begin(), row.end());
    leaning.end_row();
  }
}

State::State(const Layout& layout)
    : layout_(&layout),
      chosen_(layout.size()),
      covered_(layout.weight.size()),
      best_(layout.holders.begin.size() - 1) {}

bool State::fits(Index i) const {
  const auto bundle = layout_->bundle[i];
  if (bundle.empty() || has(i)) return false;
  if (bundle.size() == 1) return count_ < layout_->most && cost_ + layout_->cost[i] <= layout_->budget;
  std::size_t fresh = 0;
  for (const Index each : bundle) fresh += has(each) ? 0 : 1;
  return count_ + fresh <= layout_->most && cost_ + cost_of(i) <= layout_->budget;
}

double State::cost_of(Index i) const {
  double sum = 0;
  for (const Index each : layout_->bundle[i]) sum += has(each) ? 0 : layout_->cost[each];
  return sum;
}

double State::gain_alone(Index i) const {
  if (has(i)) return 0;
  double gain = layout_->own[i];
  for (const auto& [aspect, degree] : layout_->covers[i]) {
    const double left = 1 - covered_[aspect];
    if (left > 0) gain += layout_->weight[aspect] * std::min(left, degree);
  }
  for (const auto& [part, worth] : layout_->parts[i]) gain += std::max(0.0, worth - best_[part]);
  return gain;
}

double State::gain(Index i) const {
  const auto bundle = layout_->bundle[i];
  if (bundle.size() == 1) return gain_alone(i);
  if (bundle.empty()) return 0;
  State with = *this;
  with.add(i);
  return with.value_ - value_;
}

void State::put(Index i) {
  value_ += gain_alone(i);
  for (const auto& [aspect, degree] : layout_->covers[i]) covered_[aspect] += degree;
  for (const auto& [part, worth] : layout_->parts[i]) best_[part] = std::max(best_[part], worth);
  cost_ += layout_->cost[i];
  ++count_;
  chosen_[i] = 1;
}

void State::take(Index i) {
  chosen_[i] = 0;
  --count_;
  cost_ -= layout_->cost[i];
  for (const auto& [aspect, degree] : layout_->covers[i])
    covered_[aspect] = std::max(0.0, covered_[aspect] - degree);
  for (const auto& [part, worth] : layout_->parts[i]) {
    best_[part] = 0;
    for (const auto& [holder, its] : layout_->holders[part])
      if (has(holder)) best_[part] = std::max(best_[part], its);
  }
  value_ -= gain_alone(i);
}

void State::add(Index i) {
  for (const Index each : layout_->bundle[i])
    if (!has(each)) put(each);
}

void State::remove(Index i) {
  for (const Index each : layout_->leaning[i])
    if (has(each)) take(each);
}

std::vector<Index> State::chosen() const {
  std::vector<Index> out;
  for (Index i = 0; i < chosen_.size(); ++i)
    if (has(i)) out.push_back(i);
  return out;
}

}  // namespace genkai::limits::context
