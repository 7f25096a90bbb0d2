#include "serve/own_site.h"

#include <gtest/gtest.h>

#include <string>

#include "serve/access.h"

namespace genkai::serve {
namespace {

HttpRequest request(const std::string& host, const std::string& origin = {}) {
  HttpRequest request;
  if (!host.empty()) request.headers.emplace_back("Host", host);
  if (!origin.empty()) request.headers.emplace_back("Origin", origin);
  return request;
}

TEST(OwnSite, KnowsProgramsAndItsOwnPage) {
  for (const char* host : {"", "localhost", "LocalHost:8080", "127.0.0.1:8080", "[::1]:8080", "192.168.1.4"})
    EXPECT_TRUE(from_own_site(request(host))) << host;
  EXPECT_TRUE(from_own_site(request("localhost:8080", "http://localhost:8080")));
  EXPECT_TRUE(from_own_site(request("[::1]:8080", "http://[::1]:8080")));
}

TEST(OwnSite, TurnsPagesOfOthersAway) {
  for (const char* host : {"rebound.example:8080", "127.0.0.1.example", "localhost.example", "1.2.3", "[]"})
    EXPECT_FALSE(from_own_site(request(host))) << host;
  for (const char* origin :
       {"https://elsewhere.example", "http://localhost:3000", "http://localhost", "null", "file://"})
    EXPECT_FALSE(from_own_site(request("localhost:8080", origin))) << origin;
}

TEST(OwnSite, IsAskedForWhereThereAreNoKeys) {
  const auto access = *Access::open({});
  EXPECT_TRUE(access->admit(request("127.0.0.1:8080"), Role::use));
  const auto caller = access->admit(request("127.0.0.1:8080", "https://elsewhere.example"), Role::use);
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().status, 403);
}

}  // namespace
}  // namespace genkai::serve
