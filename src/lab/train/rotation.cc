#include "lab/train/rotation.h"

#include <bit>
#include <cmath>

namespace genkai::lab::train {

const Rotation& Rotations::of(std::size_t head_size, std::size_t positions, float theta) {
  for (const Rotation& r : made_)
    if (r.head_size == head_size && r.theta == theta && r.positions >= positions) return r;
  Rotation& made = made_.emplace_back();
  made.head_size = head_size;
  made.positions = std::bit_ceil(positions);
  made.theta = theta;
  made.cosine.resize(made.positions * head_size);
  made.sine.resize(made.positions * head_size);
  for (std::size_t i = 0; i < head_size; i += 2) {
    const double frequency =
        std::pow(static_cast<double>(theta), -static_cast<double>(i) / static_cast<double>(head_size));
    for (std::size_t p = 0; p < made.positions; ++p) {
      const double angle = static_cast<double>(p) * frequency;
      const std::size_t pair = p * head_size + i;
      made.cosine[pair] = made.cosine[pair + 1] = static_cast<float>(std::cos(angle));
      made.sine[pair] = static_cast<float>(-std::sin(angle));
      made.sine[pair + 1] = static_cast<float>(std::sin(angle));
    }
  }
  return made;
}

}  // namespace genkai::lab::train
