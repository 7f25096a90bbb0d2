#pragma once
// Weights of the relevance gate, in the order of relevance_features (relevance.h). Written by
// tools/fit_relevance: learnt on half of the articles of JaQuAD (dev) and XQuAD (en), threshold from a
// quarter.

namespace genkai::limits::retrieval {

constexpr double kRelevanceIntercept = -10.812;
constexpr double kRelevanceWeights[] = {-5.4944, 5.6614, -4.3985, 9.8889, 0.42011,
                                        4.273,   -1.38,  0.46778, 6.7945};
constexpr double kOffTopic = 0.0072652;

}  // namespace genkai::limits::retrieval
