#include "base/json.h"

#include <gtest/gtest.h>

#include <cmath>

#include <limits>

#include "base/rng.h"

namespace genkai::base {
namespace {

TEST(JsonTest, KeepsOrderAndKinds) {
  auto value = Json::parse(R"({"b":1,"a":[true,null,2.5,"x"],"c":{"d":"é"}})");
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(value->dump(), R"({"b":1,"a":[true,null,2.5,"x"],"c":{"d":"é"}})");
  EXPECT_EQ(value->find("c")->string("d"), "é");
  EXPECT_EQ(value->string("missing", "otherwise"), "otherwise");
}

TEST(JsonTest, DoublesReadBackTheSame) {
  Rng rng(7);
  for (int i = 0; i < 10000; ++i) {
    const double value = rng.uniform() * std::pow(10.0, static_cast<int>(rng.below(40)) - 20);
    auto back = Json::parse(Json(value).dump());
    ASSERT_TRUE(back);
    ASSERT_EQ(back->as_double(), value);
  }
}

TEST(JsonTest, MalformedTextIsAnErrorValue) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1} trailing", "\"\xff\"", "nul"}) {
    auto value = Json::parse(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, Code::invalid_argument) << text;
  }
  EXPECT_FALSE(Json::parse(std::string(5000, '[')));
}

TEST(JsonTest, SetReplacesInPlace) {
  Json value = Json::object({{"a", 1}, {"b", 2}});
  value.set("a", "x").set("c", 3);
  EXPECT_EQ(value.dump(), R"({"a":"x","b":2,"c":3})");
}

TEST(JsonTest, OutputIsAlwaysValid) {
  Json value = Json::object(
      {{"bytes", std::string("a\xff\x01\"")}, {"nan", std::numeric_limits<double>::quiet_NaN()}});
  auto back = Json::parse(value.dump());
  ASSERT_TRUE(back) << value.dump();
  EXPECT_EQ(back->string("bytes"), "a\xEF\xBF\xBD\x01\"");
  EXPECT_TRUE(back->find("nan")->is_null());
}

}  // namespace
}  // namespace genkai::base
