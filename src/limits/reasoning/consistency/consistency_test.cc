#include "limits/reasoning/consistency/consistency.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/rng.h"
#include "limits/reasoning/consistency/memory.h"

namespace genkai::limits::reasoning {
namespace {

using text::Language;

std::vector<Claim> claims(const char* lines) {
  auto read = parse_claims(lines);
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read ? std::move(*read) : std::vector<Claim>{};
}
std::vector<Rule> rules(const char* lines) {
  auto read = parse_rules(lines);
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read ? std::move(*read) : std::vector<Rule>{};
}

constexpr const char* kPoodle =
    R"({"id":"dog","subject":"poodle","proposition":"is a dog","value":true,"confidence":0.95}
{"id":"animal","subject":"poodle","proposition":"is an animal","value":false,"confidence":0.7}
{"id":"fish","subject":"poodle","proposition":"is a fish","value":true,"confidence":0.6})";
constexpr const char* kKinds = R"({"if":"?x is a dog","then":"?x is a mammal","text":"dogs are mammals"}
{"rule":"?x is a mammal -> ?x is an animal","text":"mammals are animals"}
{"source":"?x is a dog","target":"?x is a fish","polarity":"yes_no","text":"dogs are no fish"})";

TEST(ConsistencyTest, TheCheapestRepairAndTheChainInWords) {
  const auto report =
      check_consistency(claims(kPoodle), rules(kKinds), {.repair = {}, .bounds = {}, .from_words = false});
  EXPECT_EQ(report.verdict(), Consistency::inconsistent);
  ASSERT_EQ(report.changes.size(), 2U);
  EXPECT_TRUE(report.repair.optimal);
  const Change& animal = report.changes[0];
  EXPECT_EQ(report.claims[animal.claim].id, "animal");
  EXPECT_TRUE(animal.to);
  ASSERT_EQ(animal.chain.steps.size(), 2U) << "through a mammal that nobody was asked about";
  EXPECT_EQ(in_words(animal.chain, report.claims, report.network, Language::english),
            "\"poodle is a dog\" and the rule \"dogs are mammals\" give \"poodle is a mammal\"; \"poodle is "
            "a mammal\" and the rule "
            "\"mammals are animals\" give \"poodle is an animal\", but answer animal to \"poodle is an "
            "animal\" is no.");
  EXPECT_NE(in_words(animal.chain, report.claims, report.network, Language::japanese)
                .find("規則「dogs are mammals」から"),
            std::string::npos);
  EXPECT_NEAR(report.repair.upper, log_odds(0.7) + log_odds(0.6), 0.01);
  // One changed answer (not a dog) would mend both: the certificate says no more than that.
  EXPECT_EQ(report.certificate.at_least, 1U);
  EXPECT_TRUE(report.certificate.exact());
}

TEST(ConsistencyTest, AWeakAnswerGivesWayToStrongOnes) {
  auto held = claims(kPoodle);
  held[0].confidence = 0.55;
  held[1].confidence = 0.99;
  const auto report = check_consistency(held, rules(kKinds), {});
  ASSERT_EQ(report.changes.size(), 1U);
  EXPECT_EQ(report.claims[report.changes[0].claim].id, "dog");
}

TEST(ConsistencyTest, AWeakRuleGivesWayUnlessItIsHard) {
  const auto two = claims(
      R"([{"text":"Tweety is a bird","confidence":0.99},{"text":"Tweety can fly","value":false,"confidence":0.99}])");
  const auto soft =
      check_consistency(two, rules(R"({"rule":"?x is a bird -> ?x can fly","reliability":0.9})"), {});
  EXPECT_TRUE(soft.changes.empty());
  EXPECT_EQ(soft.repair.broken.size(), 1U);
  EXPECT_EQ(soft.verdict(), Consistency::inconsistent) << "of the answers with the rule taken as true";
  const auto hard = check_consistency(two, rules(R"({"rule":"?x is a bird -> ?x can fly","hard":true})"), {});
  EXPECT_EQ(hard.changes.size(), 1U);
}

TEST(ConsistencyTest, AlternativesAndRelations) {
  const auto count = [](const char* held, const char* held_to) {
    return check_consistency(claims(held), rules(held_to), {.repair = {}, .bounds = {}, .from_words = false})
        .certificate.at_least;
  };
  EXPECT_EQ(count(R"([{"text":"Rex is a dog"},{"text":"Rex is a cat"},{"text":"Rex is a fish"}])",
                  R"({"at_most_one":["?x is a dog","?x is a cat","?x is a fish"]})"),
            2U);
  EXPECT_EQ(count(R"([{"text":"Rex is a dog","value":false},{"text":"Rex is a cat","value":false}])",
                  R"({"exactly_one":["?x is a dog","?x is a cat"]})"),
            1U);
  EXPECT_EQ(
      count(
          R"([{"text":"The key is in the box"},{"text":"The box is in the hall"},{"text":"The key is in the hall","value":false}])",
          R"({"transitive":"is in"})"),
      1U);
  EXPECT_EQ(count(R"([{"text":"鍵は箱の中にある"},{"text":"箱は部屋の中にある"}])",
                  R"({"at_most_one":["?x は箱の中にある","?x は机の中にある"]})"),
            0U);
  EXPECT_EQ(count(R"([{"text":"Mount Ena is in Gifu"},{"text":"Mount Ena is in Kyoto"}])",
                  R"({"one_value":"is in"})"),
            1U);
  EXPECT_EQ(count(R"([{"text":"Ann is a cousin of Bo"},{"text":"Bo is a cousin of Ann","value":false}])",
                  R"({"symmetric":"is a cousin of"})"),
            1U);
  EXPECT_EQ(count(R"([{"text":"Ann is left of Bo"},{"text":"Bo is left of Ann"}])",
                  R"({"asymmetric":"is left of"})"),
            1U);
  EXPECT_EQ(count(R"([{"text":"Rex is a dog"},{"text":"Rex is not a dog"}])",
                  R"({"rule":"?x is a hat -> ?x is red"})"),
            1U)
      << "no rule is needed";
}

TEST(ConsistencyTest, FileErrorsNameTheirPlace) {
  const std::pair<const char*, const char*> bad_rules[] = {
      {R"({"rule":"?x is a dog"})", "no ->"},
      {R"({"rule":"?x is a dog -> ?y is a mammal"})", "no premise says what ?y is"},
      {R"({"then":"x is red","reliability":0.3})", "reliability"},
      {R"({"at_most_one":["?x is a dog"]})", "fewer than two"},
      {R"({"source":"?x is a dog","target":"?x is a cat","polarity":"maybe"})", "polarity"},
      {"{}", "no rule"},
      {"[1]", "JSON object"},
      {"{\"rule\":", "line 1"},
      {"", "empty"}};
  for (const auto& [file, words] : bad_rules) {
    const auto read = parse_rules(file);
    ASSERT_FALSE(read) << file;
    EXPECT_NE(read.error().message.find(words), std::string::npos) << read.error().message;
  }
  for (const char* file : {"", "[]x", R"({"value":true})", R"([{"text":"a is b","value":"yes"}])",
                           R"([{"text":"a is b","confidence":2}])",
                           R"([{"id":"1","text":"a is b"},{"id":"1","text":"a is c"}])"})
    EXPECT_FALSE(parse_claims(file)) << file;
}

TEST(ConsistencyTest, RulesThatContradictEachOtherAreSaidSo) {
  const auto report = check_consistency(
      claims(R"([{"text":"Rex is a dog"}])"),
      rules(R"([{"then":"sky is green","hard":true},{"then":"sky is not green","hard":true}])"), {});
  EXPECT_TRUE(report.certificate.contradictory);
  EXPECT_FALSE(report.repair.found);
}

TEST(ConsistencyTest, ARuleThatGrowsWithoutEndIsCut) {
  const auto report = check_consistency(claims(R"([{"text":"Rex is a dog"}])"),
                                        rules(R"({"rule":"?x ?p -> ?x is very ?p"})"), {});
  EXPECT_TRUE(report.network.cut);
  EXPECT_EQ(report.verdict(), Consistency::undetermined);
}

// The optimum by trying everything, on random claims and rules over few propositions.
TEST(ConsistencyTest, RepairAndCertificateAreThoseOfEnumeration) {
  base::Rng rng(11);
  for (int round = 0; round < 60; ++round) {
    const int n = 3 + static_cast<int>(rng.below(6));
    std::vector<Claim> held;
    for (int i = 0; i < n; ++i) {
      Claim claim;
      claim.id = claim.text = "x is p" + std::to_string(i);
      claim.statement = read_statement(claim.text);
      claim.value = rng.below(2) == 0;
      claim.confidence = 0.5 + 0.49 * rng.uniform();
      held.push_back(claim);
    }
    std::string file = "[";
    for (std::uint64_t k = 2 + rng.below(8); k > 0; --k)
      file += std::string(file.size() > 1 ? "," : "") + R"({"rule":"?x is p)" + std::to_string(rng.below(n)) +
              " & not: ?x is p" + std::to_string(rng.below(n)) + " -> ?x is p" +
              std::to_string(rng.below(n)) + R"(","reliability":)" +
              std::to_string(0.55 + 0.4 * rng.uniform()) + "}";
    const auto given = rules((file + "]").c_str());
    const auto report = check_consistency(held, given, {.repair = {}, .bounds = {}, .from_words = false});
    const Network& network = report.network;
    double least = std::numeric_limits<double>::infinity();
    std::size_t fewest = held.size() + 1;
    for (int bits = 0; bits < (1 << n); ++bits) {
      std::vector<char> assignment(network.propositions.size());
      double cost = 0;
      std::size_t changed = 0;
      for (int i = 0; i < n; ++i) {
        const bool yes = (bits >> i & 1) != 0;
        assignment[network.claimed[static_cast<std::size_t>(i)]] = yes;
        const Claim& claim = held[static_cast<std::size_t>(i)];
        if (yes != claim.value)
          ++changed, cost += static_cast<double>(scaled(log_odds(claim.confidence))) / 1000;
      }
      std::size_t failed = 0;
      for (const Constraint& one : network.constraints)
        if (fails(one, assignment))
          ++failed, cost += static_cast<double>(scaled(log_odds(network.rule_of(one).reliability))) / 1000;
      least = std::min(least, cost);
      if (failed == 0) fewest = std::min(fewest, changed);
    }
    EXPECT_NEAR(report.repair.upper, least, 1e-6) << round;
    EXPECT_EQ(report.certificate.at_least, fewest) << round;
    EXPECT_TRUE(report.certificate.exact());
  }
}

struct Text {
  const char* text;
  std::size_t wrong;
};

TEST(TextTest, ContradictionsWithinAText) {
  const Text texts[] = {
      {"A poodle is a dog. Dogs are mammals. A poodle is not a mammal.", 1},
      {"A poodle is a dog. Dogs are mammals. Mammals have fur. Poodles have no fur.", 1},
      {"No dog is a cat. Rex is a dog. Rex is a cat.", 1},
      {"Osaka is smaller than Tokyo. Kyoto is smaller than Osaka. Tokyo is smaller than Kyoto.", 1},
      {"The museum opened in 1932. It is large. The museum opened in 1935.", 1},
      {"The hall is open. The hall is closed.", 1},
      {"The capital of France is Paris. The capital of France is Lyon.", 1},
      {"The engine is part of the car. The car is part of the engine.", 1},
      {"プードルは犬です。犬は哺乳類です。プードルは哺乳類ではありません。", 1},
      {"塔の高さは333メートルです。塔の高さは250メートルです。", 1},
      {"フランスの首都はパリです。フランスの首都はリヨンです。", 1},
      {"東京は大阪より大きい。大阪は東京より大きい。", 1},
      {"入館は有料です。入館は無料です。", 1},
  };
  for (const auto& [text, wrong] : texts)
    EXPECT_EQ(check_consistency(claims_of_text(text), {}, {}).certificate.at_least, wrong) << text;
}

TEST(TextTest, WhatFitsTogetherIsLeftInPeace) {
  for (const char* text :
       {"A poodle is a dog. Dogs are mammals. A poodle is a mammal.",
        "The dog is brown. Rex is a dog. Rex is not brown.",
        "Some dogs are brown. Rex is a dog. Rex is not brown.",
        "The team won the cup in 1990. The team won the cup in 1994.",
        "The museum opened in 1932. The museum opened in May 1932.",
        "The tower is at least 300 metres tall. The tower is 333 metres tall.",
        "The hall was closed. The hall is open.", "The hall has three doors. The hall has two windows.",
        "The ferry costs 600 yen. The bus costs 400 yen.", "Is the hall open? The hall is not open.",
        "It is red. It is not red.", "犬は動物です。猫は動物です。犬は猫ではありません。",
        "博物館は1932年に開館した。図書館は1950年に開館した。",
        "東京は大阪より大きい。大阪は京都より大きい。東京は京都より大きい。", ""})
    EXPECT_EQ(check_consistency(claims_of_text(text), {}, {}).verdict(), Consistency::consistent) << text;
}

TEST(MemoryTest, ANewAnswerIsHeldToEarlierOnes) {
  ConversationMemory memory;
  EXPECT_TRUE(memory.add(claims_of_text("A poodle is a dog. The museum opened in 1932.")).empty());
  EXPECT_TRUE(memory.add(claims_of_text("Dogs are mammals. The hall is red.")).empty());
  const auto found = memory.add(claims_of_text("A poodle is not a mammal. The hall is red."));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].claim.id, "3.1");
  ASSERT_EQ(found[0].earlier.size(), 2U);
  EXPECT_EQ(found[0].earlier[0].id, "1.1");
  EXPECT_EQ(found[0].earlier[1].id, "2.1");
  EXPECT_NE(found[0].why.find("Dogs are mammals"), std::string::npos) << found[0].why;
  EXPECT_TRUE(memory.add(claims_of_text("The hall is red.")).empty())
      << "an old contradiction is not told again";
  EXPECT_EQ(memory.add(claims_of_text("The museum opened in 1935.")).size(), 1U);
  EXPECT_EQ(memory.add(claims_of_text("The museum opened in 1935.")).size(), 1U)
      << "saying it again does not make it fit";
}

TEST(MemoryTest, LongConversationsForgetTheOldest) {
  ConversationMemory memory;
  for (std::size_t turn = 0; turn < 5; ++turn) {
    std::vector<Claim> said;
    for (std::size_t i = 0; i < 500; ++i) {
      Claim claim;
      claim.id = std::to_string(i);
      claim.text = claim.said = "Room " + std::to_string(turn * 500 + i) + " is open.";
      claim.statement = read_statement(claim.text);
      said.push_back(claim);
    }
    EXPECT_TRUE(memory.add(std::move(said)).empty());
  }
  EXPECT_EQ(memory.claims().size(), ConversationMemory::kClaims);
  EXPECT_TRUE(memory.add(claims_of_text("Room 3 is not open.")).empty());
  EXPECT_EQ(memory.add(claims_of_text("Room 2400 is not open.")).size(), 1U);
}

}  // namespace
}  // namespace genkai::limits::reasoning
