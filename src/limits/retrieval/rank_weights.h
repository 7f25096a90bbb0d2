#pragma once
// Weights of the passage ranking, in the order of Feature (rank.h).
// Written by tools/train_rank/fit.py: learnt on half of the articles of JaQuAD (dev) and XQuAD (en), listwise; recall at
// 1/5/20 on the other half: jaquad alone 0.885/0.980/0.997 (n=2269); xquad alone 0.953/0.996/1.000 (n=258); jaquad mixed 0.884/0.978/0.997 (n=2269); xquad mixed 0.938/0.988/0.992 (n=258).

#include <array>

namespace genkai::limits::retrieval {

// clang-format off
constexpr std::array<float, 9> kWeightsWithDense{11.59, 4.848, 5.438, 1.98, 1.578, 0.9891, 34.56, 38.83, 2.8};
constexpr std::array<float, 9> kWeightsLexicalOnly{8.637, 1.699, 5.951, 3.882, 0, 0, 29.22, 0, 7.2};
// clang-format on

}  // namespace genkai::limits::retrieval
