// genkai bound hallucination and genkai bound retrieval, as their users run them.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "program_rig.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Output;

class BoundProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("bound"); }
  void TearDown() override { fs::remove_all(folder_); }

  /// Standard output, or with `errors` standard error.
  static Output run(const std::string& arguments, bool errors = false,
                    const std::string& family = "hallucination") {
    return test::run_command(std::string("'") + GENKAI_PROGRAM + "' bound " + family + " " + arguments +
                             (errors ? " 2>&1 >/dev/null" : " 2>/dev/null"));
  }
  static Output retrieval(const std::string& arguments, bool errors = false) {
    return run(arguments, errors, "retrieval");
  }
  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return "'" + (folder_ / name).string() + "'";
  }
  fs::path folder_;
};

// 1,000 draws: 400 facts once, 150 twice, 100 three times.
std::string log_of_facts(const std::string& before, const std::string& after) {
  std::string log;
  for (int i = 0; i < 650; ++i)
    for (int times = i < 400 ? 1 : (i < 550 ? 2 : 3); times > 0; --times)
      log += before + "fact " + std::to_string(i) + after + "\n";
  return log;
}

TEST_F(BoundProgramTest, MissingMassIsTheSameFromEveryFormOfTheSameFacts) {
  std::string table, object;
  for (int i = 0; i < 650; ++i) {
    const std::string times = std::to_string(i < 400 ? 1 : (i < 550 ? 2 : 3));
    table += "fact " + std::to_string(i) + "\t" + times + "\n";
    object += (i > 0 ? ",\"fact " : "{\"fact ") + std::to_string(i) + "\":" + times;
  }
  const std::string lines = file("facts.txt", log_of_facts("", ""));
  for (const std::string& input :
       {lines, "- <" + lines, file("facts.jsonl", log_of_facts("{\"fact\":\"", "\"}")),
        "--column what " + file("facts.json", log_of_facts("{\"what\":\"", "\"}")),
        "--counts " + file("table.tsv", table), "--counts " + file("table.json", object + "}")}) {
    const Output output = run("missing-mass --json " + input);
    ASSERT_EQ(output.status, 0) << input;
    const Json json = output.json();
    EXPECT_EQ(json.number("n"), 1000) << input;
    EXPECT_EQ(json.number("distinct"), 650);
    EXPECT_EQ(json.number("once"), 400);
    EXPECT_EQ(json.number("twice"), 150);
    EXPECT_DOUBLE_EQ(json.number("missing_mass"), 0.4);
    const auto& interval = json.find("missing_mass_interval")->items();
    ASSERT_EQ(interval.size(), 2U);
    EXPECT_LT(interval[0].as_double(), 0.4);
    EXPECT_GT(interval[1].as_double(), 0.4);
    EXPECT_GE(json.find("assumptions")->items().size(), 3U);
    EXPECT_NE(json.string("source").find("Good 1953"), std::string::npos);
  }
}

TEST_F(BoundProgramTest, HigherConfidenceWidensTheInterval) {
  const std::string facts = file("facts.txt", log_of_facts("", ""));
  const auto width = [&](const std::string& confidence) {
    const Json json = run("missing-mass --json --confidence " + confidence + " " + facts).json();
    const auto& interval = json.find("missing_mass_interval")->items();
    return interval.at(1).as_double() - interval.at(0).as_double();
  };
  EXPECT_LT(width("0.5"), width("0.95"));
  EXPECT_LT(width("0.95"), width("0.999"));
}

TEST_F(BoundProgramTest, ExactFromADistribution) {
  const Output output =
      run("missing-mass --json --n 3 --distribution " + file("coin.txt", "heads\t0.5\ntails\t0.5\n"));
  ASSERT_EQ(output.status, 0);
  EXPECT_DOUBLE_EQ(output.json().number("missing_mass"), 0.125);
  EXPECT_EQ(run("missing-mass --n 3 --distribution " + file("half.txt", "0.5\n")).status, 65);
  EXPECT_EQ(run("missing-mass --n 3 --distribution " + file("words.txt", "0.5\nhalf\n")).status, 65);
}

TEST_F(BoundProgramTest, ACorpusIsCountedByWordsAndByPairs) {
  const Json pairs = run("missing-mass --json --corpus '" GENKAI_EXAMPLES "/handbook'").json();
  const Json words =
      run("missing-mass --json --facts-of words --corpus '" GENKAI_EXAMPLES "/handbook'").json();
  EXPECT_GT(pairs.number("files"), 30);
  EXPECT_GT(pairs.number("n"), 100);
  EXPECT_GT(words.number("n"), pairs.number("n"));
  EXPECT_GT(pairs.number("missing_mass"), words.number("missing_mass"));  // words repeat more than facts do
  EXPECT_EQ(pairs.number("sentences"), words.number("sentences"));
  EXPECT_GT(pairs.number("sentences_without_facts"), 0);
}

TEST_F(BoundProgramTest, MalformedLinesAreCountedSaidAndInTheStatus) {
  const std::string facts = file("facts.txt", "a\nb\n\xFF\xFE\n\nb\n");
  const Output json = run("missing-mass --json " + facts);
  EXPECT_EQ(json.status, 65);
  EXPECT_EQ(json.json().number("malformed"), 1);
  EXPECT_EQ(json.json().number("first_malformed"), 3);
  EXPECT_EQ(json.json().number("n"), 3);
  EXPECT_NE(run("missing-mass " + facts).text.find("line 3 is not UTF-8"), std::string::npos);
}

TEST_F(BoundProgramTest, WhatCannotBeReadIsAClearError) {
  const auto said = [](const Output& output, const std::string& words) {
    return output.text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(said(run("missing-mass " + file("empty.txt", ""), true), "holds no fact"));
  EXPECT_TRUE(said(run("missing-mass " + file("wide.txt", std::string("a\0b\0", 4)), true), "not UTF-8"));
  EXPECT_TRUE(said(run("missing-mass /nowhere/facts.txt", true), "/nowhere/facts.txt"));
  EXPECT_EQ(run("missing-mass /nowhere/facts.txt").status, 66);
  EXPECT_EQ(run("missing-mass '" + folder_.string() + "'").status, 65);
  EXPECT_EQ(run("missing-mass --corpus '" + folder_.string() + "/none'").status, 66);
  for (const char* wrong :
       {"missing-mass", "missing-mass x --distribution y --n 3", "snowball --error 1.5 --steps 3", "snowball",
        "snowball --error 0.1", "threshold", "threshold --penalty 0.5 --wrong -1", "staleness --age-days 3",
        "capacity --parameters lots --bits-per-fact 3", "abstention --target 0.1", "monofact --n 10",
        "singleton --n 10 --candidates 3", "nothing", ""})
    EXPECT_EQ(run(wrong).status, 64) << wrong;
  for (const char* wrong :
       {"threshold --penalty 1", "threshold --right 0 --wrong 1",
        "staleness --date 2025-02-29 --half-life-days 9", "staleness --date 2026-06-16 --half-life-days 9",
        "monofact --n 10 --once 11", "abstention --wrong 3 --of 2 --target 0.1",
        "abstention --error nan --target 0.1"})
    EXPECT_EQ(run(wrong).status, 65) << wrong;
}

TEST_F(BoundProgramTest, LowerBoundsSayWhenTheyAreVacuous) {
  const Json small = run("singleton --json --singleton-rate 0.2 --n 10000 --candidates 364").json();
  EXPECT_TRUE(small.find("vacuous")->as_bool());
  EXPECT_EQ(small.number("error_at_least"), 0);
  EXPECT_LT(small.number("unclipped"), 0);
  const double needed = small.number("needed_n");
  EXPECT_GT(needed, 10'000);
  EXPECT_NE(run("singleton --singleton-rate 0.2 --n 10000 --candidates 364").text.find("vacuous"),
            std::string::npos);
  const Json large = run("singleton --json --singleton-rate 0.2 --n 1e8 --candidates 364").json();
  EXPECT_FALSE(large.find("vacuous")->as_bool());
  EXPECT_NEAR(large.number("error_at_least"), 0.2 - 2 / 364.0 - (35 + 6 * std::log(1e8)) / 1e4, 1e-9);
  const Json monofact = run("monofact --json --n 1000000 --once 300000 --miscalibration 0.05").json();
  EXPECT_NEAR(monofact.number("hallucination_at_least"), 0.25 - std::sqrt(6 * std::log(6 / 0.05) / 1e6),
              1e-9);
  const Json from_log =
      run("monofact --json --miscalibration 0.05 " + file("facts.txt", log_of_facts("", ""))).json();
  EXPECT_DOUBLE_EQ(from_log.number("rate"), 0.4);
}

TEST_F(BoundProgramTest, RulesByHand) {
  EXPECT_NEAR(run("threshold --json --penalty 0.75").json().number("threshold"), 0.75, 1e-12);
  const Json points = run("threshold --json --wrong -3 --probability 0.6").json();
  EXPECT_NEAR(points.number("threshold"), 0.75, 1e-12);
  EXPECT_NEAR(points.number("expected_points"), -0.6, 1e-12);
  EXPECT_FALSE(points.find("answer")->as_bool(true));
  EXPECT_EQ(run("threshold --json --right 1").json().string("guessing"), "always");
  EXPECT_NEAR(run("staleness --json --date 2025-06-15 --half-life-days 365").json().number("fresh"), 0.5,
              1e-12);
  EXPECT_NEAR(
      run("staleness --json --date 2024-02-29 --today 2024-03-01 --half-life-days 1").json().number("fresh"),
      0.5, 1e-12);
  EXPECT_NEAR(run("snowball --json --errors 0.1,0.2").json().number("all_right"), 0.72, 1e-12);
  EXPECT_NEAR(run("snowball --json --error 0.01 --steps 100").json().number("all_right"), std::pow(0.99, 100),
              1e-12);
  EXPECT_NEAR(run("abstention --json --error 0.2 --target 0.05").json().number("abstain_at_least"),
              0.15 / 0.95, 1e-12);
  const Json counted = run("abstention --json --wrong 20 --of 100 --target 0.05").json();
  EXPECT_EQ(counted.find("abstain_at_least_interval")->items().size(), 2U);
  const Json capacity = run("capacity --json --parameters 7B --bits-per-fact 50 --facts 1B").json();
  EXPECT_DOUBLE_EQ(capacity.number("facts"), 2.8e8);
  EXPECT_DOUBLE_EQ(capacity.number("known_share"), 0.28);
  EXPECT_DOUBLE_EQ(run("capacity --json --parameters 1e9 --precision int4 --bits-per-fact 1")
                       .json()
                       .number("bits_per_parameter"),
                   0.7);
}

TEST_F(BoundProgramTest, EveryBoundReadsInBothLanguages) {
  const std::string facts = file("facts.txt", log_of_facts("", ""));
  for (const std::string& arguments :
       {"missing-mass " + facts, "monofact " + facts, "singleton --candidates 9 " + facts,
        std::string("capacity --parameters 7B --bits-per-fact 50"), std::string("threshold --penalty 0.5"),
        std::string("staleness --age-days 9 --half-life-days 9"), std::string("snowball --errors 0.1"),
        std::string("abstention --error 0.2 --target 0.1")}) {
    const Output english = run(arguments), japanese = run(arguments + " --lang ja");
    EXPECT_EQ(english.status, 0) << arguments;
    EXPECT_EQ(english.text, run(arguments).text);  // the same input, the same bytes
    for (const char* part : {"\nholds if\n  - ", "\nsource\n  "})
      EXPECT_NE(english.text.find(part), std::string::npos) << arguments;
    for (const char* part : {"\n成り立つ条件\n  - ", "\n出典\n  "})
      EXPECT_NE(japanese.text.find(part), std::string::npos) << arguments;
  }
}

TEST_F(BoundProgramTest, RetrievalByHand) {
  const std::string ranks = file("ranks.txt", "1\n3\n-\nfourth question\t7\n0\n");
  const Json recall = retrieval("recall --json --k 1,5,10 " + ranks).json();
  EXPECT_DOUBLE_EQ(recall.number("recall_at_1"), 0.2);
  EXPECT_DOUBLE_EQ(recall.number("recall_at_5"), 0.4);
  EXPECT_DOUBLE_EQ(recall.number("recall_at_10"), 0.6);
  EXPECT_EQ(recall.number("n"), 5);
  const auto& interval = recall.find("recall_at_10_interval")->items();
  EXPECT_LT(interval.at(0).as_double(), 0.6);
  EXPECT_GT(interval.at(1).as_double(), 0.6);
  EXPECT_EQ(retrieval("recall --json --k 1,5,10 - <" + ranks).text,
            retrieval("recall --json --k 1,5,10 " + ranks).text);
  EXPECT_DOUBLE_EQ(retrieval("recall --json --hits 87 --of 100").json().number("recall"), 0.87);
  const Json coverage =
      retrieval("coverage --json --budget 150 " + file("needs.txt", "60\n60\t1\n300\n")).json();
  EXPECT_DOUBLE_EQ(coverage.number("coverage_at_most"), 0.7);
  EXPECT_DOUBLE_EQ(coverage.number("reachable"), 2.0 / 3);
  EXPECT_EQ(retrieval("coverage --json --budget 1500 --facts 40 --tokens 60").json().number("whole"), 25);
  const Json failure = retrieval("failure --json --found 0.9 --used 0.8").json();
  EXPECT_NEAR(failure.number("failure"), 0.28, 1e-12);
  EXPECT_NEAR(failure.find("any_dependence_interval")->items().at(0).as_double(), 0.2, 1e-12);
  EXPECT_EQ(failure.find("failure_interval"), nullptr);
  const Json counted = retrieval("failure --json --found 180 --found-of 200 --used 128 --used-of 160").json();
  EXPECT_NEAR(counted.number("failure"), 0.28, 1e-12);
  EXPECT_EQ(counted.find("failure_interval")->items().size(), 2U);
  const Json poisoning = retrieval("poisoning --json --votes 9 --other 2 --listed 12").json();
  EXPECT_EQ(poisoning.number("injected"), 3);  // 9 - 3 > 2 + 3, but not 9 - 4 > 2 + 4
  EXPECT_EQ(poisoning.number("modified"), 3);
  EXPECT_FALSE(poisoning.find("vacuous")->as_bool(true));
  EXPECT_EQ(
      retrieval("poisoning --json --votes 9 --other 2 --listed 12 --capacity 20").json().number("injected"),
      6);
  EXPECT_TRUE(retrieval("poisoning --json --votes 2 --other 2 --listed 4").json().find("vacuous")->as_bool());
}

TEST_F(BoundProgramTest, RetrievalReadsInBothLanguagesAndRefusesWhatCannotBe) {
  for (const std::string arguments :
       {"recall --hits 87 --of 100", "coverage --budget 1500 --facts 40 --tokens 60",
        "failure --found 0.9 --used 0.8", "poisoning --votes 9 --other 2 --listed 12"}) {
    const Output english = retrieval(arguments), japanese = retrieval(arguments + " --lang ja");
    EXPECT_EQ(english.status, 0) << arguments;
    EXPECT_EQ(english.text, retrieval(arguments).text);
    for (const char* part : {"\nholds if\n  - ", "\nsource\n  "})
      EXPECT_NE(english.text.find(part), std::string::npos) << arguments;
    for (const char* part : {"\n成り立つ条件\n  - ", "\n出典\n  "})
      EXPECT_NE(japanese.text.find(part), std::string::npos) << arguments;
    const auto assumptions = retrieval(arguments + " --json").json().find("assumptions");
    EXPECT_GE(assumptions->items().size(), 2U) << arguments;
  }
  for (const char* wrong :
       {"", "nothing", "recall", "recall --hits 3", "recall --hits 3 --of 9 ranks.txt", "coverage --facts 3",
        "coverage --budget 9", "coverage --budget -1 --facts 3 --tokens 1", "failure --found 0.9",
        "failure --found 3 --found-of 9 --used 1", "poisoning --votes 3", "poisoning --votes x --listed 3"})
    EXPECT_EQ(retrieval(wrong).status, 64) << wrong;
  for (const char* wrong :
       {"recall --hits 9 --of 3", "recall --hits 1.5 --of 3", "failure --found 9 --used 0.5",
        "failure --found 9 --found-of 3 --used 1 --used-of 3", "coverage --budget 9 --facts 0 --tokens 3",
        "poisoning --votes 9 --other 9 --listed 12", "poisoning --votes 9 --listed 12 --capacity 3"})
    EXPECT_EQ(retrieval(wrong).status, 65) << wrong;
  EXPECT_EQ(retrieval("recall /nowhere/ranks.txt").status, 66);
  EXPECT_NE(retrieval("recall " + file("words.txt", "1\nsecond\n"), true).text.find("line 2"),
            std::string::npos);
  EXPECT_EQ(retrieval("recall " + file("bytes.bin", std::string("\0\xFF\xFE", 3))).status, 65);
}

TEST_F(BoundProgramTest, HelpListsEveryBoundWithItsSense) {
  const Output help = run("--help");
  EXPECT_EQ(help.status, 0);
  for (const char* name : {"missing-mass", "monofact", "singleton", "capacity", "threshold", "staleness",
                           "snowball", "abstention"})
    EXPECT_NE(help.text.find(std::string("\n  ") + name + " "), std::string::npos) << name;
  for (const char* name : {"recall", "coverage", "failure", "poisoning"})
    EXPECT_NE(retrieval("--help").text.find(std::string("\n  ") + name + " "), std::string::npos) << name;
}

}  // namespace
}  // namespace genkai
