#pragma once
// Weights of the passage ranking, in the order of Feature. Learnt by tools/train_rank; see there for data and
// split.

#include <array>

namespace genkai::limits::retrieval {

constexpr std::array<float, 9> kWeightsWithDense{1, 1, 0.5, 0.5, 0.5, 0.5, 2, 2, 2};
constexpr std::array<float, 9> kWeightsLexicalOnly{1, 1, 0.5, 0.5, 0, 0, 2, 0, 2};

}  // namespace genkai::limits::retrieval
