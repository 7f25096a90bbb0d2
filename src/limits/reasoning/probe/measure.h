#pragma once
// What the replies say of how a model reasons: pure functions of items and recorded replies. Intervals hold
// with 95 %; what differs is compared on the same items (McNemar's exact test, paired bootstrap).
//
//   const ProbeReport report = measure(items, replies, options, check_steps);
//   report.order->right[0].value(), report.order->reversed.p

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "limits/reasoning/probe/cases.h"
#include "model/asking/replies.h"
#include "stats/share.h"

namespace genkai::limits::reasoning::probe {

using stats::Share;

/// What an exact check of written steps found.
struct StepVerdict {
  std::optional<std::size_t> first_wrong{};  // 0-based
  std::size_t checked = 0;                   // steps that could be decided
  std::size_t wrong = 0;                     // of these
};
using StepChecker =
    std::function<StepVerdict(const std::string& question, const std::vector<std::string>& steps)>;

/// Two shares of the same items; `difference` is the first less the second.
struct Paired {
  std::size_t only_first = 0, only_second = 0, n = 0;
  double p = 1, difference = 0;
  stats::Interval interval{0, 0};
};

struct ConsistencyReport {
  struct OfKind {
    Kind kind = Kind::negation;
    Share violated;            // of sets whose statements were all answered yes or no
    Share right;               // statements
    Share constant_violated;   // baseline: the answer yes to everything
    double coin_violated = 0;  // baseline: a coin for each statement
    Share constant_right;      // baseline: the better of yes and no to everything
  };
  std::array<OfKind, kKinds.size()> kinds;
};
struct StepReport {
  Share right;               // the stated answer
  Share with_wrong_step;     // of chains of which a step could be checked
  Share wrong_steps;         // of checked steps: the error e of a step
  double predicted = 0;      // mean over these chains of (1 - e)^steps: what independent errors would leave
  Share without_wrong_step;  // what is left
  Share right_when_clean, right_when_wrong;  // of chains without, with a wrong step
  double steps = 0;                          // checked ones a chain, on the mean
  std::size_t unchecked = 0;                 // chains of which no step could be checked
};
struct VariantReport {
  std::array<Share, kVariants> right;  // as it is; names; numbers; both, twice
  Paired names, numbers, both;         // as it is against each; `both` is variant 3
  Share unstable;                      // items right in some variant and wrong in another
  double least = 0, most = 0;          // of the five shares
  double deviation = 0;                // standard deviation of the five
  double by_chance = 0;                // what each item's own share would make of it alone
};
struct OrderReport {
  std::array<Share, kOrders> right;  // of the derivation, reversed, shuffled
  Paired reversed, shuffled;         // the derivation's order against each
  Share blind;                       // without premises
  Share constant;                    // the better of yes and no to everything
};
struct IrrelevantReport {
  std::array<Share, std::size(kIrrelevant)> right;
  Paired one, most;  // without against each
};

struct ProbeReport {
  std::optional<Share> blind, constant;  // of the word problems: without what is given; one number always
  std::optional<ConsistencyReport> consistency;
  std::optional<StepReport> steps;  // nothing without a checker
  std::optional<VariantReport> variants;
  std::optional<OrderReport> order;
  std::optional<IrrelevantReport> irrelevant;
  std::optional<steps::CorruptionReport> corruption;
  std::size_t unusable = 0;  // replies that hold no number, or neither yes nor no; they count as not right
};

/// Deterministic, whatever the order in which the replies came. What has no reply is left out.
ProbeReport measure(const Items& items, const model::asking::Replies& replies, const ProbeOptions& options,
                    const StepChecker& check);

/// The whole number that a short answer ends with; nothing for none, or for one with decimals.
std::optional<std::int64_t> whole_number(const std::string& answer);

}  // namespace genkai::limits::reasoning::probe
