#include "serve/api_error.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "text/utf8.h"

namespace genkai::serve {
namespace {

using base::Code;
using base::Json;

TEST(ApiErrorTest, EveryCodeHasItsStatus) {
  const std::pair<Code, int> expected[] = {{Code::invalid_argument, 400},
                                           {Code::unsupported, 400},
                                           {Code::permission_denied, 401},
                                           {Code::not_found, 404},
                                           {Code::resource_exhausted, 429},
                                           {Code::deadline_exceeded, 504},
                                           {Code::unavailable, 502},
                                           {Code::corrupt, 502},
                                           {Code::already_exists, 500},
                                           {Code::cancelled, 500},
                                           {Code::internal, 500}};
  for (const auto& [code, status] : expected) {
    const ApiError error = api_error({code, "it went wrong", ""});
    EXPECT_EQ(error.status, status) << base::to_string(code);
    EXPECT_EQ(error.message, "it went wrong");
    EXPECT_EQ(error.code, base::to_string(code));
  }
}

TEST(ApiErrorTest, TheHintFollowsTheMessage) {
  EXPECT_EQ(api_error({Code::not_found, "no base called x", "genkai kb list shows them"}).message,
            "no base called x. genkai kb list shows them");
}

TEST(ApiErrorTest, AllFourKeysAreAlwaysThere) {
  const HttpResponse response = to_response(invalid_request("n is from 1 to 8", "n"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(
      response.body,
      R"({"error":{"message":"n is from 1 to 8","type":"invalid_request_error","param":"n","code":null}})");
}

TEST(ApiErrorTest, BrokenAndEndlessTextIsMadeValidAndShort) {
  std::string message = "bad \xff\xfe bytes ";
  for (int i = 0; i < 5'000; ++i) message += "橋";
  const auto body = Json::parse(to_json(invalid_request(message, "\xc3")));
  ASSERT_TRUE(body);
  const std::string text = body->find("error")->string("message");
  EXPECT_TRUE(text::is_valid_utf8(text));
  EXPECT_EQ(text.rfind("bad ", 0), 0U);
  EXPECT_LT(text.size(), 2'010U);
  EXPECT_EQ(text.substr(text.size() - 6), "橋…");
}

}  // namespace
}  // namespace genkai::serve
