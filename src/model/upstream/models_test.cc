#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "model/upstream/chat_model.h"

namespace genkai::model {
namespace {

using base::Code;
using testing::HasSubstr;
using testing::Not;

class ModelUrlTest : public testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("GENKAI_API_KEY");
    ::unsetenv("OPENAI_API_KEY");
  }
  void TearDown() override { SetUp(); }
};

TEST_F(ModelUrlTest, HasPlaceAndName) {
  const auto full = parse_model_url("http://127.0.0.1:8000/v1#llama/3:8b");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->base_url, "http://127.0.0.1:8000/v1");
  EXPECT_EQ(full->model, "llama/3:8b");
  EXPECT_EQ(full->name, "llama/3:8b");
  const auto bare = parse_model_url("HTTPS://[::1]:8000/");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->base_url, "https://[::1]:8000/v1");
  EXPECT_EQ(bare->model, "");
  EXPECT_EQ(bare->name, "[::1]:8000");
  EXPECT_EQ(parse_model_url("http://host/api/openai/v1/")->base_url, "http://host/api/openai/v1");
}

TEST_F(ModelUrlTest, WhatIsNoneIsRefusedWithoutShowingIt) {
  for (const char* url :
       {"", "llama", "ftp://host/v1", "http://", "http:///v1", "http://host:99999/v1", "http://host:port/v1",
        "http://host/v1?key=secretpw", "http://user:secretpw@host/v1", "http://ho st/v1", "http://host/v1\n",
        "http://host/v1#na me", "http://[::1/v1"}) {
    const auto parsed = parse_model_url(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, Code::invalid_argument);
    EXPECT_THAT(parsed.error().message + parsed.error().hint, Not(HasSubstr("secretpw")));
  }
}

TEST_F(ModelUrlTest, TheKeyOfOneHostGoesToNoOther) {
  ::setenv("OPENAI_API_KEY", "sk-open", 1);
  EXPECT_EQ(parse_model_url("https://api.openai.com/v1#m")->key, "sk-open");
  for (const char* other : {"https://api.openai.com.evil.example/v1#m",
                            "https://evil.example/api.openai.com#m", "http://127.0.0.1:8000/v1#m"})
    EXPECT_EQ(parse_model_url(other)->key, "") << other;
  ::setenv("GENKAI_API_KEY", "sk-own", 1);
  EXPECT_EQ(parse_model_url("http://127.0.0.1:8000/v1#m")->key, "sk-own");
}

UpstreamOptions named(const std::string& name, std::vector<std::string> fallback = {}) {
  UpstreamOptions options;
  options.name = name;
  options.base_url = "http://" + name + "/v1/";
  options.fallback = std::move(fallback);
  return options;
}

TEST(Models, ChainsHoldEachOnceInOrder) {
  const auto models =
      Models::create({named("a", {"b", "c"}), named("b", {"d"}), named("c", {"d"}), named("d")}, nullptr);
  ASSERT_TRUE(models) << models.error().message;
  std::string order;
  for (const Upstream* upstream : (*models)->find("a")->chain()) order += upstream->options().name;
  EXPECT_EQ(order, "abdc");
  EXPECT_EQ((*models)->find("a")->chain().front()->options().base_url, "http://a/v1");
  EXPECT_EQ((*models)->find("d")->chain().size(), 1U);
  EXPECT_EQ((*models)->find("e"), nullptr);
  EXPECT_EQ((*models)->all().size(), 4U);
}

TEST(Models, WhatDoesNotGoTogetherIsRefused) {
  UpstreamOptions broken_key = named("a");
  broken_key.key = "sk-secret\r\nx: y";
  const auto refused = [](std::vector<UpstreamOptions> options) {
    const auto models = Models::create(std::move(options), nullptr);
    EXPECT_FALSE(models);
    if (models) return std::string();
    EXPECT_EQ(models.error().code, Code::invalid_argument);
    return models.error().message;
  };
  EXPECT_THAT(refused({named("a"), named("a")}), HasSubstr("two models are called 'a'"));
  EXPECT_THAT(refused({named("a", {"b"})}), HasSubstr("'b' that is not configured"));
  EXPECT_THAT(refused({named("a", {"b"}), named("b", {"a"})}), HasSubstr("its own fallback"));
  EXPECT_THAT(refused({named("a", {"a"})}), HasSubstr("its own fallback"));
  EXPECT_THAT(refused({named("")}), HasSubstr("without a name"));
  EXPECT_THAT(refused({broken_key}), Not(HasSubstr("sk-secret")));
}

}  // namespace
}  // namespace genkai::model
