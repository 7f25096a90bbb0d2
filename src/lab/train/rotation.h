#pragma once
// The angles of rotary positions.
//
//   Rotations rotations;
//   const Rotation& table = rotations.of(head_size, positions, 10000.0F);

#include <cstddef>
#include <deque>

#include "lab/train/arena.h"

namespace genkai::lab::train {

/// Cosine and signed sine of the angle of each pair at each position: x[i] cosine[i] + x[i ^ 1] sine[i]
/// rotates.
struct Rotation {
  std::size_t head_size, positions;
  float theta;
  Floats cosine, sine;  // [positions][head_size]
};

class Rotations {
 public:
  /// At least so many positions. Kept; addresses stay.
  const Rotation& of(std::size_t head_size, std::size_t positions, float theta);

 private:
  std::deque<Rotation> made_;
};

}  // namespace genkai::lab::train
