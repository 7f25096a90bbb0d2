#include "limits/retrieval/relevance.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "limits/retrieval/relevance_weights.h"
#include "stats/logistic.h"

namespace genkai::limits::retrieval {

static_assert(std::size(kRelevanceWeights) == kRelevanceFeatures);

RelevanceFeatures relevance_features(const core::RetrievalScores& scores, std::size_t place) {
  const double nats = std::max(1.0, static_cast<double>(scores.question_idf));
  const auto finite = [](double x) { return std::isfinite(x) ? x : 0.0; };
  return {finite(scores.coverage),
          finite(scores.section_coverage),
          finite(scores.lexical / nats),
          finite(scores.section_lexical / nats),
          std::log(nats),
          finite(scores.dense),
          scores.dense != 0 ? 1.0 : 0.0,
          finite(scores.fused / nats),
          1.0 / static_cast<double>(place + 1)};
}

double relevance(const core::RetrievalScores& scores, std::size_t place) {
  const RelevanceFeatures features = relevance_features(scores, place);
  double sum = kRelevanceIntercept;
  for (std::size_t i = 0; i < kRelevanceFeatures; ++i) sum += kRelevanceWeights[i] * features[i];
  return stats::sigmoid(sum);
}

double off_topic_threshold() {
  return kOffTopic;
}

}  // namespace genkai::limits::retrieval
