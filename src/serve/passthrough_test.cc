#include "serve/passthrough.h"

#include <gtest/gtest.h>

namespace genkai::serve {
namespace {

using base::Json;

TEST(Passthrough, TheRequestGoesOnWithTheEndpointsOwnName) {
  EXPECT_EQ(request_for(R"({"model":"local", "x" : 1.0})", "llama \"3\"", false),
            R"({"model":"llama \"3\"", "x" : 1.0})");
  EXPECT_EQ(request_for(R"({"model":"a","stream":true})", "b", true),
            R"({"model":"b","stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(request_for(R"({"stream_options":{"include_usage":false,"y":1},"model":"a"})", "b", true),
            R"({"stream_options":{"include_usage":true,"y":1},"model":"b"})");
}

TEST(Passthrough, EventsChangeOnlyInTheirModel) {
  std::optional<model::Usage> usage;
  EXPECT_EQ(event_for(R"({"id":"1","choices":[{"delta":{"content":"\"model\":\"x\""}}],"model":"llama"})",
                      "\"local\"", false, usage),
            "data: {\"id\":\"1\",\"choices\":[{\"delta\":{\"content\":\"\\\"model\\\":\\\"x\\\"\"}}],"
            "\"model\":\"local\"}\n\n");
  EXPECT_FALSE(usage);
}

TEST(Passthrough, UsageIsSeenButShownOnlyToThoseWhoAsked) {
  const std::string_view last =
      R"({"choices":[ ],"model":"a","usage":{"prompt_tokens":3,"completion_tokens":4}})";
  std::optional<model::Usage> usage;
  EXPECT_EQ(event_for(last, "\"b\"", false, usage), "");
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->prompt_tokens, 3U);
  EXPECT_EQ(usage->completion_tokens, 4U);
  EXPECT_NE(event_for(last, "\"b\"", true, usage).find("\"usage\":{\"prompt_tokens\":3"), std::string::npos);
  // Some tell it along with a choice, or a null before it.
  EXPECT_EQ(event_for(R"({"choices":[{"index":0}],"usage":{"prompt_tokens":3}})", "\"b\"", false, usage),
            "data: {\"choices\":[{\"index\":0}]}\n\n");
  EXPECT_EQ(event_for(R"({"choices":[{"index":0}],"usage":null})", "\"b\"", false, usage),
            "data: {\"choices\":[{\"index\":0}]}\n\n");
}

TEST(Passthrough, AnEventOfSeveralLinesStaysOneEvent) {
  std::optional<model::Usage> usage;
  EXPECT_EQ(event_for("{\"choices\":[{}],\n\"model\":\"a\"}", "\"b\"", false, usage),
            "data: {\"choices\":[{}],\ndata: \"model\":\"b\"}\n\n");
}

TEST(Passthrough, RefusalsKeepTheEndpointsWordsWithAllFourKeys) {
  const std::string whole = R"({"error":{"message":"too hot","type":"t","param":"temperature","code":null}})";
  const HttpResponse same = refusal_for(400, whole, "");
  EXPECT_EQ(same.status, 400);
  EXPECT_EQ(same.body, whole);
  const auto completed = Json::parse(refusal_for(422, R"({"error":{"message":"no"}})", "").body);
  for (const char* key : {"message", "type", "param", "code"})
    EXPECT_NE(completed->find("error")->find(key), nullptr) << key;
  const auto wrapped = Json::parse(refusal_for(500, "<html>oops</html>", "").body);
  EXPECT_EQ(wrapped->find("error")->string("type"), "api_error");
  EXPECT_EQ(wrapped->find("error")->string("message").find("oops"), std::string::npos);
}

TEST(Passthrough, TheGatewaysOwnKeyIsNotTheClientsBusiness) {
  for (const int status : {401, 403, 302}) {
    const HttpResponse response =
        refusal_for(status, R"({"error":{"message":"Incorrect API key sk-ab***yz","type":"x"}})", "3");
    EXPECT_EQ(response.status, 502);
    EXPECT_EQ(response.body.find("sk-"), std::string::npos);
    EXPECT_TRUE(response.headers.empty());
  }
  const HttpResponse limited = refusal_for(429, R"({"error":{"message":"slow down"}})", "3");
  ASSERT_EQ(limited.headers.size(), 1U);
  EXPECT_EQ(limited.headers[0], (std::pair<std::string, std::string>("retry-after", "3")));
}

}  // namespace
}  // namespace genkai::serve
