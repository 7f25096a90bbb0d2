#pragma once
// What the outcomes say: up to which length a model reads, by task and rule, and what its guard makes of it.
//
//   const ProbeReport report = measure(allocation);
//   report.tasks[0].absolute.estimate                  // tokens
//   report.guard.tokens                                // what a prompt is kept within; nothing: no end found

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "limits/context/probe/allocation.h"
#include "stats/share.h"

namespace genkai::limits::context::probe {

/// The longest of the measured lengths such that it and all shorter ones hold; 0: not even the shortest.
struct EffectiveLength {
  std::size_t estimate = 0;  // by the shares as counted
  std::size_t low = 0;       // with 97.5 % the true one is no less
  std::optional<std::size_t>
      below{};  // with 97.5 % it is less than this; nothing: no length was shown to fail
};

struct RowReport {
  std::size_t tokens = 0;
  stats::Share right;             // the interval holds with 95 % whenever the asking ended
  std::vector<Tally> cells;       // by depth; one of a task without depth
  std::vector<std::size_t> weak;  // depths shown to miss both rules, all cells tested together
  Verdict absolute = Verdict::open, relative = Verdict::open;
};

struct TaskReport {
  Task task = Task::needle;
  std::vector<RowReport> rows;  // by length
  EffectiveLength absolute, relative;
  stats::Share blind, constant;
};

/// A prompt is kept within the shortest of what needle and distractors allow, the two tasks that are like
/// answering from passages: the longest length at which the share holds and no depth is weak. By the absolute
/// rule, and by the relative one for a task that the model fails at every length. Never below the shortest
/// length that was measured.
struct GuardLength {
  std::optional<std::size_t> tokens{};  // nothing: no end was found, or nothing that a length would change
  std::string rule{}, task{};           // "absolute", "relative"; what ended it
};

struct ProbeReport {
  std::vector<TaskReport> tasks;
  GuardLength guard;
  std::size_t open = 0;  // rows that neither rule is decided about
};

ProbeReport measure(const Allocation& allocation);

}  // namespace genkai::limits::context::probe
