#pragma once
// What a position encoding alone does to a pair of tokens at a distance, summed exactly.
//
//   const auto decay = rotary({.size = 128, .base = 10'000}, 4'096);
//   decay->at(1'000)                    // mean of cos(theta_i d): 1 at distance 0
//   decay->first_below(0.5)             // 11
//   alibi(8)->reach(0, 0.01)            // of the first head's slope 1/2: e^(-d/2) falls below 1 % at 10

#include <cstdint>
#include <vector>

#include "core/grounds.h"

namespace genkai::limits::context::bound {

struct Rotation {
  std::uint64_t size = 128;  // of a head (RoPE), or the width of the model (sinusoidal); even
  double base = 10'000;
  double stretch = 1;  // positions are divided by this (position interpolation)
};

struct Decay {
  /// A(d) = 2/size sum over i < size/2 of cos(d base^(-2i/size) / stretch), in [-1, 1].
  double at(std::uint64_t distance) const;
  /// The first distance with A below `share`, looked for up to `most`; 0 when there is none.
  std::uint64_t first_below(double share, std::uint64_t most = 1 << 20) const;
  std::uint64_t pairs() const { return angles.size(); }

  std::vector<double> angles;    // radians a token, falling
  std::uint64_t incomplete = 0;  // pairs that turn less than once within the trained length
  double longest_turn = 0;       // tokens of a turn of the slowest pair
  core::Grounds grounds;
};
/// `trained` 0: not known, `incomplete` is then 0. Errors: invalid_argument unless size is even and at most
/// 65,536, base > 1 and stretch >= 1.
base::Result<Decay> rotary(const Rotation& rotation, std::uint64_t trained);
/// The dot product of the encodings of two positions over their squared length: the same sum over the width.
base::Result<Decay> sinusoidal(const Rotation& rotation, std::uint64_t trained);

struct Slopes {
  /// The distance at which head `head`'s factor e^(-slope d) falls below `share`.
  double reach(std::size_t head, double share) const;
  std::vector<double> slopes;  // of the heads
  core::Grounds grounds;
};
/// Slopes 2^(-8h/heads) for a power of two, else as Press et al. interleave them. Errors: invalid_argument
/// unless heads are from 1 to 1,024.
base::Result<Slopes> alibi(std::uint64_t heads);

}  // namespace genkai::limits::context::bound
