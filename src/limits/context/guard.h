#pragma once
// The context limit's door: give the drafting model the least evidence that suffices.
//
//   std::vector<core::Evidence> packed = pack(found.evidence, {.tokens = 1500}, trace);

#include <cstddef>
#include <vector>

#include "core/evidence.h"
#include "core/trace.h"

namespace genkai::limits::context {

struct Budget {
  std::size_t tokens = 1500;  // estimated tokens of all passages together
  std::size_t passages = 12;  // no more than this many
  double enough = 0.55;       // passages ranked below this share of the best score are left out
  std::size_t least = 6;      // but this many are kept
  std::size_t aside = 6;      // poisoned passages and near duplicates that stay named
};

/// The best evidence within the budget, best first. Poisoned evidence and near duplicates take no room; they
/// stay at the end of the list, so that later stages can name them.
std::vector<core::Evidence> pack(std::vector<core::Evidence> evidence, const Budget& budget,
                                 core::Trace& trace);

/// Places in `evidence` of what a language model may be shown within `tokens` (estimated, with `overhead` for
/// each passage), best first: no poisoned passage, no near duplicate.
std::vector<std::size_t> fit(const std::vector<core::Evidence>& evidence, std::size_t tokens,
                             std::size_t overhead);

}  // namespace genkai::limits::context
