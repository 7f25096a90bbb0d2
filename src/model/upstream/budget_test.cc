#include "model/upstream/budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace genkai::model {
namespace {

Usage tokens(std::uint64_t prompt, std::uint64_t completion, double money = 0) {
  return {.prompt_tokens = prompt, .completion_tokens = completion, .money = money};
}

TEST(Budget, ReservesAndSettles) {
  Budget budget({.tokens = 100, .money = 0});
  auto first = budget.reserve(tokens(30, 30));
  ASSERT_TRUE(first);
  const auto refused = budget.reserve(tokens(30, 11));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Code::resource_exhausted);
  first->settle(tokens(20, 5));
  EXPECT_EQ(budget.spent().prompt_tokens, 20U);
  EXPECT_EQ(budget.spent().completion_tokens, 5U);
  EXPECT_EQ(budget.reserved().prompt_tokens, 0U);
  EXPECT_TRUE(budget.reserve(tokens(30, 45)));
}

TEST(Budget, WhatIsNotSettledIsGivenBack) {
  Budget budget({.tokens = 100, .money = 0});
  {
    auto one = budget.reserve(tokens(100, 0));
    auto moved = std::move(*one);
    EXPECT_EQ(budget.reserved().prompt_tokens, 100U);
  }
  EXPECT_EQ(budget.reserved().prompt_tokens, 0U);
  EXPECT_EQ(budget.spent().prompt_tokens, 0U);
}

TEST(Budget, NothingGoesOnceAllIsSpent) {
  Budget budget({.tokens = 10, .money = 0});
  budget.reserve(tokens(1, 1))->settle(tokens(50, 50));  // it cost more than was thought
  EXPECT_FALSE(budget.reserve({}));
}

TEST(Budget, MoneyAndHugeNumbers) {
  Budget budget({.tokens = 0, .money = 1.0});
  auto one = budget.reserve(tokens(1, 0, 0.75));
  ASSERT_TRUE(one);
  EXPECT_FALSE(budget.reserve(tokens(1, 0, 0.5)));
  one->settle(tokens(1, 0, 0.25));
  EXPECT_TRUE(budget.reserve(tokens(1, 0, 0.5)));
  Budget small({.tokens = 5, .money = 0});
  EXPECT_FALSE(small.reserve(tokens(~std::uint64_t{0}, ~std::uint64_t{0})));
}

TEST(Budget, NeverBeyondTheLimitOnManyThreads) {
  Budget budget({.tokens = 1'000, .money = 0});
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&budget] {
      for (int i = 0; i < 500; ++i)
        if (auto reserved = budget.reserve(tokens(2, 1)); reserved && i % 2 == 0)
          reserved->settle(tokens(2, 1));
    });
  threads.clear();
  const Usage spent = budget.spent();
  EXPECT_LE(spent.prompt_tokens + spent.completion_tokens, 1'000U);
  EXPECT_GE(spent.prompt_tokens + spent.completion_tokens, 990U);
  EXPECT_EQ(budget.reserved().prompt_tokens, 0U);
}

}  // namespace
}  // namespace genkai::model
