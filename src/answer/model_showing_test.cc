#include "answer/model_showing.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace genkai::answer {
namespace {

using limits::context::Order;

class ModelShowingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai-showing-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    ::setenv("GENKAI_HOME", folder_.c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("GENKAI_HOME");
    std::filesystem::remove_all(folder_);
  }
  static void save(const std::string& model, const std::string& text) {
    ASSERT_TRUE(base::create_folders(probe_file("retrieval", model).parent_path()));
    ASSERT_TRUE(base::write_file_atomically(probe_file("retrieval", model), text));
  }
  static limits::context::Showing shown(const ShowingChoice& choice = {}, const std::string& name = "llama") {
    return showing_of({name, "llama"}, choice);
  }
  base::Path folder_;
};

TEST_F(ModelShowingTest, WithoutAProbeNothingDiffersFromTheDefault) {
  const auto showing = shown();
  EXPECT_EQ(showing.order, Order::edges);
  EXPECT_EQ(showing.effective_tokens, SIZE_MAX);
  EXPECT_EQ(showing.why, "by default");
  EXPECT_EQ(describe(showing), "");
}

TEST_F(ModelShowingTest, TheOrderThatWasFoundBestIsTaken) {
  for (const Order order : {Order::edges, Order::best_first, Order::best_last}) {
    const std::string name(limits::context::order_name(order));
    save("llama", R"({"probe":"retrieval","order":{"best":")" + name + "\"}}\n");
    EXPECT_EQ(shown().order, order);
    EXPECT_EQ(shown().why, "measured for llama");
  }
  save("llama", R"({"probe":"retrieval","order":{"best":null}})");
  EXPECT_EQ(shown().order, Order::edges);
  EXPECT_EQ(shown().why, "no difference measured for llama");
  save("llama", R"({"probe":"retrieval","conflict":{}})");
  EXPECT_EQ(shown().why, "by default") << "the order was not asked about";
}

TEST_F(ModelShowingTest, TheLengthOfTheProbeOfContextIsALimit) {
  const auto save_context = [](const std::string& model, const std::string& text) {
    ASSERT_TRUE(base::create_folders(probe_file("context", model).parent_path()));
    ASSERT_TRUE(base::write_file_atomically(probe_file("context", model), text));
  };
  save("llama", R"({"probe":"retrieval","order":{"best":"best_last"},"effective_tokens":3000})");
  save_context("llama", R"({"probe":"context","effective_tokens":1200})");
  EXPECT_EQ(shown().effective_tokens, 1'200U);
  EXPECT_EQ(shown().tokens_why, "measured for llama");
  EXPECT_EQ(shown().order, Order::best_last) << "each probe says its own";
  EXPECT_EQ(shown({.effective_tokens = 500}).tokens_why, "as set");
  EXPECT_EQ(shown({.effective_tokens = 5'000}).effective_tokens, 5'000U);
  save_context("llama", R"({"probe":"context","effective_tokens":null})");
  EXPECT_EQ(shown().effective_tokens, 3'000U) << "no end was found";
  for (const char* broken : {R"({"probe":"retrieval","effective_tokens":10})", "{", "",
                             R"({"probe":"context","effective_tokens":-4})"}) {
    save_context("llama", broken);
    EXPECT_EQ(shown().effective_tokens, 3'000U) << broken;
  }
  save_context("mine", R"({"probe":"context","effective_tokens":700})");
  EXPECT_EQ(shown({}, "mine").effective_tokens, 700U) << "our name goes before the endpoint's";
}

TEST_F(ModelShowingTest, AMeasuredLengthIsALimit) {
  save("llama", R"({"probe":"retrieval","effective_tokens":3000})");
  EXPECT_EQ(shown().effective_tokens, 3'000U);
  EXPECT_EQ(shown().order, Order::edges);
}

TEST_F(ModelShowingTest, AMalformedProbeLeavesTheDefaults) {
  const std::string deep(100'000, '[');
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string("\xff\xfe"),
        deep, std::string(R"({"order":{"best":"best_first"}})"),
        std::string(R"({"probe":"facts","order":{"best":"best_first"}})"),
        std::string(R"({"probe":"retrieval","order":{"best":"sideways"}})"),
        std::string(R"({"probe":"retrieval","order":{"best":1}})"),
        std::string(R"({"probe":"retrieval","order":"best_first"})"),
        std::string(R"({"probe":"retrieval","order":{"best":"best_first"},"effective_tokens":0})"),
        std::string(R"({"probe":"retrieval","order":{"best":"best_first"},"effective_tokens":1e300})"),
        std::string(R"({"probe":"retrieval","order":{"best":"best_first"},"effective_tokens":"many"})")}) {
    save("llama", text);
    const auto showing = shown();
    EXPECT_EQ(showing.order, Order::edges) << text.substr(0, 80);
    EXPECT_EQ(showing.effective_tokens, SIZE_MAX) << text.substr(0, 80);
    EXPECT_EQ(showing.why, "by default") << text.substr(0, 80);
  }
  std::filesystem::remove(probe_file("retrieval", "llama"));
  std::filesystem::create_directories(probe_file("retrieval", "llama"));
  EXPECT_EQ(shown().why, "by default") << "a folder is no probe";
}

TEST_F(ModelShowingTest, WhatIsSetOverrulesWhatWasMeasured) {
  save("llama", R"({"probe":"retrieval","order":{"best":"best_first"},"effective_tokens":3000})");
  const auto showing =
      shown({.order = Order::best_last, .effective_tokens = 500, .recite = true, .compress = true});
  EXPECT_EQ(showing.order, Order::best_last);
  EXPECT_EQ(showing.why, "as set");
  EXPECT_EQ(showing.effective_tokens, 500U);
  EXPECT_EQ(describe(showing), "order best_last tokens 500 recite compress");
  EXPECT_EQ(shown({.recite = true}).order, Order::best_first) << "the rest stays as measured";
}

TEST_F(ModelShowingTest, AModelThatIsCalledOtherwiseHasTheProbeOfItsEndpointsName) {
  save("llama", R"({"probe":"retrieval","order":{"best":"best_first"}})");
  EXPECT_EQ(shown({}, "local").order, Order::best_first);
  EXPECT_EQ(shown({}, "local").why, "measured for llama");
  save("local", R"({"probe":"retrieval","order":{"best":"best_last"}})");
  EXPECT_EQ(shown({}, "local").order, Order::best_last) << "its own goes before";
}

}  // namespace
}  // namespace genkai::answer
