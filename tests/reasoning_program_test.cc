// genkai bound reasoning and genkai probe reasoning, as their users run them; the latter against the test
// upstream.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "program_rig.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Output;
using test::TestUpstream;

class ReasoningProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("reasoning"); }
  void TearDown() override { fs::remove_all(folder_); }
  Output run(const std::string& arguments) const { return test::run_program(folder_, arguments); }
  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return "'" + (folder_ / name).string() + "'";
  }
  fs::path folder_;
};

TEST_F(ReasoningProgramTest, BoundsPrintTheirFiguresAndAssumptions) {
  const Json wrong = run("bound reasoning fewest-wrong --group 5,3,1 --exactly-one 3,1,4 --json").json();
  EXPECT_EQ(wrong.number("at_least"), 6);
  EXPECT_EQ(wrong.number("answers"), 13);
  const Json pairs = run("bound reasoning fewest-wrong --json " + file("pairs", "a\tb\nb\tc\nd\n")).json();
  EXPECT_EQ(pairs.number("at_least"), 1);
  EXPECT_EQ(pairs.number("answers"), 4);

  const Json chain = run("bound reasoning survival --wrong 12 --of 400 --steps 8 --target 0.9 --json").json();
  EXPECT_NEAR(chain.number("survival"), 0.78374, 1e-4);
  EXPECT_EQ(chain.number("longest"), 3);
  ASSERT_NE(chain.find("survival_interval"), nullptr);
  EXPECT_GE(chain.find("assumptions")->items().size(), 3U);
  const Json table = run("bound reasoning survival --json - < " + file("steps", "1\t20\n2\t30\n")).json();
  EXPECT_NEAR(table.number("survival"), 0.95 * 28 / 30, 1e-9);

  const Json best =
      run("bound reasoning best-of-n --right 0.4 --accepts-right 0.9 --accepts-wrong 0.2 --n 8 --json")
          .json();
  EXPECT_NEAR(best.number("ceiling"), 0.75, 1e-9);
  EXPECT_EQ(best.number("enough"), 10);
  const std::string attempts = file("attempts", "3\t10\n0\t10\n");
  const Json oracle = run("bound reasoning best-of-n --n 5 --json " + attempts).json();
  EXPECT_NEAR(oracle.number("pass_at_n"), (1 - 21.0 / 252) / 2, 1e-9);
  const Json vote = run("bound reasoning majority --right 0.6 --n 3 --json").json();
  EXPECT_NEAR(vote.number("right"), 0.648, 1e-9);
  EXPECT_NE(run("bound reasoning majority --n 5 --json " + attempts).json().find("right_interval"), nullptr);
  const Json stop = run("bound reasoning stopping --first 5 --second 1 --remaining 3 --json").json();
  EXPECT_TRUE(stop.find("settled")->as_bool());

  const Output people = run("bound reasoning majority --right 0.6 --correlation 0.3 --n 11 --lang ja");
  EXPECT_EQ(people.status, 0);
  EXPECT_NE(people.text.find("成り立つ条件"), std::string::npos) << people.text;
}

TEST_F(ReasoningProgramTest, WrongUsageSaysWhatIsNeeded) {
  EXPECT_EQ(run("bound reasoning fewest-wrong").status, 64);
  EXPECT_EQ(run("bound reasoning survival --steps 3").status, 64);
  EXPECT_EQ(run("bound reasoning survival --error 0.1").status, 64);
  EXPECT_EQ(run("bound reasoning survival --errors 0.1,0.2 --steps 7").status, 64);
  EXPECT_EQ(run("bound reasoning best-of-n --n 3").status, 64);
  EXPECT_NE(run("bound reasoning fewest-wrong --group 5,x").status, 0);
  EXPECT_NE(run("bound reasoning fewest-wrong --exactly-one 3,2,4").status, 0);
  EXPECT_NE(run("bound reasoning stopping --first 1 --second 2").status, 0);
  EXPECT_EQ(run("probe reasoning").status, 64) << "a model is needed";
  EXPECT_EQ(run("probe reasoning --parts luck --model http://127.0.0.1:1/v1#gone").status, 64);
  EXPECT_EQ(run("probe reasoning --items 2 --model http://127.0.0.1:1/v1#gone").status, 75);
  const Output small = run("probe reasoning --budget 3 --model http://127.0.0.1:1/v1#gone");
  EXPECT_EQ(small.status, 65) << small.errors;
}

TEST_F(ReasoningProgramTest, AModelIsAskedOnceAndItsRepliesKept) {
  const auto upstream = TestUpstream::start({.answer = R"({"answer": "yes"})"});
  const std::string record = (folder_ / "replies.jsonl").string(), page = (folder_ / "page.html").string();
  const std::string command = "probe reasoning --items 8 --json --save --model " + upstream->url() +
                              "#test-model --record " + record + " --report " + page;
  const Output first = run(command);
  ASSERT_EQ(first.status, 0) << first.errors;
  EXPECT_NE(first.errors.find("calls to make"), std::string::npos) << first.errors;
  const Json json = first.json();
  const Json& kinds = *json.find("consistency");
  for (const char* kind : {"negation", "factual"})
    EXPECT_EQ(kinds.find(kind)->find("violated")->number("value"), 1) << "always yes";
  for (const char* kind : {"implication", "transitivity"})
    EXPECT_EQ(kinds.find(kind)->find("violated")->number("value"), 0) << "always yes";
  for (const auto& [kind, found] : kinds.members())
    EXPECT_EQ(found.find("violated")->number("value"), found.find("constant_violated")->number("value"));
  EXPECT_EQ(json.find("order")->find("right")->items()[0].number("value"),
            json.find("order")->find("constant")->number("value"));
  EXPECT_EQ(json.find("variants")->find("right")->items()[0].number("hits"), 0);
  EXPECT_EQ(json.find("steps")->number("unchecked"), 8);
  EXPECT_EQ(json.find("corruption")->find("changed")->number("hits"), 0);
  EXPECT_NE(test::read_whole(page).find("<svg"), std::string::npos);
  bool saved = false;
  for (const auto& entry : fs::directory_iterator(folder_ / "home" / "probes" / "reasoning"))
    saved = test::read_whole(entry.path()) == first.text;
  EXPECT_TRUE(saved);
  const auto requests = upstream->counters().requests;
  const Output again = run(command);
  EXPECT_EQ(upstream->counters().requests, requests) << again.errors;
  EXPECT_EQ(again.json().find("consistency")->dump(), json.find("consistency")->dump());
}

TEST_F(ReasoningProgramTest, ABudgetLeavesItemsOutWholeAndPartsAreAskedAlone) {
  const auto upstream = TestUpstream::start({.answer = R"({"answer": "いいえ"})"});
  const std::string model = " --model " + upstream->url() + "#test-model";
  const Output bounded = run("probe reasoning --parts order --items 40 --budget 30 --lang ja" + model);
  ASSERT_EQ(bounded.status, 0) << bounded.errors;
  EXPECT_NE(bounded.text.find("返答28件"), std::string::npos) << bounded.text;
  EXPECT_NE(bounded.text.find("各種7項目 (予算のため40から)"), std::string::npos) << bounded.text;
  EXPECT_NE(bounded.text.find("前提の順序"), std::string::npos);
  EXPECT_EQ(bounded.text.find("一貫性"), std::string::npos) << "not asked for";
}

}  // namespace
}  // namespace genkai
