#include "model/upstream/retry.h"

#include <gtest/gtest.h>

namespace genkai::model {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kNovember1994 = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110

TEST(Retry, Statuses) {
  for (int status : {408, 409, 429, 500, 502, 503, 504, 599}) EXPECT_TRUE(worth_retrying(status)) << status;
  for (int status : {200, 301, 400, 401, 403, 404, 422, 600}) EXPECT_FALSE(worth_retrying(status)) << status;
}

TEST(Retry, DatesOfTheThreeFormats) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), kNovember1994);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), kNovember1994);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), kNovember1994);
  EXPECT_EQ(parse_http_date("  Thu, 29 Feb 2024 00:00:00 GMT"), 1'709'164'800);
  for (const char* wrong : {"", "soon", "Sun, 06 Nov 1994", "Fri, 30 Feb 2024 00:00:00 GMT",
                            "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT"})
    EXPECT_EQ(parse_http_date(wrong), std::nullopt) << wrong;
}

TEST(Retry, SecondsAndDates) {
  EXPECT_EQ(retry_after("2", "", 0), 2s);
  EXPECT_EQ(retry_after(" 0 ", "", 0), 0s);
  EXPECT_EQ(retry_after("1.5", "", 0), 2s);
  for (const char* none : {"", "-1", "soon", "1x", "1.2.3"})
    EXPECT_EQ(retry_after(none, "", 0), std::nullopt);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "", kNovember1994 - 3), 3s);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "", kNovember1994 + 3), 0s) << "in the past";
  EXPECT_GT(retry_after("99999999999999999999999", "", 0), 24h) << "no overflow";
}

TEST(Retry, ADateIsHeldAgainstTheServersOwnClock) {
  // The server's clock is thirty years behind ours, or ahead of it: only the difference counts.
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:40 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 1'732'000'000), 3s);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:40 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 0), 3s);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:40 GMT", "nonsense", kNovember1994), 3s);
}

TEST(Retry, FullJitterStaysBelowItsBoundAndUsesAllOfIt) {
  Backoff backoff(100ms, 1s, 7);
  for (std::size_t retry = 0; retry < 40; ++retry) {
    const auto bound = retry < 4 ? 100ms * (1 << retry) : 1s;
    auto least = std::chrono::microseconds::max(), most = std::chrono::microseconds::min();
    for (int i = 0; i < 400; ++i) {
      const auto wait = backoff.next(retry);
      least = std::min(least, wait);
      most = std::max(most, wait);
    }
    EXPECT_GE(least, 0us);
    EXPECT_LE(most, bound);
    EXPECT_LT(least, bound / 10);
    EXPECT_GT(most, bound * 9 / 10);
  }
  Backoff same(100ms, 1s, 7), again(100ms, 1s, 7);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(same.next(i), again.next(i));
  EXPECT_EQ(Backoff(0ms, 0ms, 1).next(3), 0us);
}

}  // namespace
}  // namespace genkai::model
