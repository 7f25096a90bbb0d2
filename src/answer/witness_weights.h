#pragma once
// Weights of the probability that a passage read alone answers (testimony.h), in the order of
// witness_features(); the first is the constant. Written by tools/train_witness/fit.py: fitted to the
// calibrating articles of JaQuAD and XQuAD. On 605 right answers of the reporting articles, at a threshold:
// how often some passage says otherwise, and how often some passage is heard that holds the right answer.
//   0.3   otherwise 0.114   heard 0.808
//   0.4   otherwise 0.066   heard 0.803
//   0.5   otherwise 0.035   heard 0.764
//   0.6   otherwise 0.020   heard 0.704
//   0.7   otherwise 0.010   heard 0.598
//   0.8   otherwise 0.003   heard 0.393

#include <array>

namespace genkai::answer {

// clang-format off
constexpr std::array<double, 8> kWitnessWeights{-3.142, 0.345, -3.194, 4.727, 3.579, 2.288, -3.162, 0.951};
// clang-format on

}  // namespace genkai::answer
