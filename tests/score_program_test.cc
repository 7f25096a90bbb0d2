// `genkai score` as its users run it: recorded outputs against a reference in Python, broken lines, honest
// scoring, and a model over HTTP.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/json.h"
#include "program_rig.h"
#include "recorded_outputs.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Fault;
using test::Output;
using test::TestUpstream;

std::size_t count_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class ScoreProgramTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = test::make_program_home("score");
    std::string recorded;
    for (std::size_t i = 0; i < 200; ++i) recorded += test::recorded_output(i, 10).dump() + "\n";
    recorded_ = file("recorded.jsonl", recorded);
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static Output shell(const std::string& command) { return test::run_command(folder_, command); }
  static Output score(const std::string& arguments) {
    return shell(std::string("'") + GENKAI_PROGRAM + "' score " + arguments);
  }
  static std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }
  static inline fs::path folder_;
  static inline std::string recorded_;
};

TEST_F(ScoreProgramTest, GivesTheScoresOfTheReference) {
  if (shell("python3 --version").status != 0) GTEST_SKIP() << "python3 is not installed";
  const Output scored = score(recorded_ + " --json --details");
  ASSERT_EQ(scored.status, 0) << scored.errors;
  const std::string answers = file("scored.jsonl", scored.text);
  const Output reference = shell("python3 '" GENKAI_EXAMPLES "/../tests/score_reference.py' '" + recorded_ +
                                 "' '" + answers + "'");
  ASSERT_EQ(reference.status, 0) << reference.text << reference.errors;
  const Json summary = reference.lines().back();
  EXPECT_EQ(summary.number("lines"), 200);
  EXPECT_EQ(summary.number("different"), 0);
  EXPECT_EQ(summary.number("measures"), 23) << "every measure occurs in the data";
  EXPECT_GT(summary.number("compared"), 2500);
  // The reference notices a wrong number.
  std::string wrong = scored.text;
  wrong.replace(wrong.find("\"graph_degree\":0.") + 17, 1, "9");
  const Output noticed = shell("python3 '" GENKAI_EXAMPLES "/../tests/score_reference.py' '" + recorded_ +
                               "' '" + file("wrong.jsonl", wrong) + "'");
  EXPECT_EQ(noticed.status, 1);
  EXPECT_EQ(noticed.lines().back().number("different"), 1);
}

TEST_F(ScoreProgramTest, GivesTheSameBytesWithAnyNumberOfThreads) {
  const Output one = score(recorded_ + " --json --threads 1"),
               many = score(recorded_ + " --json --threads 7");
  EXPECT_EQ(one.text, many.text);
  EXPECT_EQ(count_lines(one.text), 200U);
  EXPECT_EQ(score(recorded_ + " --penalty 0.5 --threads 1").text,
            score(recorded_ + " --penalty 0.5 --threads 7").text);
}

TEST_F(ScoreProgramTest, CountsBrokenLinesAndGoesOn) {
  const std::string lines =
      "{\"id\":1,\"samples\":[\"a\",\"a\"]}\n{\"id\":2,\n\n{\"id\":3,\"samples\":[{\"text\":\"a\","
      "\"logprobs\":[1]}]}\n"
      "{\"id\":4}\n[]\n{\"id\":5,\"samples\":[\"a\",\"b\"],\"unknown\":{}}\n";
  const Output scored = score(file("broken.jsonl", lines) + " --json");
  EXPECT_EQ(scored.status, 65);
  const auto answers = scored.lines();
  ASSERT_EQ(answers.size(), 6U);
  EXPECT_EQ(answers[0].number("self_consistency"), 1);
  EXPECT_TRUE(answers[1].find("error"));
  EXPECT_NE(answers[2].find("error")->string("message").find("samples[0].logprobs[0]"), std::string::npos);
  EXPECT_NE(answers[3].find("error")->string("message").find("samples"), std::string::npos);
  EXPECT_TRUE(answers[4].find("error"));
  EXPECT_EQ(answers[5].number("id"), 5);
  EXPECT_EQ(answers[5].number("self_consistency"), 0.5);

  const Output table = score((folder_ / "broken.jsonl").string());
  EXPECT_EQ(table.status, 65);
  EXPECT_NE(table.text.find("6 lines, 4 of them could not be scored"), std::string::npos) << table.text;
  EXPECT_NE(table.errors.find("line 2:"), std::string::npos) << table.errors;
  EXPECT_NE(table.errors.find("line 4: samples[0]"), std::string::npos)
      << "blank lines count: " << table.errors;
  EXPECT_EQ(score("/nowhere.jsonl").status, 66);
  EXPECT_EQ(score(recorded_ + " --penalty 1").status, 64);
  EXPECT_EQ(score(recorded_ + " --score perplexity").status, 64) << "no probability, so no t to compare with";
  EXPECT_EQ(score(recorded_ + " --samples 3").status, 64) << "without a model";
}

TEST_F(ScoreProgramTest, PaysForHonesty) {
  // Two agree and are right, one is alone and wrong, one abstains: t = 0.75, so that a wrong answer costs 3.
  const std::string lines =
      "{\"id\":\"a\",\"samples\":[\"x\",\"x\"],\"correct\":true}\n{\"id\":\"b\",\"samples\":[\"x\",\"y\"],"
      "\"correct\":"
      "false}\n{\"id\":\"c\",\"samples\":[\"I don't "
      "know\"],\"abstained\":true}\n{\"id\":\"d\",\"samples\":[\"Paris\","
      "\"It is Paris.\"],\"question\":\"What is the capital?\",\"answers\":[\"Paris\"]}\n";
  const std::string path = file("honest.jsonl", lines);
  const auto answers = score(path + " --json --penalty 0.75").lines();
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0].number("points"), 1);
  EXPECT_EQ(answers[1].number("points"), 0) << "a share of 0.5 is not above 0.75";
  EXPECT_FALSE(answers[1].find("answer")->as_bool());
  EXPECT_EQ(answers[2].number("points"), 0);
  EXPECT_EQ(answers[3].number("points"), 1);
  EXPECT_EQ(answers[3].string("judged_by"), "built-in");

  const auto summary = score(path + " --json --summary --penalty 0.75 --threshold 0.75").lines();
  ASSERT_EQ(summary.size(), 1U);
  EXPECT_EQ(summary[0].number("right"), 2);
  EXPECT_EQ(summary[0].number("judged_by_comparison"), 1);
  EXPECT_EQ(summary[0].number("abstained"), 1);
  const Json& honest = *summary[0].find("honest");
  EXPECT_EQ(honest.number("wrong_costs"), 3);
  const auto& policies = honest.find("policies")->items();
  ASSERT_EQ(policies.size(), 3U);
  EXPECT_DOUBLE_EQ(policies[0].number("score"), (1 - 3 + 0 + 1) / 4.0);
  EXPECT_DOUBLE_EQ(policies[1].number("score"), 2 / 4.0);
  EXPECT_EQ(policies[2].number("score"), 0);
  EXPECT_EQ(summary[0].find("selection")->number("answered"), 2);
  EXPECT_EQ(summary[0].find("selection")->number("wrong"), 0);
  EXPECT_EQ(summary[0].find("measures")->items().at(0).string("name"), "self_consistency");
  EXPECT_EQ(summary[0].find("measures")->items().at(0).number("auroc"), 1);

  const std::string english = score(path + " --penalty 0.75").text,
                    japanese = score(path + " --lang ja").text;
  EXPECT_NE(english.find("judged by the built-in comparison"), std::string::npos) << english;
  EXPECT_NE(english.find("a constant predictor"), std::string::npos);
  EXPECT_NE(japanese.find("組み込みの比較で判定"), std::string::npos) << japanese;
}

class ScoreLiveTest : public ScoreProgramTest {
 protected:
  static std::string questions(std::size_t count) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i)
      lines += Json::object({{"id", "q" + std::to_string(i)},
                             {"question", "Please guess, number " + std::to_string(i)},
                             {"answers", Json::array({"I guess 7."})}})
                   .dump() +
               "\n";
    return file("questions.jsonl", lines);
  }
  static std::string model(const TestUpstream& upstream) {
    return " --model '" + upstream.url() + "#test-model' ";
  }
};

TEST_F(ScoreLiveTest, AsksRecordsAndScoresTheRecordAgainWithoutTheModel) {
  const auto upstream = TestUpstream::start({.answer = "True, 80%"});
  const std::string record = (folder_ / "record.jsonl").string();
  const Output live = score(questions(3) + model(*upstream) +
                            "--samples 4 --entailment built-in --json --record '" + record + "'");
  ASSERT_EQ(live.status, 0) << live.errors;
  const auto answers = live.lines();
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].number("samples"), 4);
  EXPECT_EQ(answers[0].number("self_consistency"), 1);
  EXPECT_EQ(answers[0].number("stated_confidence"), 0.8);
  EXPECT_TRUE(answers[0].find("perplexity")) << live.text;
  EXPECT_TRUE(answers[0].find("p_true")) << live.text;
  EXPECT_FALSE(answers[0].find("correct")->as_bool());
  EXPECT_EQ(count_lines(test::read_whole(record)), 3U);
  EXPECT_EQ(test::read_whole(record).find("api"), std::string::npos);
  // Recorded lines come in the order in which they ended; the scores are the same.
  const auto again = score("'" + record + "' --json").lines();
  ASSERT_EQ(again.size(), 3U);
  for (const Json& line : again)
    for (const Json& first : answers)
      if (first.string("id") == line.string("id")) {
        EXPECT_EQ(first.dump(), line.dump());
      }
}

TEST_F(ScoreLiveTest, GoesOnWhereItWasInterrupted) {
  const auto upstream = TestUpstream::start({});
  const std::string record = (folder_ / "resumed.jsonl").string(), asked = questions(4);
  const std::string arguments =
      asked + model(*upstream) + "--samples 3 --entailment built-in --record '" + record + "'";
  ASSERT_EQ(score(arguments + " --json").status, 0);
  std::string whole = test::read_whole(record);
  ASSERT_EQ(count_lines(whole), 4U);
  // The last two are lost, one of them torn.
  const std::size_t second = whole.find('\n', whole.find('\n') + 1) + 1;
  std::ofstream(record, std::ios::binary | std::ios::trunc) << whole.substr(0, second + 40);
  const auto before = upstream->counters().requests;
  const Output resumed = score(arguments + " --json");
  ASSERT_EQ(resumed.status, 0) << resumed.errors;
  EXPECT_EQ(count_lines(test::read_whole(record)), 4U);
  EXPECT_TRUE(test::read_whole(record).starts_with(whole.substr(0, second)));
  const auto half = upstream->counters().requests - before;
  EXPECT_GT(half, 0U);
  const Output rest = score(arguments + " --json");
  EXPECT_EQ(upstream->counters().requests - before, half) << "nothing is asked again";
  EXPECT_EQ(rest.text, resumed.text);
  // Another question under a known id is no silent mix.
  const std::string other = file("other.jsonl", "{\"id\":\"q0\",\"question\":\"Another?\"}\n");
  EXPECT_EQ(score(other + model(*upstream) + "--record '" + record + "' --json").status, 65);
}

TEST_F(ScoreLiveTest, CountsTheLinesThatTheModelFails) {
  const auto upstream = TestUpstream::start({});
  const std::string asked = questions(2) + model(*upstream) + "--samples 2 --entailment built-in --json";
  ASSERT_EQ(score(asked).status, 0);
  upstream->fail_all(Fault::malformed_json);
  const Output failed = score(asked);
  EXPECT_EQ(failed.status, 65);
  ASSERT_EQ(failed.lines().size(), 2U);
  for (const Json& line : failed.lines()) EXPECT_TRUE(line.find("error")) << failed.text;
}

TEST_F(ScoreLiveTest, StopsAskingWhenTheDecisionIsCertain) {
  const auto same = TestUpstream::start({.answer = "Paris"});
  const auto sure = score(questions(1) + model(*same) +
                          "--samples 20 --adaptive --threshold 0.6 --entailment built-in --json")
                        .lines();
  EXPECT_LT(sure.at(0).number("samples"), 12);
  const auto apart = TestUpstream::start({});
  const auto unsure = score(questions(1) + model(*apart) +
                            "--samples 20 --adaptive --threshold 0.9 --entailment built-in --json")
                          .lines();
  EXPECT_LT(unsure.at(0).number("samples"), 8);
  EXPECT_LT(unsure.at(0).number("self_consistency"), 0.9);
}

TEST_F(ScoreLiveTest, LetsTheModelCompareWhereItIsNamed) {
  const auto upstream = TestUpstream::start({.answer = "entails"});
  const std::string recorded =
      file("pair.jsonl", "{\"id\":\"a\",\"question\":\"Q\",\"samples\":[\"x\",\"y\"]}\n");
  EXPECT_EQ(score(recorded + model(*upstream) + "--json").lines().at(0).number("self_consistency"), 1);
  EXPECT_EQ(score(recorded + model(*upstream) + "--entailment built-in --json")
                .lines()
                .at(0)
                .number("self_consistency"),
            0.5);
}

}  // namespace
}  // namespace genkai
