// `genkai solve` as its users run it.

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
using test::Output;

const char* const kProgram =
    "Facts:\nSparrow(Pip, True)\nRules:\nSparrow($x, True) >>> Heavy($x, False)\nQuery:\nHeavy(Pip, True)\n";

class SolveProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("solve"); }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  Output run(const std::string& arguments) const {
    return test::run_command(std::string("'") + GENKAI_PROGRAM + "' solve " + arguments + " 2>&1");
  }
  fs::path folder_;
};

TEST_F(SolveProgramTest, AFileIsSolvedAndExplained) {
  const Output answered = run(file("a.logic", kProgram) + " --option 'A) True' --option 'B) False'");
  EXPECT_EQ(answered.status, 0);
  EXPECT_NE(answered.text.find("Answer: B\n"), std::string::npos) << answered.text;
  EXPECT_NE(answered.text.find("not Heavy(Pip)  because Sparrow(Pip)  (line 4)"), std::string::npos);
  const Output japanese = run(file("b.logic", "Facts:\nA(t) ^ B(t)\nQuery:\nA(t)") + " --lang ja");
  EXPECT_EQ(japanese.status, 65);
  EXPECT_NE(japanese.text.find("2 行 6 字目"), std::string::npos) << japanese.text;
  EXPECT_EQ(run("- < " + file("c.logic", "Facts:\nA(t)\nQuery:\nB(t)")).status, 2);
  EXPECT_EQ(run("/no/such/file").status, 66);
  EXPECT_EQ(run("").status, 64);
}

TEST_F(SolveProgramTest, ABatchGivesALineForEachLine) {
  std::string lines;
  const auto line = [&](const char* id, Json program) {
    Json one = Json::object({{"id", id}, {"program", std::move(program)}, {"question", "Pip is heavy."}});
    one.set("options", Json::array({"A) True", "B) False"}));
    lines += one.dump() + "\n";
  };
  line("one", kProgram);
  line("list", Json::array({kProgram, "?", kProgram}));
  line("broken", "Facts:\n(");
  lines += "{\"id\": \"none\"}\n{nonsense\n";
  const Output output = run("--batch " + file("lines.jsonl", lines) + " --json");
  EXPECT_EQ(output.status, 65);  // for the last two
  std::vector<Json> parsed;
  for (std::size_t at = 0; at < output.text.size();) {
    const std::size_t end = output.text.find('\n', at);
    auto one = Json::parse(output.text.substr(at, end - at));
    ASSERT_TRUE(one) << output.text;
    parsed.push_back(std::move(*one));
    at = end + 1;
  }
  ASSERT_EQ(parsed.size(), 5u);
  EXPECT_EQ(parsed[0].string("id") + parsed[0].string("status") + parsed[0].string("answer"), "oneokB");
  EXPECT_EQ(parsed[1].string("answer"), "B");
  EXPECT_EQ(parsed[1].number("votes"), 2);
  EXPECT_EQ(parsed[2].string("status"), "syntax");
  EXPECT_TRUE(parsed[2].find("answer")->is_null());
  EXPECT_FALSE(parsed[2].string("why").empty());
  EXPECT_NE(parsed[3].find("error"), nullptr);
}

TEST_F(SolveProgramTest, AModelFormalisesAQuestion) {
  test::TestUpstreamOptions options;
  options.answer = kProgram;
  const auto upstream = test::TestUpstream::start(options);
  const std::string premises = file("premises.txt", "No sparrow is heavy. Pip is a sparrow.");
  const Output answered = run("--model " + upstream->url() + "#test-model --premises " + premises +
                              " --option 'A) True' --option 'B) False' --json 'Pip is heavy.'");
  EXPECT_EQ(answered.status, 0) << answered.text;
  const auto json = Json::parse(answered.text);
  ASSERT_TRUE(json) << answered.text;
  EXPECT_EQ(json->string("answer"), "B");
  EXPECT_EQ(json->number("agreement"), 1);
  EXPECT_EQ(json->find("programs")->items().size(), 3u);
  upstream->fail_all(test::Fault::refused);
  EXPECT_EQ(run("--model " + upstream->url() + "#test-model 'Pip is heavy.'").status, 75);
}

}  // namespace
}  // namespace genkai
