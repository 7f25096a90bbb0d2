#pragma once
// How many passages somebody may inject or change without changing an answer that passages vote for.
//
//   robustness({.answer = 9, .other = 2, .listed = 12})->injected;             // 3
//   robustness({.answer = 9, .other = 2, .listed = 12})->modified;             // 3

#include <cstdint>
#include <optional>

#include "core/grounds.h"

namespace genkai::limits::retrieval::bound {

struct Votes {
  std::uint64_t answer = 0;                 // passages that vote for the answer
  std::uint64_t other = 0;                  // for the best of all other answers
  std::uint64_t listed = 0;                 // passages in the list; those that vote for nothing included
  std::optional<std::uint64_t> capacity{};  // passages that the list can hold; by default as many as it has
};

struct Robustness {
  bool leads = false;          // the answer has more votes than any other now
  std::int64_t lead = 0;       // answer - other
  std::uint64_t injected = 0;  // that cannot change it
  std::uint64_t modified = 0;  // changed, that cannot change it
  core::Grounds grounds;
};

/// After j injected passages, each a vote for one other answer that pushes the last passage off a full list
/// (at worst one that voted for the answer), the answer has answer - p votes, p = max(0, listed + j -
/// capacity), and the other other + j: j is safe while for each j' <= j the first is larger. A changed
/// passage moves two: answer - m > other + m. Errors: invalid_argument when there are more votes than
/// passages, or more passages than capacity.
base::Result<Robustness> robustness(const Votes& votes);

}  // namespace genkai::limits::retrieval::bound
