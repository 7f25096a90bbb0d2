// `genkai trace` as its users run it, on the sample documents.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

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
using test::Fault;
using test::Output;
using test::TestUpstream;

class TraceProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("trace"); }
  void TearDown() override { fs::remove_all(folder_); }
  Output run(const std::string& arguments) const { return test::run_program(folder_, arguments); }
  Output trace(const std::string& question, const std::string& more = "") const {
    return run("trace '" + question + "' --docs '" GENKAI_EXAMPLES "/handbook' " + more);
  }
  fs::path folder_;
  const std::string question_ = "How high is Mount Tomoshi?";
  const std::string why_ = "Why was the log of the first skipper written in pencil?";
};

TEST_F(TraceProgramTest, TheAnswerIsThatOfAskAndItsDocumentDecides) {
  const Output found = trace(why_, "--risk 0.3 --json");
  const Output asked = run("ask '" + why_ + "' --docs '" GENKAI_EXAMPLES "/handbook' --risk 0.3 --json");
  ASSERT_EQ(found.status, asked.status) << found.errors;
  const Json json = found.json();
  EXPECT_EQ(json.find("before")->find("answers")->dump(), asked.json().find("answers")->dump());
  const auto& runs = json.find("left_out")->items();
  ASSERT_GE(runs.size(), 2U);
  EXPECT_EQ(runs[0].find("documents")->items().at(0).as_string(), "about/history.md");
  EXPECT_TRUE(runs[0].find("cited")->as_bool());
  EXPECT_EQ(json.number("asks"), json.number("calls")) << "without a model";
  EXPECT_FALSE(json.find("cut")->as_bool());
  for (std::size_t i = 1; i < runs.size(); ++i)
    if (runs[i].string("effect") == runs[i - 1].string("effect")) {
      EXPECT_LE(runs[i - 1].number("probability"), runs[i].number("probability"));
    }
}

TEST_F(TraceProgramTest, TheSameBytesAndBothLanguages) {
  const std::string first = trace(question_).text;
  EXPECT_EQ(first, trace(question_).text);
  EXPECT_NE(first.find("left out, one group at a time"), std::string::npos) << first;
  EXPECT_NE(trace(question_, "--lang ja").text.find("一群ずつ除いて"), std::string::npos);
}

TEST_F(TraceProgramTest, WhereTwoSayTheSameNoneDecidesAlone) {
  std::ofstream(folder_ / "two.jsonl")
      << R"({"id":"a","text":"The island museum opened on 4 April 1932. It has three halls."})"
         "\n"
      << R"({"id":"b","text":"Visitors like it. Since the island museum opened on 4 April 1932 it is free."})"
         "\n"
      << R"({"id":"c","text":"The ferry leaves the harbour at 7:40 every morning. It carries mail."})"
         "\n";
  ASSERT_EQ(run("ingest '" + (folder_ / "two.jsonl").string() + "' --kb two").status, 0);
  const std::string asked = "trace 'When did the island museum open?' --kb two --risk 0.5 ";
  const Output people = run(asked);
  ASSERT_EQ(people.status, 0) << people.errors;
  EXPECT_NE(people.text.find("no single group decides: 2 groups say the same"), std::string::npos)
      << people.text;
  EXPECT_NE(people.text.find("together these change it"), std::string::npos) << people.text;
  const Json json = run(asked + "--json").json();
  EXPECT_EQ(json.find("together")->items().size(), 2U);
  EXPECT_TRUE(json.find("minimal")->as_bool());
  EXPECT_NE(json.find("without")->string("effect"), "same");
  const Output short_of = run(asked + "--calls 2");
  EXPECT_NE(short_of.text.find("cut short after 2 calls"), std::string::npos) << short_of.text;
  EXPECT_EQ(short_of.text.find("no single group"), std::string::npos) << "it has not seen all of them";
  for (const char* by : {"passage", "source"})
    EXPECT_EQ(run(asked + "--json --by " + by).json().string("by"), by);
}

TEST_F(TraceProgramTest, AModelsBudgetIsSaidBeforeAndKept) {
  const auto upstream = TestUpstream::start({});
  const Output found =
      trace(why_, "--risk 0.25 --json --calls 40 --model " + upstream->url() + "#test-model");
  ASSERT_EQ(found.status, 0) << found.text << found.errors;
  EXPECT_NE(found.errors.find("test-model will be called at most 40 times"), std::string::npos)
      << found.errors;
  const Json json = found.json();
  EXPECT_LE(json.number("calls"), 40);
  EXPECT_GT(json.number("calls"), json.number("asks"));
  EXPECT_EQ(json.find("again")->string("effect"), "same");
  EXPECT_EQ(json.find("left_out")->items().at(0).find("documents")->items().at(0).as_string(),
            "about/history.md");
}

TEST_F(TraceProgramTest, AModelThatFailsMidwayEndsItWithWhatWasDone) {
  const auto upstream = TestUpstream::start({});
  const std::string more = "--risk 0.25 --json --calls 1000 --model " + upstream->url() + "#test-model";
  ASSERT_EQ(trace(why_, more).status, 0) << "what the model can do is kept for the next run";
  const auto probed = upstream->counters().requests;
  const Json whole = trace(why_, more).json();
  const auto before = upstream->counters().requests;
  for (auto served = 5 * (before - probed) / 8; served > 0; --served) upstream->fail_next(Fault::none);
  upstream->fail_all(Fault::internal_error);
  const Output broken = trace(why_, more);
  ASSERT_EQ(broken.status, 75) << broken.text << broken.errors;
  const Json json = broken.json();
  EXPECT_FALSE(json.string("failure").empty());
  EXPECT_EQ(json.number("groups"), whole.number("groups"));
  EXPECT_LT(json.find("left_out")->items().size(), whole.find("left_out")->items().size());
  EXPECT_FALSE(json.find("left_out")->items().empty());
}

TEST_F(TraceProgramTest, AModelThatIsNotThereEndsItAndIsNamed) {
  const Output dead = trace(why_, "--model http://127.0.0.1:1/v1#gone");
  EXPECT_EQ(dead.status, 75) << dead.text << dead.errors;
  EXPECT_NE(dead.text.find("the language model failed"), std::string::npos) << dead.text;
  EXPECT_NE(dead.text.find("gone"), std::string::npos) << dead.text;
}

TEST_F(TraceProgramTest, WrongUseAndNothingToTrace) {
  EXPECT_EQ(run("trace").status, 64);
  EXPECT_EQ(run("trace Why?").status, 64);
  EXPECT_EQ(trace("").status, 64);
  EXPECT_EQ(trace(question_, "--by word").status, 64);
  EXPECT_EQ(trace(question_, "--calls 0").status, 64);
  EXPECT_EQ(trace(question_, "--calls 2 --model http://127.0.0.1:1/v1#gone").status, 65);
  EXPECT_EQ(run("trace Why? --kb nowhere").status, 66);
  const Output unclear = trace("When did it open?");
  EXPECT_EQ(unclear.status, 3) << unclear.text;
  EXPECT_NE(unclear.text.find("nothing to leave out"), std::string::npos) << unclear.text;
}

}  // namespace
}  // namespace genkai
