#include "limits/context/probe/allocation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "stats/sequential.h"

namespace genkai::limits::context::probe {

double lower_end(const Tally& tally, double delta) {
  double refuted = 0, open = tally.share();
  for (int i = 0; i < 40; ++i) {
    const double middle = (refuted + open) / 2;
    (stats::log_wealth_against(middle, tally.hits, tally.n) >= -std::log(delta) ? refuted : open) = middle;
  }
  return refuted;
}

double upper_end(const Tally& tally, double delta) {
  return 1 - lower_end({tally.n - tally.hits, tally.n}, delta);
}

Item item_of(const Design& design, const Trial& trial) {
  const Task task = design.tasks[trial.task];
  return make_item(
      {task, design.lengths[trial.length], has_depth(task) ? design.depth(trial.depth) : 0, trial.number},
      design.language, design.seed);
}

Tally Row::all() const {
  Tally sum;
  for (const Tally& cell : cells) sum.hits += cell.hits, sum.n += cell.n;
  return sum;
}

Allocation::Allocation(Design design) : design_(std::move(design)) {
  blind_.resize(design_.tasks.size());
  answers_.resize(design_.tasks.size());
  for (const Task task : design_.tasks)
    rows_.emplace_back(design_.lengths.size(),
                       Row{std::vector<Tally>(has_depth(task) ? design_.depths : 1), 0});
}

std::size_t Allocation::least_calls() const {
  return design_.tasks.size() * (design_.blind + design_.lengths.size() * design_.depths);
}

std::size_t Allocation::most_calls() const {
  const std::size_t blocks = std::max<std::size_t>(1, design_.most / design_.depths);
  const std::size_t all =
      design_.tasks.size() * (design_.blind + design_.lengths.size() * blocks * design_.depths);
  return std::min(all, design_.budget) - std::min(planned_, std::min(all, design_.budget));
}

void Allocation::plan_block(std::size_t task, std::size_t length, std::vector<Trial>& trials) {
  if (planned_ + design_.depths > design_.budget) return;
  Row& row = rows_[task][length];
  const bool deep = row.cells.size() > 1;
  for (std::size_t i = 0; i < design_.depths; ++i)
    trials.push_back({task, length, deep ? i : 0, deep ? row.planned / design_.depths : row.planned + i});
  row.planned += design_.depths;
  planned_ += design_.depths;
}

std::vector<Trial> Allocation::next() {
  std::vector<Trial> trials;
  if (!std::exchange(begun_, true)) {
    for (std::size_t task = 0; task < rows_.size(); ++task)
      for (std::size_t i = 0; i < design_.blind && planned_ < design_.budget; ++i, ++planned_) {
        const bool deep = rows_[task][0].cells.size() > 1;
        trials.push_back({task, 0, deep ? i % design_.depths : 0, deep ? i / design_.depths : i, true});
      }
    for (std::size_t task = 0; task < rows_.size(); ++task)
      for (std::size_t length = 0; length < design_.lengths.size(); ++length)
        plan_block(task, length, trials);
    return trials;
  }
  // Shorter texts first, where the budget ends it.
  for (std::size_t length = 0; length < design_.lengths.size(); ++length)
    for (std::size_t task = 0; task < rows_.size(); ++task)
      if (wanted(task, length)) plan_block(task, length, trials);
  return trials;
}

void Allocation::see(const Trial& trial, const Item& item, bool right) {
  Tally& tally = trial.blind ? blind_[trial.task] : rows_[trial.task][trial.length].cells[trial.depth];
  ++tally.n;
  tally.hits += right ? 1 : 0;
  if (!trial.blind) ++answers_[trial.task][item.answers.front()];
}

Tally Allocation::constant(std::size_t task) const {
  Tally out;
  for (const auto& [answer, count] : answers_[task]) {
    out.n += count;
    out.hits = std::max(out.hits, count);
  }
  return out;
}

Verdict Allocation::absolute(std::size_t task, std::size_t length) const {
  const Tally row = rows_[task][length].all();
  if (lower_end(row, kDelta) >= design_.absolute) return Verdict::holds;
  // A low end is one test, at the first length that does not hold; a high end could err at any length.
  return upper_end(row, kDelta / static_cast<double>(design_.lengths.size())) < design_.absolute
             ? Verdict::fails
             : Verdict::open;
}

Verdict Allocation::relative(std::size_t task, std::size_t length) const {
  const Tally base = rows_[task][0].all(), row = rows_[task][length].all();
  if (length == 0) {
    if (lower_end(base, kDelta) >= kLeastBase) return Verdict::holds;
    return upper_end(base, kDelta) < kLeastBase ? Verdict::fails : Verdict::open;
  }
  const double half = kDelta / 2;  // for the row, and for the base
  if (lower_end(row, half) >= design_.relative * upper_end(base, half)) return Verdict::holds;
  return upper_end(row, half / static_cast<double>(design_.lengths.size())) <
                 design_.relative * lower_end(base, half)
             ? Verdict::fails
             : Verdict::open;
}

bool Allocation::wanted(std::size_t task, std::size_t length) const {
  const auto undecided = [&](auto rule, std::size_t at) {
    for (std::size_t shorter = 0; shorter < at; ++shorter)
      if ((this->*rule)(task, shorter) == Verdict::fails) return false;
    return (this->*rule)(task, at) == Verdict::open;
  };
  if (rows_[task][length].planned + design_.depths > design_.most) return false;
  if (undecided(&Allocation::absolute, length) || undecided(&Allocation::relative, length)) return true;
  if (length > 0) return false;
  for (std::size_t longer = 1; longer < design_.lengths.size(); ++longer)
    if (undecided(&Allocation::relative, longer)) return true;
  return false;
}

}  // namespace genkai::limits::context::probe
