#pragma once
// Softmax crowding: what a relevant key has to stand out by among N, and the N that a margin carries.
//
//   crowding({.tokens = 100'000, .weight = 0.9})->margin;             // ln(N - 1) + logit(p) = 13.7
//   longest_for(10, {.weight = 0.9})->tokens;                         // N* = 2,448
//   longest_for(10, {.weight = 0.9, .scaled_from = 1'024})->tokens;   // with log-N scaling: no limit

#include <cstdint>
#include <optional>

#include "core/grounds.h"

namespace genkai::limits::context::bound {

struct Crowd {
  std::uint64_t tokens = 0;       // N: keys that a query sees
  std::uint64_t relevant = 1;     // k of them share the margin
  double weight = 0.9;            // p: of the attention that they get together
  std::uint64_t scaled_from = 0;  // logits are multiplied by max(1, ln N / ln of this); 0: not scaled
};

struct Crowding {
  double margin = 0;                // least difference of logits between each relevant key and each other one
  double weight_at_one_margin = 0;  // what a margin of 1 gets at this N, for scale
  core::Grounds grounds;
};
/// With k relevant keys a margin m above N - k others, their weight is k e^m / (k e^m + N - k), so
/// m >= ln((N - k) / k) + logit(p), and 1 / scale of it with scaling. Without a common margin it is the least
/// that all others have to lie below the relevant ones by, if all are alike.
/// Errors: invalid_argument unless 1 <= k < N <= 2^53, p is inside (0, 1), and scaled_from is 0 or at
/// least 2.
base::Result<Crowding> crowding(const Crowd& crowd);

/// The weight that a margin gets at N. Errors as above.
base::Result<double> weight_of(double margin, const Crowd& crowd);

struct Longest {
  std::optional<std::uint64_t>
      tokens{};  // N*: the most keys up to which the weight is had; nothing: no limit
  core::Grounds grounds;
};
/// `crowd.tokens` is not used. Unscaled N* = k (1 + e^m (1 - p) / p). Scaled, m ln N / ln N0 has to stay
/// above ln((N - k) / k) + logit(p): with m > ln N0 both grow alike and there may be no limit.
base::Result<Longest> longest_for(double margin, const Crowd& crowd);

}  // namespace genkai::limits::context::bound
