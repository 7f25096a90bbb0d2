#pragma once
// Weights of the passage ranking, in the order of Feature (rank.h).
// Written by tools/train_rank/fit.py: learnt on half of the articles of JaQuAD (dev) and XQuAD (en),
// listwise; recall at 1/5/20 on the other half: jaquad alone 0.888/0.980/0.998 (n=2269); xquad alone
// 0.957/1.000/1.000 (n=258); jaquad mixed 0.887/0.980/0.998 (n=2269); xquad mixed 0.953/0.996/1.000 (n=258).

#include <array>

namespace genkai::limits::retrieval {

// clang-format off
constexpr std::array<float, 9> kWeightsWithDense{6.398, 3.624, 4.918, 1.069, 4.178, 3.067, 26.21, 31.92, 29.67};
constexpr std::array<float, 9> kWeightsLexicalOnly{8.097, 3.838, 4.818, 2.74, 0, 0, 23.96, 0, 11.06};
// clang-format on

}  // namespace genkai::limits::retrieval
