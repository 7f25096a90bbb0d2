#pragma once
// Weights of the relevance gate, in the order of relevance_features (relevance.h).

namespace genkai::limits::retrieval {
constexpr double kRelevanceIntercept = 0;
constexpr double kRelevanceWeights[] = {0, 0, 0, 0, 0, 0, 0, 0, 0};
constexpr double kOffTopic = 0;
}  // namespace genkai::limits::retrieval
