#include "limits/context/probe/measure.h"

#include <algorithm>

namespace genkai::limits::context::probe {
namespace {

class Measuring {
 public:
  explicit Measuring(const Allocation& allocation) : allocation_(allocation), design_(allocation.design()) {
    for (const Task task : design_.tasks)
      if (has_depth(task)) cells_ += design_.lengths.size() * design_.depths;
  }

  TaskReport task(std::size_t index) const {
    TaskReport report;
    report.task = design_.tasks[index];
    for (std::size_t length = 0; length < design_.lengths.size(); ++length)
      report.rows.push_back(row(index, length));
    report.absolute = effective(report, &RowReport::absolute,
                                [&](const RowReport& row) { return row.right.value() >= design_.absolute; });
    report.relative = effective(report, &RowReport::relative,
                                [&](const RowReport& row) { return holds_relative(report, row); });
    const Tally blind = allocation_.blind(index), constant = allocation_.constant(index);
    report.blind = stats::share_of(blind.hits, blind.n);
    report.constant = stats::share_of(constant.hits, constant.n);
    return report;
  }

  GuardLength guard(const std::vector<TaskReport>& tasks) const {
    GuardLength guard;
    for (const TaskReport& report : tasks) {
      if (report.task != Task::needle && report.task != Task::distractors) continue;
      const double base = report.rows.front().right.value();
      const bool absolute = base >= design_.absolute;
      if (base < kLeastBase) continue;
      std::size_t at = 0;
      while (at < report.rows.size() && report.rows[at].right.n > 0 && report.rows[at].weak.empty() &&
             (absolute ? report.rows[at].right.value() >= design_.absolute
                       : holds_relative(report, report.rows[at])))
        ++at;
      if (at == report.rows.size()) continue;
      const std::size_t tokens = design_.lengths[at == 0 ? 0 : at - 1];
      if (!guard.tokens || tokens < *guard.tokens)
        guard = {tokens, absolute ? "absolute" : "relative", std::string(task_name(report.task))};
    }
    return guard;
  }

 private:
  RowReport row(std::size_t task, std::size_t length) const {
    const Row& row = allocation_.rows(task)[length];
    RowReport report;
    report.tokens = design_.lengths[length];
    const Tally all = row.all();
    report.right = {all.hits, all.n, {lower_end(all, kDelta), upper_end(all, kDelta)}};
    report.cells = row.cells;
    const double wanted =
        std::min(design_.absolute, design_.relative * allocation_.rows(task)[0].all().share());
    if (row.cells.size() > 1)
      for (std::size_t depth = 0; depth < row.cells.size(); ++depth)
        if (upper_end(row.cells[depth], 2 * kDelta / static_cast<double>(cells_)) < wanted)
          report.weak.push_back(depth);
    report.absolute = allocation_.absolute(task, length);
    report.relative = allocation_.relative(task, length);
    return report;
  }

  bool holds_relative(const TaskReport& report, const RowReport& row) const {
    const double base = report.rows.front().right.value();
    return base >= kLeastBase && row.right.value() >= design_.relative * base;
  }

  template <class Holds>
  static EffectiveLength effective(const TaskReport& report, Verdict RowReport::*verdict, Holds&& holds) {
    EffectiveLength out;
    bool known = true, counted = true;
    for (const RowReport& row : report.rows) {
      known = known && row.*verdict == Verdict::holds;
      counted = counted && row.right.n > 0 && holds(row);
      if (known) out.low = row.tokens;
      if (counted) out.estimate = row.tokens;
      if (row.*verdict == Verdict::fails && !out.below) out.below = row.tokens;
    }
    return out;
  }

  const Allocation& allocation_;
  const Design& design_;
  std::size_t cells_ = 0;
};

}  // namespace

ProbeReport measure(const Allocation& allocation) {
  const Measuring measuring(allocation);
  ProbeReport report;
  for (std::size_t task = 0; task < allocation.design().tasks.size(); ++task) {
    report.tasks.push_back(measuring.task(task));
    for (const RowReport& row : report.tasks.back().rows)
      report.open += row.absolute == Verdict::open && row.relative == Verdict::open ? 1 : 0;
  }
  report.guard = measuring.guard(report.tasks);
  return report;
}

}  // namespace genkai::limits::context::probe
