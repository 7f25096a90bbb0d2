#include "knowledge/vector/rotation.h"

#include <bit>
#include <cmath>

#include "base/rng.h"

namespace genkai::knowledge {
namespace {

void hadamard(float* x, std::size_t n) {
  for (std::size_t half = 1; half < n; half *= 2) {
    for (std::size_t block = 0; block < n; block += 2 * half) {
      for (std::size_t i = block; i < block + half; ++i) {
        const float a = x[i], b = x[i + half];
        x[i] = a + b;
        x[i + half] = a - b;
      }
    }
  }
  const float norm = 1.0F / std::sqrt(static_cast<float>(n));
  for (std::size_t i = 0; i < n; ++i) x[i] *= norm;
}

}  // namespace

Rotation::Rotation(std::uint64_t seed, std::size_t stride)
    : stride_(stride), window_(std::bit_floor(stride)), signs_(kRounds * 2 * stride) {
  base::Rng rng(seed);
  for (auto& sign : signs_) sign = (rng() >> 63) != 0 ? 1.0F : -1.0F;
}

void Rotation::apply(float* vector) const {
  const float* sign = signs_.data();
  const std::size_t windows = window_ == stride_ ? 1 : 2;
  for (std::size_t round = 0; round < kRounds; ++round) {
    for (std::size_t window = 0; window < windows; ++window, sign += stride_) {
      for (std::size_t i = 0; i < stride_; ++i) vector[i] *= sign[i];
      hadamard(vector + (window == 0 ? 0 : stride_ - window_), window_);
    }
  }
}

}  // namespace genkai::knowledge
