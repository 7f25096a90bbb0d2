#include "limits/retrieval/bound/bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/rng.h"

namespace genkai::limits::retrieval::bound {
namespace {

TEST(RecallBound, CountsTheFirstRanksUpToK) {
  const std::vector<FirstRank> ranks{1, 3, 0, 7, 1, 20, 0, 2};
  const std::vector<std::uint64_t> ks{1, 5, 20, 1000};
  const auto ceilings = recall_ceilings(ranks, ks);
  ASSERT_TRUE(ceilings);
  const std::vector<std::uint64_t> hits{2, 4, 6, 6};
  for (std::size_t i = 0; i < ks.size(); ++i) {
    EXPECT_EQ((*ceilings)[i].hits, hits[i]);
    EXPECT_DOUBLE_EQ((*ceilings)[i].value, static_cast<double>(hits[i]) / 8);
    EXPECT_GE((*ceilings)[i].grounds.assumptions.size(), 2U);
  }
  // Clopper and Pearson for 87 of 100, from tables.
  EXPECT_NEAR(recall_ceiling(87, 100)->interval.low, 0.7880, 5e-4);
  EXPECT_NEAR(recall_ceiling(87, 100)->interval.high, 0.9289, 5e-4);
  EXPECT_EQ(recall_ceiling(0, 10)->interval.low, 0);
  EXPECT_FALSE(recall_ceiling(3, 2));
  EXPECT_FALSE(recall_ceiling(0, 0));
  EXPECT_FALSE(recall_ceiling(1, 2, 1.0));
  EXPECT_FALSE(recall_ceilings(ranks, std::vector<std::uint64_t>{0}));
}

// A reader that answers rightly only where the passage is among the first k is never above the ceiling.
TEST(RecallBound, IsNotExceededByAnyReaderOfTheFirstK) {
  base::Rng rng(3);
  for (int run = 0; run < 50; ++run) {
    std::vector<FirstRank> ranks(60);
    for (FirstRank& rank : ranks) rank = rng.below(12);
    const std::vector<std::uint64_t> ks{1 + rng.below(12)};
    const double skill = rng.uniform();
    double right = 0;
    for (const FirstRank rank : ranks) right += rank > 0 && rank <= ks[0] && rng.uniform() < skill ? 1 : 0;
    EXPECT_LE(right / 60, recall_ceilings(ranks, ks)->front().value);
  }
}

TEST(CoverageBound, IsAboveEveryChoiceAndWhatItCallsReachableIs) {
  base::Rng rng(5);
  for (int run = 0; run < 300; ++run) {
    std::vector<Need> needs(1 + rng.below(10));
    double total = 0, tokens = 0;
    for (Need& need : needs) {
      need = {static_cast<double>(rng.below(50)), 0.05 + rng.uniform()};
      total += need.weight, tokens += need.tokens;
    }
    const double budget = std::floor(tokens * rng.uniform());
    double best = 0;
    for (std::size_t set = 0; set < (std::size_t{1} << needs.size()); ++set) {
      double cost = 0, weight = 0;
      for (std::size_t i = 0; i < needs.size(); ++i)
        if ((set >> i & 1U) != 0) cost += needs[i].tokens, weight += needs[i].weight;
      if (cost <= budget) best = std::max(best, weight);
    }
    const auto ceiling = coverage_ceiling(needs, budget);
    ASSERT_TRUE(ceiling);
    EXPECT_GE(ceiling->value, best / total - 1e-12);
    EXPECT_LE(ceiling->reachable, best / total + 1e-12);
    EXPECT_GE(ceiling->reachable, best / total / 2 - 1e-12);
  }
}

TEST(CoverageBound, ByHand) {
  const std::vector<Need> needs{{60, 1}, {60, 1}, {300, 1}};
  EXPECT_DOUBLE_EQ(coverage_ceiling(needs, 150)->value, (2 + 0.1) / 3);
  EXPECT_DOUBLE_EQ(coverage_ceiling(needs, 150)->reachable, 2.0 / 3);
  EXPECT_DOUBLE_EQ(coverage_ceiling(needs, 0)->value, 0);
  EXPECT_DOUBLE_EQ(coverage_ceiling(needs, 1e9)->value, 1);
  const auto equal = coverage_ceiling(40, 60, 1500);
  EXPECT_EQ(equal->whole, 25U);
  EXPECT_DOUBLE_EQ(equal->value, 25.0 / 40);
  EXPECT_FALSE(coverage_ceiling(std::vector<Need>{}, 10));
  EXPECT_FALSE(coverage_ceiling(std::vector<Need>{{5, 0}}, 10));
  EXPECT_FALSE(coverage_ceiling(std::vector<Need>{{-5, 1}}, 10));
  EXPECT_FALSE(coverage_ceiling(std::vector<Need>{{5, NAN}}, 10));
  EXPECT_FALSE(coverage_ceiling(needs, INFINITY));
  EXPECT_FALSE(coverage_ceiling(0, 60, 1500));
  EXPECT_FALSE(coverage_ceiling(3, 0, 1500));
}

TEST(FailureBound, IsTheProductAndLiesWithinWhatAnyDependenceAllows) {
  EXPECT_NEAR(failure(0.9, 0.8)->value, 0.28, 1e-12);
  EXPECT_NEAR(failure(0.9, 0.8)->any_dependence.low, 0.2, 1e-12);
  EXPECT_NEAR(failure(0.9, 0.8)->any_dependence.high, 0.3, 1e-12);
  EXPECT_EQ(failure(0.2, 0.3)->any_dependence.high, 1);
  for (double found = 0; found <= 1; found += 0.125)
    for (double used = 0; used <= 1; used += 0.125) {
      const auto out = failure(found, used);
      EXPECT_GE(out->value, out->any_dependence.low - 1e-12);
      EXPECT_LE(out->value, out->any_dependence.high + 1e-12);
    }
  EXPECT_FALSE(failure(1.2, 0.5));
  EXPECT_FALSE(failure(0.5, NAN));
}

TEST(FailureBound, IntervalsCoverAsOftenAsTheySay) {
  base::Rng rng(11);
  const double found = 0.85, used = 0.7;
  int covered = 0;
  constexpr int kRuns = 2000;
  for (int run = 0; run < kRuns; ++run) {
    Counted first{0, 80}, second{0, 60};
    for (std::uint64_t i = 0; i < first.n; ++i) first.successes += rng.uniform() < found ? 1 : 0;
    for (std::uint64_t i = 0; i < second.n; ++i) second.successes += rng.uniform() < used ? 1 : 0;
    const auto out = failure(first, second, 0.9);
    covered += out->interval->low <= 1 - found * used && 1 - found * used <= out->interval->high ? 1 : 0;
    EXPECT_LE(out->any_dependence.low, out->interval->low + 1e-12);
    EXPECT_GE(out->any_dependence.high, out->interval->high - 1e-12);
  }
  EXPECT_GE(covered, 0.9 * kRuns);
  EXPECT_FALSE(failure(Counted{3, 2}, Counted{1, 2}));
  EXPECT_FALSE(failure(Counted{0, 0}, Counted{1, 2}));
}

// The attacker's best moves, one by one.
bool holds(const Votes& votes, std::uint64_t injected, std::uint64_t modified) {
  std::int64_t answer = static_cast<std::int64_t>(votes.answer),
               other = static_cast<std::int64_t>(votes.other);
  const std::uint64_t capacity = votes.capacity.value_or(votes.listed);
  std::uint64_t listed = votes.listed;
  for (std::uint64_t j = 0; j < injected; ++j) {
    if (listed == capacity)
      --answer;
    else
      ++listed;
    ++other;
    if (answer <= other) return false;
  }
  answer -= static_cast<std::int64_t>(modified), other += static_cast<std::int64_t>(modified);
  return answer > other;
}

TEST(PoisoningBound, IsExactlyWhatTheWorstAttackerNeedsMoreThan) {
  for (std::uint64_t answer = 0; answer <= 12; ++answer)
    for (std::uint64_t other = 0; other <= 12; ++other)
      for (std::uint64_t silent : {0U, 3U})
        for (std::uint64_t room : {0U, 1U, 4U, 30U}) {
          const Votes votes{answer, other, answer + other + silent, answer + other + silent + room};
          const auto out = robustness(votes);
          ASSERT_TRUE(out);
          EXPECT_EQ(out->leads, answer > other);
          if (!out->leads) {
            EXPECT_EQ(out->injected + out->modified, 0U);
            continue;
          }
          EXPECT_TRUE(holds(votes, out->injected, 0));
          EXPECT_FALSE(holds(votes, out->injected + 1, 0)) << answer << " " << other << " " << room;
          EXPECT_TRUE(holds(votes, 0, out->modified));
          EXPECT_FALSE(holds(votes, 0, out->modified + 1));
        }
  EXPECT_FALSE(robustness({5, 3, 7, {}}));
  EXPECT_FALSE(robustness({5, 3, 9, 8}));
  EXPECT_FALSE(robustness({UINT64_MAX, 1, UINT64_MAX, {}}));
}

TEST(BoundTables, ReadRanksAndNeeds) {
  std::istringstream ranks(
      "\xEF\xBB\xBF"
      "1\r\nq2\t4\n\n-\n0\n12");
  EXPECT_EQ(*read_ranks(ranks), (std::vector<FirstRank>{1, 4, 0, 0, 12}));
  std::istringstream needs("60\n40\t2.5\n 7 \t 1e1 \n");
  const auto read = read_needs(needs);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[1].tokens, 40);
  EXPECT_EQ((*read)[1].weight, 2.5);
  EXPECT_EQ((*read)[2].weight, 10);
  for (const std::string text :
       {"", "\n\n", "1\n-2\n", "1\n2.5\n", "one", "99999999999999999999999", "1 2"}) {
    std::istringstream in(text);
    EXPECT_FALSE(read_ranks(in)) << text;
  }
  for (const std::string text : {"", "x\n", "1\tmuch\n", "inf\n", "1\tnan\n"}) {
    std::istringstream in(text);
    EXPECT_FALSE(read_needs(in)) << text;
  }
  std::istringstream wide("1\n" + std::string(5000, '1') + "\n");
  EXPECT_NE(read_ranks(wide).error().message.find("line 2"), std::string::npos);
}

}  // namespace
}  // namespace genkai::limits::retrieval::bound
