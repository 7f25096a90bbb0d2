#include "serve/json_edit.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace genkai::serve {
namespace {

using base::Json;

std::string edited(std::string_view text, std::initializer_list<JsonEdit> edits) {
  std::string out = edit_json(text, json_members(text), edits);
  EXPECT_TRUE(Json::parse(out)) << out;
  return out;
}

TEST(JsonEdit, ReplacesOnlyTheTopLevelAndKeepsEveryOtherByte) {
  EXPECT_EQ(edited(R"( { "id" : 1.50,"model": "a", "x":{"model":"inner"},"y":[{"model":"inner"}] } )",
                   {{"model", R"("b")"}}),
            R"( { "id" : 1.50,"model": "b", "x":{"model":"inner"},"y":[{"model":"inner"}] } )");
}

TEST(JsonEdit, UnderstandsEscapes) {
  EXPECT_EQ(edited(R"({"text":"\"model\":\"x\\","model":"a\"}"})", {{"model", "1"}}),
            R"({"text":"\"model\":\"x\\","model":1})");
  EXPECT_EQ(edited(R"({"mod\u0065l":"a"})", {{"model", "1"}}), R"({"mod\u0065l":1})");
  EXPECT_EQ(edited(R"({"a":"}],{","b":["]",{"c":"}"}],"model":null})", {{"model", "1"}}),
            R"({"a":"}],{","b":["]",{"c":"}"}],"model":1})");
}

TEST(JsonEdit, LeavesNoSecondMemberOfTheName) {
  EXPECT_EQ(edited(R"({"model":"a","model":"b"})", {{"model", R"("c")"}}), R"({"model":"c","model":"c"})");
  EXPECT_EQ(edited(R"({"usage":1,"a":2,"usage":3})", {{"usage", std::nullopt}}), R"({"a":2})");
}

TEST(JsonEdit, TakesMembersOutWhereverTheyStand) {
  EXPECT_EQ(edited(R"({"a":1,"b":2,"c":3})", {{"a", std::nullopt}}), R"({"b":2,"c":3})");
  EXPECT_EQ(edited(R"({"a":1,"b":2,"c":3})", {{"b", std::nullopt}}), R"({"a":1,"c":3})");
  EXPECT_EQ(edited(R"({"a":1,"b":2,"c":3})", {{"c", std::nullopt}}), R"({"a":1,"b":2})");
  EXPECT_EQ(edited(R"({"a":1,"b":2,"c":3})", {{"a", std::nullopt}, {"b", std::nullopt}}), R"({"c":3})");
  EXPECT_EQ(edited(R"({ "a" : 1 })", {{"a", std::nullopt}}), R"({ })");
}

TEST(JsonEdit, AddsWhatIsMissingOnlyWhenToldTo) {
  EXPECT_EQ(edited(R"({})", {{"a", "1", true}}), R"({"a":1})");
  EXPECT_EQ(edited(R"({"b":2})", {{"a", "1", true}}), R"({"b":2,"a":1})");
  EXPECT_EQ(edited(R"({"a":null})", {{"a", "1", true}}), R"({"a":1})");
  EXPECT_EQ(edited(R"({"b":2})", {{"a", "1"}}), R"({"b":2})");
  EXPECT_EQ(edited(R"({"b":2})", {{"b", std::nullopt}, {"a", "1", true}}), R"({"a":1})");
}

TEST(JsonEdit, FindsValues) {
  const std::string_view text = R"({"choices":[],"usage":{"a":[1,2]} ,"n":-1.5e3})";
  const auto members = json_members(text);
  EXPECT_EQ(value_of(text, members, "choices"), "[]");
  EXPECT_EQ(value_of(text, members, "usage"), R"({"a":[1,2]})");
  EXPECT_EQ(value_of(text, members, "n"), "-1.5e3");
  EXPECT_EQ(value_of(text, members, "none"), "");
  EXPECT_TRUE(json_members("[1]").empty());
  EXPECT_TRUE(json_members("").empty());
}

}  // namespace
}  // namespace genkai::serve
