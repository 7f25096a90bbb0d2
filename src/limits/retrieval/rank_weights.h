#pragma once
// Weights of the passage ranking, in the order of Feature (rank.h).
// Written by tools/train_rank/fit.py: learnt on half of the articles of JaQuAD (dev) and XQuAD (en), listwise; recall at
// 1/5/20 on the other half: jaquad alone 0.885/0.980/0.997 (n=2269); xquad alone 0.953/0.996/1.000 (n=258); jaquad mixed 0.884/0.978/0.997 (n=2269); xquad mixed 0.938/0.988/0.992 (n=258).

#include <array>

namespace genkai::limits::retrieval {

// clang-format off
constexpr std::array<float, 9> kWeightsWithDense{11.59F, 4.848F, 5.438F, 1.98F, 1.578F, 0.9891F, 34.56F, 38.83F, 2.8F};
constexpr std::array<float, 9> kWeightsLexicalOnly{8.637F, 1.699F, 5.951F, 3.882F, 0F, 0F, 29.22F, 0F, 7.2F};
// clang-format on

}  // namespace genkai::limits::retrieval
