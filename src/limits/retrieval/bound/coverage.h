#pragma once
// How much of what a question needs fits into a number of tokens, at best.
//
//   coverage_ceiling(std::vector<Need>{{.tokens = 60}, {.tokens = 60}, {.tokens = 300}}, 150)->value;  //
//   0.677 coverage_ceiling(40, 60, 1500)->whole;                                            // 25 of 40 equal
//   ones

#include <cstdint>
#include <optional>
#include <span>

#include "core/grounds.h"

namespace genkai::limits::retrieval::bound {

/// A fact, concept or document that the answer needs, and the tokens that stating it takes.
struct Need {
  double tokens = 0;
  double weight = 1;  // how much it counts
};

struct CoverageCeiling {
  double value = 0;          // no choice within the budget covers a larger share of the weight
  double reachable = 0;      // a choice of whole needs that covers this share exists
  double needed_tokens = 0;  // to cover all
  double budget = 0;
  std::uint64_t needs = 0;
  std::optional<std::uint64_t> whole{};  // of equal needs: how many fit whole
  core::Grounds grounds;
};

/// The ceiling is the fractional knapsack: needs by weight per token, the last one cut (Dantzig 1957). What
/// is reachable is the same order with what does not fit left out, or the best single need: at least half of
/// the best. Errors: invalid_argument without a need, when a number is negative or not finite, or when no
/// need has a weight.
base::Result<CoverageCeiling> coverage_ceiling(std::span<const Need> needs, double budget);

/// `needs` equal ones of `tokens` each: floor(budget / tokens) of them fit, which is exact.
base::Result<CoverageCeiling> coverage_ceiling(std::uint64_t needs, double tokens, double budget);

}  // namespace genkai::limits::retrieval::bound
