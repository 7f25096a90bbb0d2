#pragma once
// A seeded random rotation in O(d log d): rounds of random sign changes and Walsh-Hadamard transforms over
// the first and then the last power of two of the coordinates (Ailon and Chazelle 2009; two windows for other
// dimensions). It spreads a vector's energy evenly, which int8 and 1-bit codes need: their error goes with
// the largest coordinate.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace genkai::knowledge {

class Rotation {
 public:
  /// REQUIRES: dimension > 0. The same seed and dimension give the same rotation on every machine.
  Rotation(std::uint64_t seed, std::size_t dimension);
  std::size_t dimension() const { return dimension_; }
  /// Rotates `dimension` floats in place; lengths and inner products stay. Thread-safe.
  void apply(float* vector) const;

 private:
  static constexpr std::size_t kRounds = 3;
  std::size_t dimension_, window_;
  std::vector<float> signs_;  // [kRounds][1 or 2 windows][dimension], +1 or -1
};

/// `vector` in the one rotated basis that all stored vectors and queries of its dimension share.
std::vector<float> rotated(std::span<const float> vector);

}  // namespace genkai::knowledge
