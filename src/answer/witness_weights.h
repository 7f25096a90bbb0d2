#pragma once
// Weights of the probability that a passage read alone answers (testimony.h), in the order of
// witness_features(); the first is the constant. Written by tools/train_witness/fit.py: fitted to the
// calibrating articles of JaQuAD and XQuAD. On 602 right answers of the reporting articles, at a threshold:
// how often some passage says otherwise, and how often some passage is heard that holds the right answer.
//   0.3   otherwise 0.120   heard 0.844
//   0.4   otherwise 0.066   heard 0.841
//   0.5   otherwise 0.032   heard 0.796
//   0.6   otherwise 0.015   heard 0.738
//   0.7   otherwise 0.003   heard 0.613
//   0.8   otherwise 0.000   heard 0.394

#include <array>

namespace genkai::answer {

// clang-format off
constexpr std::array<double, 8> kWitnessWeights{-3.143, 0.377, -3.078, 4.473, 3.887, 2.347, -3.696, 0.740};
// clang-format on

}  // namespace genkai::answer
