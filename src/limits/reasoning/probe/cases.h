#pragma once
// What the probe of reasoning asks: items drawn by a seed, and one request for each variant of each.
//
//   const Items items = make_items({.count = 40, .seed = 1}, parts);
//   const std::vector<model::asking::Ask> plan = plan_asks(items, options);

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "limits/reasoning/probe/problems.h"
#include "limits/reasoning/probe/statements.h"
#include "limits/reasoning/steps/corruption.h"
#include "model/asking/ask.h"

namespace genkai::limits::reasoning::probe {

struct Parts {
  bool consistency = true, steps = true, variants = true, order = true, irrelevant = true, corruption = true;
};
/// From "order,steps"; all parts when empty. invalid_argument names those that there are.
base::Result<Parts> parse_parts(const std::string& names);

enum class Tongue { english, japanese, both };

struct ProbeOptions {
  Parts parts{};
  std::size_t count = 40;  // problems, rule worlds, and sets of statements of each kind
  std::uint64_t seed = 1;
  Tongue tongue = Tongue::both;  // both: every other item
};

/// A problem as it is, and changed: 1 other names, 2 other numbers, 3 and 4 both.
constexpr std::size_t kVariants = 5;
/// Irrelevant sentences added, by variant.
constexpr std::size_t kIrrelevant[] = {0, 1, 3};

struct Items {
  std::vector<std::vector<Problem>> problems;  // of each item its kVariants
  std::vector<Related> related;
  std::vector<RuleWorld> worlds;
  /// The problems with their exact steps, for the part `corruption`.
  std::vector<steps::WorkedQuestion> worked() const;
};
/// The same options give the same items, and more of them the same and others.
Items make_items(const ProbeOptions& options);

/// key.part and key.wording (variant) are
///   problem      0: a word problem as it is; what variants and irrelevant sentences are compared with
///   blind        0: its question without what is given; the baseline
///   variants     1 to kVariants - 1
///   irrelevant   the index in kIrrelevant, from 1
///   steps        0: the problem, answered step by step
///   statements   the index of the statement in its set
///   order        the order of the premises, 0 to kOrders - 1
///   order_blind  0: the question without premises
///   corruption   steps/corruption.h
/// Deterministic.
std::vector<model::asking::Ask> plan_asks(const Items& items, const ProbeOptions& options);

/// The most items of each kind, at most options.count, whose plan makes no more than `calls`; 0: not one
/// does.
std::size_t count_within(ProbeOptions options, std::size_t calls);

}  // namespace genkai::limits::reasoning::probe
