// `genkai compute`, and `genkai ask` where the answer has to be computed, as their users run them.

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
using test::TestUpstream;

class ComputeProgramTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { folder_ = test::make_program_home("compute"); }
  static void TearDownTestSuite() { fs::remove_all(folder_); }
  static void write(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  static Output run(const std::string& arguments) { return test::run_program(folder_, arguments); }
  static inline fs::path folder_;
};

TEST_F(ComputeProgramTest, PrintsValuesForPeopleInTheirLanguage) {
  EXPECT_EQ(run("compute 'price = 12.5 USD; qty = 3; price * qty'").text, "37.5 USD\ntype: money (USD)\n");
  EXPECT_EQ(run("compute '120 km/h in m/s'").text, "33.3333333333 m/s\nexactly: 100/3 m/s\ntype: speed\n");
  EXPECT_EQ(run("compute '2024年3月3日 - 令和5年12月25日'").text, "69日\n種類: 時間\n");
  const Output wrong = run("compute '12 km + 3 kg'");
  EXPECT_EQ(wrong.status, 65);
  EXPECT_EQ(wrong.text, "");
  EXPECT_NE(wrong.errors.find("1:1: 12 km + 3 kg: length and mass cannot be added"), std::string::npos);
  EXPECT_EQ(run("compute").status, 64);
  EXPECT_EQ(run("compute 1 --batch -").status, 64);
}

TEST_F(ComputeProgramTest, BatchesKeepTheirOrderAndTheirErrors) {
  write(folder_ / "lines.jsonl",
        "{\"id\":\"a\",\"expression\":\"1/3 + 50%\"}\nnot json\n{\"id\":\"c\",\"expression\":\"x + "
        "1\"}\n{\"id\":\"d\"}\n");
  const Output output = run("compute --json --batch '" + (folder_ / "lines.jsonl").string() + "'");
  EXPECT_EQ(output.status, 65);
  std::vector<Json> lines;
  for (std::size_t at = 0; at < output.text.size();) {
    const std::size_t end = output.text.find('\n', at);
    lines.push_back(*Json::parse(output.text.substr(at, end - at)));
    at = end + 1;
  }
  ASSERT_EQ(lines.size(), 4U) << output.text;
  EXPECT_EQ(lines[0].string("id"), "a");
  EXPECT_EQ(lines[0].string("exact"), "5/6");
  EXPECT_TRUE(lines[0].find("rounded")->as_bool());
  EXPECT_NE(lines[1].find("error"), nullptr);
  EXPECT_EQ(lines[2].string("fault"), "unknown_name");
  EXPECT_EQ(lines[2].number("column"), 1);
  EXPECT_NE(lines[3].find("error"), nullptr);
}

TEST_F(ComputeProgramTest, AsksForProgramsAndAnswersWithWhatTheyGive) {
  const std::string opening = "The harbour museum opened on 25 December 2023 with a concert.";
  const std::string fire = "The harbour museum was closed on 3 March 2024 after a fire.";
  write(folder_ / "docs/opening.txt", opening);
  write(folder_ / "docs/fire.txt", fire);
  const Json quotes = Json::array(
      {Json::object({{"passage", 1}, {"quote", opening}}), Json::object({{"passage", 2}, {"quote", fire}})});
  // What is said to every request: the draft computed in the head, and the program, which is asked for apart.
  const std::string said =
      Json::object({{"answer", "70 days"}, {"expression", "2024-03-03 - 2023-12-25"}, {"quotes", quotes}})
          .dump();
  const auto upstream = TestUpstream::start({.answer = said});
  const std::string asked =
      "ask 'How many days after the opening of the harbour museum was the fire?' --docs '" +
      (folder_ / "docs").string() + "' --json --explain --model " + upstream->url() + "#test-model ";
  const Output computed = run(asked);
  ASSERT_EQ(computed.status, 0) << computed.text << computed.errors;
  const auto answer = Json::parse(computed.text);
  ASSERT_TRUE(answer);
  const Json& item = answer->find("answers")->items().at(0);
  EXPECT_EQ(item.string("text"), "69 days");
  EXPECT_NE(computed.text.find("2024-03-03 - 2023-12-25 = 69 days"), std::string::npos);
  EXPECT_NE(computed.text.find("\"overrule\""), std::string::npos);
  const Output without = run(asked + "--programs 0");
  EXPECT_EQ(without.status, 2) << without.text;
  EXPECT_EQ(without.text.find("\"overrule\""), std::string::npos);
}

}  // namespace
}  // namespace genkai
