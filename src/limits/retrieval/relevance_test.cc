#include "limits/retrieval/relevance.h"

#include <gtest/gtest.h>

#include <limits>

namespace genkai::limits::retrieval {
namespace {

core::RetrievalScores scores(float coverage) {
  core::RetrievalScores out;
  out.question_idf = 20;
  out.coverage = out.section_coverage = coverage;
  out.lexical = out.section_lexical = coverage * 20;
  out.fused = coverage * 30;
  return out;
}

TEST(RelevanceTest, GrowsWithWhatThePassageHoldsOfTheQuestion) {
  double last = 0;
  for (const float coverage : {0.0F, 0.25F, 0.5F, 0.75F, 1.0F}) {
    const double p = relevance(scores(coverage), 3);
    EXPECT_GT(p, last) << coverage;
    EXPECT_LT(p, 1);
    last = p;
  }
  EXPECT_LT(relevance(scores(0), 10), off_topic_threshold());
  EXPECT_GT(relevance(scores(1), 0), 0.5);
}

TEST(RelevanceTest, ValuesThatAreNoNumbersCountAsNothing) {
  core::RetrievalScores broken = scores(0.5F);
  broken.lexical = std::numeric_limits<float>::quiet_NaN();
  broken.fused = std::numeric_limits<float>::infinity();
  const double p = relevance(broken, 0);
  EXPECT_TRUE(p >= 0 && p <= 1);
}

}  // namespace
}  // namespace genkai::limits::retrieval
