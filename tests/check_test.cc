// `genkai check` as its users run it.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

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

class CheckProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("check"); }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const char* name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return "'" + (folder_ / name).string() + "'";
  }
  Output run(const std::string& arguments) const { return test::run_program(folder_, "check " + arguments); }
  fs::path folder_;
  const std::string claims_ =
      R"({"id":"q1","subject":"poodle","proposition":"is a dog","value":true,"confidence":0.95}
{"id":"q2","subject":"poodle","proposition":"is an animal","value":false,"confidence":0.7}
{"id":"q3","subject":"poodle","proposition":"has four legs","value":true,"confidence":0.9}
)";
  const std::string rules_ = R"({"if":"?x is a dog","then":"?x is a mammal","text":"dogs are mammals"}
{"rule":"?x is a mammal -> ?x is an animal","text":"mammals are animals"}
)";
};

TEST_F(CheckProgramTest, ClaimsAreHeldToRules) {
  const std::string given =
      "--claims " + file("claims.jsonl", claims_) + " --rules " + file("rules.jsonl", rules_);
  const Output people = run(given);
  EXPECT_EQ(people.status, 4) << people.errors;
  EXPECT_NE(people.text.find("at least 1 of these 3 answers is wrong"), std::string::npos) << people.text;
  EXPECT_NE(people.text.find("[q2] poodle is an animal  no to yes"), std::string::npos) << people.text;
  EXPECT_NE(people.text.find("the rule \"mammals are animals\" give"), std::string::npos) << people.text;
  EXPECT_EQ(people.text, run(given).text);
  const Output programs = run(given + " --json");
  EXPECT_EQ(programs.status, 4);
  const Json json = programs.json();
  EXPECT_EQ(json.string("verdict"), "inconsistent");
  EXPECT_EQ(json.find("certificate")->number("wrong_at_least"), 1);
  const auto& changes = json.find("repair")->find("changes")->items();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].string("id"), "q2");
  EXPECT_TRUE(changes[0].find("to")->as_bool());
  EXPECT_EQ(changes[0].find("because_of")->dump(), R"(["q1"])");
  EXPECT_NE(run(given + " --lang ja").text.find("3件の回答のうち少なくとも1件は誤り"), std::string::npos);
}

TEST_F(CheckProgramTest, WithoutRulesNothingIsWrong) {
  const std::string given = "--claims " + file("claims.jsonl", claims_);
  EXPECT_EQ(run(given).status, 0);
  EXPECT_EQ(run(given + " --json").json().string("verdict"), "consistent");
}

TEST_F(CheckProgramTest, ATextInBothLanguages) {
  const Output english = run("'The hall is open. The museum opened in 1932. The hall is closed.'");
  EXPECT_EQ(english.status, 4);
  EXPECT_NE(english.text.find("sentence"), std::string::npos) << english.text;
  const Output japanese = run("'プードルは犬です。犬は哺乳類です。プードルは哺乳類ではありません。'");
  EXPECT_EQ(japanese.status, 4);
  EXPECT_NE(japanese.text.find("一緒には成り立たない"), std::string::npos) << japanese.text;
  EXPECT_NE(japanese.text.find("種類に言えることはその仲間にも言える"), std::string::npos) << japanese.text;
  EXPECT_EQ(run("'The hall is open. The museum opened in 1932.'").status, 0);
  EXPECT_EQ(run("--rules-only 'The hall is open. The hall is closed.'").status, 0);
}

TEST_F(CheckProgramTest, ATextIsHeldAgainstDocuments) {
  ASSERT_TRUE(fs::create_directories(folder_ / "docs"));
  std::ofstream(folder_ / "docs" / "museum.txt")
      << "The harbour museum of Tomoshi opened on 4 April 1932. It has three halls.\n";
  const std::string docs = " --docs '" + (folder_ / "docs").string() + "'";
  const Output wrong = run("'The harbour museum of Tomoshi opened on 4 April 1935.'" + docs + " --json");
  EXPECT_EQ(wrong.status, 4) << wrong.errors;
  const Json json = wrong.json();
  ASSERT_NE(json.find("against_documents"), nullptr) << wrong.text;
  const auto& against = json.find("against_documents")->items();
  ASSERT_EQ(against.size(), 1U);
  EXPECT_EQ(against[0].string("document"), "museum.txt");
  EXPECT_NE(against[0].string("document_says").find("1932"), std::string::npos);
  EXPECT_EQ(run("'The harbour museum of Tomoshi opened on 4 April 1932.'" + docs).status, 0);
}

TEST_F(CheckProgramTest, BadInputIsSaid) {
  EXPECT_EQ(run("").status, 64);
  EXPECT_EQ(run("'a text' --claims /dev/null").status, 64);
  EXPECT_EQ(run("--claims " + (folder_ / "none").string()).status, 66);
  const Output broken =
      run("--claims " + file("broken.jsonl", "{\"text\":\"A dog is an animal\"}\n{\"text\":"));
  EXPECT_EQ(broken.status, 65);
  EXPECT_NE(broken.errors.find("line 2"), std::string::npos) << broken.errors;
  const Output rule = run("--claims " + file("claims.jsonl", claims_) + " --rules " +
                          file("rules.jsonl", R"({"rule":"?x -> ?y z"})"));
  EXPECT_EQ(rule.status, 65);
  EXPECT_NE(rule.errors.find("rule 1"), std::string::npos) << rule.errors;
  EXPECT_EQ(run("--claims " + file("empty.jsonl", "")).status, 65);
}

}  // namespace
}  // namespace genkai
