#include "model/upstream/circuit_breaker.h"

#include <gtest/gtest.h>

namespace genkai::model {
namespace {

using namespace std::chrono_literals;
using Time = CircuitBreaker::Time;

class CircuitBreakerTest : public testing::Test {
 protected:
  void open() {
    for (int i = 0; i < 3; ++i) breaker.begin(now)->fail(now);
    ASSERT_EQ(breaker.state(now), CircuitState::open);
  }
  CircuitBreaker breaker{3, 10s};
  Time now = Time() + 1h;  // moved by the tests
};

TEST_F(CircuitBreakerTest, OpensAfterFailuresInARow) {
  EXPECT_FALSE(breaker.begin(now)->fail(now));
  EXPECT_FALSE(breaker.begin(now)->fail(now));
  breaker.begin(now)->succeed();  // begins to count anew
  EXPECT_FALSE(breaker.begin(now)->fail(now));
  EXPECT_FALSE(breaker.begin(now)->fail(now));
  EXPECT_EQ(breaker.state(now), CircuitState::closed);
  EXPECT_TRUE(breaker.begin(now)->fail(now));
  EXPECT_EQ(breaker.state(now), CircuitState::open);
  EXPECT_FALSE(breaker.begin(now + 9s));
}

TEST_F(CircuitBreakerTest, OneProbeClosesIt) {
  open();
  now += 10s;
  EXPECT_EQ(breaker.state(now), CircuitState::half_open);
  auto probe = breaker.begin(now);
  ASSERT_TRUE(probe);
  EXPECT_TRUE(probe->is_probe());
  EXPECT_FALSE(breaker.begin(now)) << "one at a time";
  probe->succeed();
  EXPECT_EQ(breaker.state(now), CircuitState::closed);
  EXPECT_FALSE(breaker.begin(now)->fail(now)) << "the count began anew";
}

TEST_F(CircuitBreakerTest, AFailedProbeOpensItForAnotherPause) {
  open();
  now += 10s;
  EXPECT_TRUE(breaker.begin(now)->fail(now));
  EXPECT_FALSE(breaker.begin(now + 9s));
  EXPECT_TRUE(breaker.begin(now + 10s));
}

TEST_F(CircuitBreakerTest, AProbeThatIsGivenUpFreesItsPlace) {
  open();
  now += 10s;
  { const auto given_up = breaker.begin(now); }
  EXPECT_TRUE(breaker.begin(now));
}

TEST_F(CircuitBreakerTest, WhatBeganBeforeItOpenedDoesNotCount) {
  auto early = breaker.begin(now), other = breaker.begin(now);
  open();
  early->succeed();
  EXPECT_EQ(breaker.state(now), CircuitState::open);
  now += 9s;
  EXPECT_FALSE(other->fail(now)) << "does not lengthen the pause";
  EXPECT_EQ(breaker.state(now + 1s), CircuitState::half_open);
}

TEST_F(CircuitBreakerTest, AnAttemptCountsOnce) {
  auto attempt = breaker.begin(now);
  for (int i = 0; i < 5; ++i) attempt->fail(now);
  EXPECT_EQ(breaker.state(now), CircuitState::closed);
}

}  // namespace
}  // namespace genkai::model
