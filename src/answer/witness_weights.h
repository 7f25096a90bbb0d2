#pragma once
// Weights of the probability that a passage read alone answers (testimony.h), in the order of witness_features();
// the first is the constant. Written by tools/train_witness/fit.py: fitted to the calibrating articles of JaQuAD and
// XQuAD. On 362 right answers of the reporting articles, at a threshold: how often some passage says otherwise, and how
// often some passage is heard that holds the right answer.
//   0.3   otherwise 0.122   heard 0.826
//   0.4   otherwise 0.075   heard 0.801
//   0.5   otherwise 0.044   heard 0.757
//   0.6   otherwise 0.030   heard 0.691
//   0.7   otherwise 0.011   heard 0.577
//   0.8   otherwise 0.006   heard 0.406

#include <array>

namespace genkai::answer {

// clang-format off
constexpr std::array<double, 8> kWitnessWeights{-2.269, 0.479, -6.263, 6.896, 3.000, 1.845, -2.935, 1.658};
// clang-format on

}  // namespace genkai::answer
