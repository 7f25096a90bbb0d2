#pragma once
// Which items are asked next, so that calls go where the length up to which a model reads is still open.
//
//   Allocation allocation(design);
//   for (auto trials = allocation.next(); !trials.empty(); trials = allocation.next())
//     for (const Trial& trial : trials) { ask it; allocation.see(trial, item, right); }
//   allocation.rows(0)[2].all()                        // right and asked, of the first task at the third
//   length
//
// Of each task at each length a block of items is asked: one at each depth, or as many of a task without
// depth. Then block after block wherever neither rule is decided, until it is or `most` is reached; beyond a
// length that failed both rules nothing more is asked.
//
// The tests may be looked at after every block: stats/sequential.h's mixture of likelihood ratios. In a block
// the share right differs from depth to depth; for every alternative the expected factor of a block is at
// most that of its mean share to the power of the block's size (inequality of the means), so the wealth
// against "the mean over depths is at most a" grows no faster than it may.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "limits/context/probe/tasks.h"
#include "text/text.h"

namespace genkai::limits::context::probe {

struct Design {
  std::vector<Task> tasks;
  std::vector<std::size_t> lengths;  // estimated tokens of the text, ascending
  std::size_t depths = 5;            // evenly from 0 to 1, and the size of a block
  double absolute = 0.8;             // share right that a length has to have
  double relative = 0.8;             // or this share of what the shortest length has
  std::size_t most = 40;             // items of a task at a length
  std::size_t blind = 10;            // questions of a task that are asked without the text
  std::size_t budget = SIZE_MAX;     // calls
  text::Language language = text::Language::english;
  std::uint64_t seed = 1;

  double depth(std::size_t index) const {
    return depths < 2 ? 0.5 : static_cast<double>(index) / static_cast<double>(depths - 1);
  }
};

struct Tally {
  std::size_t hits = 0, n = 0;
  double share() const { return n == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(n); }
};

/// Ends of what the share may be, whenever one looks; each end is wrong with probability at most `delta`.
double lower_end(const Tally& tally, double delta);
double upper_end(const Tally& tally, double delta);

enum class Verdict { open, holds, fails };

struct Trial {
  std::size_t task = 0, length = 0, depth = 0;  // indices in the design
  std::size_t number = 0;
  bool blind = false;
};
Item item_of(const Design& design, const Trial& trial);

/// One task at one length.
struct Row {
  std::vector<Tally> cells;  // by depth; one of a task without depth
  std::size_t planned = 0;
  Tally all() const;
};

class Allocation {
 public:
  /// REQUIRES: tasks and lengths, depths > 0.
  explicit Allocation(Design design);

  /// Calls of the first round; the budget has to allow these.
  std::size_t least_calls() const;
  /// Calls that are left at most, when nothing is decided early.
  std::size_t most_calls() const;
  /// Empty: all is decided, or no more is allowed. A trial without a reply need not be seen.
  std::vector<Trial> next();
  void see(const Trial& trial, const Item& item, bool right);

  const Design& design() const { return design_; }
  const std::vector<Row>& rows(std::size_t task) const { return rows_[task]; }
  const Tally& blind(std::size_t task) const { return blind_[task]; }
  /// What the answer that is right most often gets, given to every question.
  Tally constant(std::size_t task) const;
  /// What is known at a length, by the absolute and by the relative rule. The first length is the base of the
  /// relative rule, and fails it where under a quarter is right: then there is nothing to be relative to.
  Verdict absolute(std::size_t task, std::size_t length) const;
  Verdict relative(std::size_t task, std::size_t length) const;

 private:
  bool wanted(std::size_t task, std::size_t length) const;
  void plan_block(std::size_t task, std::size_t length, std::vector<Trial>& trials);

  Design design_;
  std::vector<std::vector<Row>> rows_;
  std::vector<Tally> blind_;
  std::vector<std::map<std::string, std::size_t>> answers_;
  std::size_t planned_ = 0;
  bool begun_ = false;
};

constexpr double kLeastBase = 0.25;
/// Each end of an effective length is wrong with probability at most this.
constexpr double kDelta = 0.025;

}  // namespace genkai::limits::context::probe
