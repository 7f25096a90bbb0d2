#pragma once
// What of a stated context can be counted on, from the distance over which a score halves, or by a rule of
// thumb from the trained length.
//
//   effective_context({.half = 8'000, .at_start = 0.95}, 0.85)->tokens;   // 1,283
//   usual_share(131'072, 0.5).tokens;                                     // 65,536

#include <cstdint>

#include "core/grounds.h"

namespace genkai::limits::context::bound {

struct HalfLife {
  double half = 0;      // tokens after which the score is half of what it was
  double at_start = 1;  // at no distance
};

struct Effective {
  double tokens = 0;
  core::Grounds grounds;
};

/// N with at_start 2^(-N / half) = wanted; 0 when it starts below. Errors: invalid_argument unless half > 0
/// and both scores are in (0, 1].
base::Result<Effective> effective_context(const HalfLife& decay, double wanted);

/// share x trained: an observation, no bound. Errors: invalid_argument unless share is in (0, 1].
base::Result<Effective> usual_share(std::uint64_t trained, double share);

}  // namespace genkai::limits::context::bound
