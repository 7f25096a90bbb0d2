#include "knowledge/vector/rotation.h"

#include <bit>
#include <cmath>
#include <optional>

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

Rotation::Rotation(std::uint64_t seed, std::size_t dimension)
    : dimension_(dimension), window_(std::bit_floor(dimension)), signs_(kRounds * 2 * dimension) {
  base::Rng rng(seed);
  for (auto& sign : signs_) sign = (rng() >> 63) != 0 ? 1.0F : -1.0F;
}

void Rotation::apply(float* vector) const {
  const float* sign = signs_.data();
  const std::size_t windows = window_ == dimension_ ? 1 : 2;
  for (std::size_t round = 0; round < kRounds; ++round) {
    for (std::size_t window = 0; window < windows; ++window, sign += dimension_) {
      for (std::size_t i = 0; i < dimension_; ++i) vector[i] *= sign[i];
      hadamard(vector + (window == 0 ? 0 : dimension_ - window_), window_);
    }
  }
}

std::vector<float> rotated(std::span<const float> vector) {
  constexpr std::uint64_t kSeed = 0x726F74617465;  // part of the format: other seeds are other bases
  std::vector<float> result(vector.begin(), vector.end());
  if (result.empty()) return result;
  thread_local std::optional<Rotation> rotation;  // drawing the signs costs as much as a rotation
  if (!rotation || rotation->dimension() != result.size()) rotation.emplace(kSeed, result.size());
  rotation->apply(result.data());
  return result;
}

}  // namespace genkai::knowledge
