#pragma once
// A seeded random rotation in O(d log d): rounds of random sign changes and Walsh-Hadamard transforms over
// the first and then the last power of two of the coordinates (Ailon and Chazelle 2009; two windows for other
// dimensions). It spreads a vector's energy evenly, which 1-bit codes need.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace genkai::knowledge {

class Rotation {
 public:
  /// REQUIRES: stride > 0. The same seed and stride give the same rotation on every machine.
  Rotation(std::uint64_t seed, std::size_t stride);
  /// Rotates `stride` floats in place; lengths and inner products stay. Thread-safe.
  void apply(float* vector) const;

 private:
  static constexpr std::size_t kRounds = 3;
  std::size_t stride_, window_;
  std::vector<float> signs_;  // [kRounds][2][stride], +1 or -1
};

}  // namespace genkai::knowledge
