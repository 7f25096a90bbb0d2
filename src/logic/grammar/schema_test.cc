#include "logic/grammar/schema.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "base/subprocess.h"
#include "logic/grammar/matcher.h"
#include "logic/grammar/schema_cases.h"

namespace genkai::logic::grammar {
namespace {

using base::Json;

Json json(std::string_view text) {
  auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Json();
}

Schema schema_of(std::string_view text) {
  auto schema = Schema::parse(json(text));
  EXPECT_TRUE(schema) << text << ": " << (schema ? "" : schema.error().message);
  return schema ? *schema : Schema();
}

std::string error_of(std::string_view text) {
  const auto schema = Schema::parse(json(text));
  if (!schema) return schema.error().message;
  const auto grammar = schema->grammar();
  return grammar ? "no error" : grammar.error().message;
}

bool fits(const std::shared_ptr<const Grammar>& grammar, std::string_view text) {
  const auto found = match(grammar, text);
  return found && found->whole;
}

TEST(Schema, HoldsDocumentsAsTheStandardSays) {
  for (const SchemaCase& one : kSchemaCases) {
    const auto violation = schema_of(one.schema).check(json(one.document));
    EXPECT_EQ(!violation, one.valid) << one.schema << "\n"
                                     << one.document << "\n"
                                     << (violation ? violation->message : "");
  }
}

TEST(Schema, WritesWhatItAdmitsAndNothingElseThatItCanExpress) {
  for (const SchemaCase& one : kSchemaCases) {
    const Schema schema = schema_of(one.schema);
    const auto compact = schema.grammar(Whitespace::none), readable = schema.grammar();
    ASSERT_TRUE(compact && readable) << one.schema << ": " << (compact ? readable : compact).error().message;
    EXPECT_EQ(fits(*compact, one.document), one.written) << one.schema << "\n" << one.document;
    EXPECT_EQ(fits(*readable, one.document), one.written) << one.schema << "\n" << one.document;
    const bool leaves_some = !schema.checked_after().empty();
    EXPECT_TRUE(leaves_some || one.valid || !one.written)
        << "what is left to the check is named: " << one.schema;
  }
}

TEST(Schema, WritesOneLineOrIndentedLines) {
  const auto grammar =
      schema_of(
          R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"integer"}},"b":{}},"additionalProperties":false})")
          .grammar();
  ASSERT_TRUE(grammar);
  const Json document = json(R"({"a":[1,2],"b":{"c":[true]}})");
  EXPECT_TRUE(fits(*grammar, document.dump()));
  EXPECT_TRUE(fits(*grammar, document.dump(2))) << document.dump(2);
  EXPECT_TRUE(fits(*grammar, R"({ "a": [1, 2], "b": {"c": [ true ]} })"));
  EXPECT_FALSE(fits(*grammar, R"({  "a": []})")) << "white space without end is how models get lost";
}

constexpr std::string_view kTheirs = R"(
import json, sys
import jsonschema
out = []
for i in range(1, len(sys.argv), 2):
    v = jsonschema.Draft202012Validator(json.loads(sys.argv[i]), format_checker=jsonschema.FormatChecker(["date", "uuid"]))
    out.append('1' if v.is_valid(json.loads(sys.argv[i + 1])) else '0')
print(''.join(out))
)";

TEST(Schema, AgreesWithPythonsJsonschema) {
  std::vector<std::string> arguments{"python3", "-I", "-X", "utf8", "-c", std::string(kTheirs)};
  std::string ours;
  for (const SchemaCase& one : kSchemaCases) {
    const std::string_view schema = one.schema;
    // Binary fractions, and formats that need packages of their own there.
    if (schema.find("\"multipleOf\":0.1") != schema.npos || schema.find("time\"") != schema.npos) continue;
    ours += schema_of(schema).check(json(one.document)) ? '0' : '1';
    arguments.emplace_back(schema);
    arguments.emplace_back(one.document);
  }
  ASSERT_GT(ours.size(), 90U);
  const auto theirs = base::run_limited(arguments);
  if (!theirs) GTEST_SKIP() << "python3 with jsonschema does not run here: " << theirs.error().message;
  EXPECT_EQ(ours + "\n", *theirs);
}

TEST(Schema, RefusesWhatItDoesNotKnowByName) {
  EXPECT_EQ(error_of(R"({"type":"array","contains":{"type":"integer"}})"),
            "the schema: the keyword 'contains' is not supported");
  EXPECT_EQ(error_of(R"({"properties":{"a":{"not":{}}}})"),
            "/properties/a: the keyword 'not' is not supported");
  EXPECT_EQ(error_of(R"({"$ref":"https://example.org/s.json"})"),
            "/$ref: $ref 'https://example.org/s.json' does not point into this document");
  EXPECT_EQ(error_of(R"({"items":{"$ref":"#/$defs/x"}})"), "/items/$ref: $ref '#/$defs/x' leads nowhere");
  EXPECT_EQ(error_of(R"({"type":"text"})"), "/type: 'text' is no type");
  EXPECT_EQ(error_of(R"({"minLength":-1})"), "/minLength: it has to be a whole number from 0");
  EXPECT_EQ(error_of(R"x({"pattern":"(?=a)"})x"),
            "/pattern: character 2: look-around and named groups are not known");
  EXPECT_EQ(error_of(R"x({"pattern":"a)"})x"), "/pattern: character 2: a ')' without its '('");
  EXPECT_EQ(error_of(R"({"pattern":"\\bword"})"), "/pattern: character 3: '\\b' is not known");
  EXPECT_EQ(error_of(R"([1])"), "the schema: a schema is an object, true or false");
  EXPECT_EQ(error_of(R"({"allOf":[{"pattern":"a"},{"pattern":"b"}]})"),
            "/allOf: 'pattern' stands in two schemas that have to hold together");
  EXPECT_NE(
      error_of(R"({"allOf":[{"properties":{"a":{}},"additionalProperties":false},{"properties":{"b":{}}}]})")
          .find("additionalProperties"),
      std::string::npos);
  EXPECT_EQ(error_of(R"({"$ref":"#"})"), "the rule 'root' has a part that no text can complete");
  EXPECT_EQ(error_of(R"({"anyOf":[{"$ref":"#"},{"type":"null"}]})").substr(0, 14), "left recursion");
  EXPECT_EQ(error_of(R"({"allOf":[{"$ref":"#"}]})"), "the schema: schemas are nested more than 100 deep");
  EXPECT_EQ(error_of(R"({"type":"integer","minimum":5,"maximum":4})"),
            "the rule 'the document' has a part that no text can complete");
  std::string deep = "{}";
  for (int i = 0; i < 200; ++i) deep = R"({"items":)" + deep + "}";
  EXPECT_NE(error_of(deep).find("nested more than"), std::string::npos);
}

TEST(Schema, SaysWhatItIgnoresAndWhatItChecksAfterwards) {
  const Schema schema = schema_of(
      R"({"type":"array","title":"t","uniqueItems":true,"maxItems":5000,"items":{"type":"string","format":"email"}})");
  EXPECT_EQ(schema.ignored(), (std::vector<std::string>{"/title", "/items/format"}));
  EXPECT_EQ(schema.checked_after(), (std::vector<std::string>{"/uniqueItems", "/maxItems"}));
}

TEST(Schema, NamesTheFirstViolationByItsPath) {
  const Schema schema = schema_of(
      R"({"type":"object","properties":{"people":{"type":"array","items":{"anyOf":[{"type":"null"},
         {"type":"object","properties":{"age":{"type":"integer","maximum":120}},"required":["age"]}]}}}})");
  const auto old = schema.check(json(R"({"people":[null,{"age":12},{"age":130}]})"));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->path, "/people/2/age");
  EXPECT_EQ(old->message, "is 130, above 120");
  EXPECT_EQ(old->keyword, "/properties/people/items/anyOf/1/properties/age/maximum");
  const auto other = schema.check(json(R"({"people":["x"]})"));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->path, "/people/0");
  EXPECT_EQ(other->message, "is \"x\", which fits none of the alternatives");
  const auto twice = schema.check(json(R"({"people":[],"people":[7]})"));
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->message, "has the member \"people\" twice");
}

TEST(Schema, AHostileSchemaEndsToo) {
  // Each definition tries the next one twice: 2^60 ways, none of which fits.
  std::string text = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 60; ++i) {
    const std::string next = "{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"}";
    text += "\"d" + std::to_string(i) + "\":{\"anyOf\":[" + next + "," + next + "]},";
  }
  text += R"("d60":{"type":"string"}}})";
  const auto violation = schema_of(text).check(Json(1));
  ASSERT_TRUE(violation);
  EXPECT_TRUE(schema_of(text).grammar());
  std::string nested = "1";
  for (int i = 0; i < 1'000; ++i) nested = "[" + nested + "]";
  EXPECT_TRUE(schema_of(R"({"$defs":{"t":{"type":"array","items":{"$ref":"#/$defs/t"}}},"$ref":"#/$defs/t"})")
                  .check(json(nested)));
}

TEST(Schema, WhatHasToBeCopiedIsBounded) {
  // A long list beside ten thousand alternatives would be merged into each of them.
  std::string text = R"({"enum":[0)", ways = "{}";
  for (int i = 1; i < 10'000; ++i) text += "," + std::to_string(i), ways += ",{}";
  EXPECT_NE(error_of(text + R"(],"anyOf":[)" + ways + "]}").find("too much has to be merged"),
            std::string::npos);
  std::string patterns;
  for (int i = 0; i < 300; ++i)
    patterns += (i > 0 ? ",\"p" : "\"p") + std::to_string(i) + R"(":{"pattern":"a"})";
  EXPECT_NE(error_of("{\"properties\":{" + patterns + "}}").find("more than 200 patterns"),
            std::string::npos);
}

// Random walks under the mask: each is a document that the exact check accepts, but for what is left to it.
TEST(Schema, WhatIsSampledUnderTheMaskConforms) {
  std::vector<Token> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.push_back({std::string(1, static_cast<char>(byte))});
  for (const char* word : {"{\"", "\":", "\": ", "\",", "\", \"", "\"}", "},{", "[]", "true", "null", "12",
                           "日本", "\\u00", "\n  "})
    tokens.push_back({word});
  tokens.push_back({"<end>", TokenKind::end});
  const auto vocabulary = std::make_shared<const Vocabulary>(tokens);
  const auto end = static_cast<TokenId>(tokens.size() - 1);
  base::Rng rng(21);
  TokenSet allowed(vocabulary->size());
  std::size_t ended = 0, tried = 0;
  for (const SchemaCase& one : kSchemaCases) {
    const Schema schema = schema_of(one.schema);
    const Matcher fresh(*schema.grammar(), vocabulary);
    for (int sample = 0; sample < 3; ++sample, ++tried) {
      Matcher matcher = fresh;
      std::string text;
      for (int step = 0; step < 400 && !matcher.ended(); ++step) {
        matcher.mask(allowed);
        ASSERT_GT(allowed.count(), 0U) << one.schema << "\n" << text;
        TokenId chosen = end;
        if (!allowed.contains(end) || rng.below(3) > 0) {
          do chosen = static_cast<TokenId>(rng.below(tokens.size()));
          while (!allowed.contains(chosen));
        }
        ASSERT_TRUE(matcher.accept(chosen));
        if (chosen != end) text += tokens[chosen].bytes;
      }
      if (!matcher.ended()) continue;
      ++ended;
      const auto document = Json::parse(text);
      ASSERT_TRUE(document) << one.schema << "\n" << text;
      const auto violation = schema.check(*document);
      // A name that is free may be drawn twice, which no grammar can keep from happening.
      const bool twice = violation && violation->message.find("twice") != std::string::npos;
      EXPECT_TRUE(!violation || twice || !schema.checked_after().empty()) << one.schema << "\n"
                                                                          << text << "\n"
                                                                          << violation->message;
    }
  }
  EXPECT_GT(ended * 2, tried);
}

}  // namespace
}  // namespace genkai::logic::grammar
