#pragma once
// The probability that a passage bears on the question, from what retrieval found of it: a logistic model
// whose weights tools/fit_relevance learns.
//
//   double p = relevance(evidence.scores, place_in_list);

#include <array>
#include <cstddef>

#include "core/evidence.h"

namespace genkai::limits::retrieval {

constexpr std::size_t kRelevanceFeatures = 9;
using RelevanceFeatures = std::array<double, kRelevanceFeatures>;

/// Coverage of the passage and of its section, BM25 of both per nat of the question, log of the question's
/// idf, cosine (0 without vectors), whether there are vectors, fused score per nat, 1 / (place + 1). `place`
/// is 0-based in the ranked list.
RelevanceFeatures relevance_features(const core::RetrievalScores& scores, std::size_t place);

/// In 0 to 1, calibrated on questions like those of JaQuAD and XQuAD.
double relevance(const core::RetrievalScores& scores, std::size_t place);

/// Below this a passage is marked off_topic: chosen so that of the passages that do bear on the question
/// about one in a hundred is marked. The rates are in docs/limits/retrieval.md.
double off_topic_threshold();

}  // namespace genkai::limits::retrieval
