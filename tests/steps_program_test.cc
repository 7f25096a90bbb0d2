// `genkai steps` as its users run it, what wrong steps do to an answer, and the step-corruption probe over
// HTTP.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/json.h"
#include "limits/reasoning/steps/corruption.h"
#include "model/upstream/chat_model.h"
#include "program_rig.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
namespace steps = limits::reasoning::steps;
using base::Json;
using test::Output;
using test::TestUpstream;

class StepsProgramTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { folder_ = test::make_program_home("steps"); }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  static Output run(const std::string& arguments) { return test::run_program(folder_, arguments); }
  static inline fs::path folder_;
};

TEST_F(StepsProgramTest, ABatchGivesALineForEachAndNamesWhatIsMalformed) {
  const std::string path = file(
      "chains.jsonl",
      "{\"id\":\"a\",\"input\":\"\",\"steps\":[\"1 + 1 = 2\",\"2 + 2 = 5\"]}\n"
      "not json\n"
      "\n"
      "{\"id\":7,\"input\":\"\",\"steps\":[\"nothing to check\"]}\n"
      "{\"id\":\"c\",\"input\":\"\",\"steps\":\"1 + 1 = 3\"}\n"
      "{\"id\":\"d\",\"input\":\"( [\",\"steps\":[\"stack: empty\",\"( ; stack: (\",\"[ ; stack: [\"]}\n");
  const Output output = run("steps --batch '" + path + "' --json");
  EXPECT_EQ(output.status, 65);
  const auto lines = output.lines();
  ASSERT_EQ(lines.size(), 3U) << output.errors;
  EXPECT_EQ(lines[0].dump(), R"({"id":"a","first_wrong":1,"why":"2 + 2 is 4, not 5","checked":2})");
  EXPECT_EQ(lines[1].dump(), R"({"id":7,"first_wrong":null,"why":"","checked":0})");
  EXPECT_EQ(lines[2].find("first_wrong")->as_int(), 2);
  EXPECT_NE(output.errors.find("{\"line\":2,"), std::string::npos) << output.errors;
  EXPECT_NE(output.errors.find("{\"line\":5,"), std::string::npos) << output.errors;
  EXPECT_EQ(run("steps --batch '" + (folder_ / "missing").string() + "'").status, 66);
  EXPECT_EQ(run("steps").status, 64);
}

TEST_F(StepsProgramTest, AChainForPeople) {
  const std::string path = file("chain.txt", "She has 16 - 3 = 13 eggs.\n13 * 2 = 27 dollars.\n");
  const Output english = run("steps '" + path + "'");
  EXPECT_EQ(english.status, 0);
  EXPECT_NE(english.text.find("The first wrong step is step 1: 13 * 2 is 26, not 27"), std::string::npos)
      << english.text;
  EXPECT_NE(english.text.find("2 of 2 steps could be checked."), std::string::npos);
  const Output japanese = run("steps '" + path + "' --lang ja");
  EXPECT_NE(japanese.text.find("最初の誤りは手順 1 です"), std::string::npos) << japanese.text;
  const Output hostile = run("steps '" + file("hostile.txt", "\x1b[31m \xff 1 + 1 = 3\x07") + "'");
  EXPECT_EQ(hostile.text.find('\x1b'), std::string::npos);
}

TEST_F(StepsProgramTest, AWrongStepTakesTheSupportOfAModelsAnswer) {
  const auto asked = [&](const std::string& stated) {
    const auto upstream = TestUpstream::start(
        {.answer = "{\"answer\": \"Ink does not survive spray.\", \"steps\": [" + stated +
                   "], \"quotes\": [{\"passage\": 1, \"quote\": \"ink does not survive spray\"}]}"});
    const Output output =
        run("ask 'Why was the log of the first skipper written in pencil?' --docs '" GENKAI_EXAMPLES
            "/handbook' --risk 0.4 --explain --json --model " +
            upstream->url() + "#test-model");
    return output.text + output.errors;
  };
  const std::string right = asked("\"1961 - 1950 = 11\""), wrong = asked("\"1961 - 1950 = 12\"");
  EXPECT_NE(right.find("\"outcome\":\"answered\""), std::string::npos) << right;
  EXPECT_EQ(wrong.find("\"outcome\":\"answered\""), std::string::npos) << wrong;
  EXPECT_NE(right.find("1 of 2 could be checked, and none is wrong"), std::string::npos) << right;
  EXPECT_EQ(wrong.find("none is wrong"), std::string::npos);
  EXPECT_NE(wrong.find("step 1 is wrong: 1961 - 1950 is 11, not 12"), std::string::npos) << wrong;
}

TEST_F(StepsProgramTest, TheCorruptionProbeOverHttp) {
  const std::vector<steps::WorkedQuestion> questions = {
      {"q1", "What are 3 eggs at $2?", {"3 * 2 = 6", "The answer is 6"}},
      {"q2", "What are 4 eggs at $2?", {"4 * 2 = 8", "The answer is 8"}}};
  // Whatever stands in the prompt, it says the same.
  const auto upstream = TestUpstream::start({.answer = "Answer: 6"});
  const auto models = model::Models::create({*model::parse_model_url(upstream->url() + "#test-model")},
                                            model::curl_transport());
  ASSERT_TRUE(models);
  model::asking::Replies replies("test-model", 3);
  const auto asked = base::run_blocking(model::asking::ask_all(
      *(*models)->all().front(), steps::plan_corruption(questions, 3), replies, {.seed = 3},
      [](const model::asking::Reply&) { return base::Status(); }, [] {}, {}));
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->calls, 8U);
  const auto report = steps::measure_corruption(questions, 3, replies);
  EXPECT_EQ(report.asked, 2U);
  EXPECT_EQ(report.unusable, 0U);
  EXPECT_EQ(report.changed.hits, 0U);
  EXPECT_EQ(report.blind.hits, 2U);
}

}  // namespace
}  // namespace genkai
