// genkai grammar, as its users run it.

#include <gtest/gtest.h>
#include <sys/wait.h>

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

class GrammarProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = test::make_program_home("grammar");
    file("list.gbnf", "root ::= item (\", \" item)*\nitem ::= [0-9]+ | \"(\" root \")\"\n");
    file("person.json", R"({"type":"object","title":"a person","properties":{"name":{"type":"string"},
      "tags":{"type":"array","uniqueItems":true}},"required":["name"],"additionalProperties":false})");
  }
  void TearDown() override { fs::remove_all(folder_); }
  void file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  /// Both streams of the program, run in the folder with `input` as standard input.
  Output run(const std::string& arguments, const std::string& input = "") const {
    file("input", input);
    const std::string command =
        "cd '" + folder_.string() + "' && '" + GENKAI_PROGRAM + "' grammar " + arguments + " <input 2>&1";
    return test::run_command(command);
  }
  fs::path folder_;
};

TEST_F(GrammarProgramTest, TellsWhetherATextConforms) {
  EXPECT_EQ(run("list.gbnf --match -", "1, (2, 3)").status, 0);
  const Output wrong = run("list.gbnf --match -", "1, (2;3)");
  EXPECT_EQ(wrong.status, 65);
  EXPECT_NE(wrong.text.find("does not conform: line 1, column 6: expected ')', ',' or '0' to '9'"),
            std::string::npos)
      << wrong.text;
  const auto json = Json::parse(run("list.gbnf --match - --json", "1, (2;3)").text);
  ASSERT_TRUE(json);
  EXPECT_FALSE(json->find("match")->find("conforms")->as_bool(true));
  EXPECT_EQ(json->find("match")->number("byte"), 5);
  EXPECT_NE(run("list.gbnf --match - --lang ja", "1;").text.find("不適合: 1 行 2 文字目"), std::string::npos);
}

TEST_F(GrammarProgramTest, HoldsADocumentToASchema) {
  const Output checked = run("person.json --schema");
  EXPECT_EQ(checked.status, 0);
  EXPECT_NE(checked.text.find("ignored, it only annotates: /title"), std::string::npos) << checked.text;
  EXPECT_NE(checked.text.find("checked on the finished document: /properties/tags/uniqueItems"),
            std::string::npos);
  EXPECT_EQ(run("person.json --schema --match -", R"({"tags":[1,2],"name":"Ada"})").status, 0)
      << "in any order of members";
  const auto twice =
      Json::parse(run("person.json --schema --match - --json", R"({"name":"Ada","tags":[1,1]})").text);
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->find("match")->string("path"), "/tags");
  EXPECT_EQ(twice->find("match")->string("keyword"), "/properties/tags/uniqueItems");
  const Output broken = run("person.json --schema --match -", "{\"name\":\n\"Ada\",}");
  EXPECT_EQ(broken.status, 65);
  EXPECT_NE(broken.text.find("line 2, column 7"), std::string::npos) << broken.text;
}

TEST_F(GrammarProgramTest, NamesWhatIsWrongWithAGrammar) {
  file("bad.gbnf", "root ::= \"a\"\nroot ::= b");
  const Output twice = run("bad.gbnf");
  EXPECT_EQ(twice.status, 65);
  EXPECT_NE(twice.text.find("bad.gbnf: line 2, column 1: the rule 'root' is defined twice"),
            std::string::npos)
      << twice.text;
  EXPECT_NE(run("- --schema", R"({"if":{}})").text.find("the keyword 'if' is not supported"),
            std::string::npos);
  EXPECT_EQ(run("missing.gbnf").status, 66);
  EXPECT_EQ(run("- --match -").status, 64);
}

}  // namespace
}  // namespace genkai
