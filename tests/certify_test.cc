// genkai certify and genkai calibrate FILE, as their users run them.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "base/rng.h"
#include "program_rig.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using test::Output;

class CertifyTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("certify"); }
  void TearDown() override { fs::remove_all(folder_); }
  static Output run(const std::string& arguments, bool errors = false) {
    return test::run_command(std::string("'") + GENKAI_PROGRAM + "' " + arguments +
                             (errors ? " 2>&1 >/dev/null" : " 2>/dev/null"));
  }
  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }
  fs::path folder_;
};

// Overconfident scores of two groups, one of which is hard; some rows lack a score or an outcome.
std::string recorded(std::size_t n, std::uint64_t seed) {
  base::Rng rng(seed);
  std::string csv = "id,score,second,set,correct\n";
  for (std::size_t i = 0; i < n; ++i) {
    const bool hard = i % 3 == 0;
    const double skill = rng.uniform();
    const bool right = rng.uniform() < (hard ? 0.3 + 0.4 * skill : 0.75 + 0.25 * skill);
    const std::string score = i % 50 == 7 ? "NA" : std::to_string(0.8 + 0.2 * skill);
    csv += std::to_string(i) + "," + score + "," + std::to_string(skill + 0.1 * rng.normal()) + "," +
           (hard ? "\"hard, one\"" : "easy") + "," +
           (i % 100 == 9 ? ""
            : right      ? "TRUE"
                         : "FALSE") +
           "\n";
  }
  return csv;
}

TEST_F(CertifyTest, CountsWhatItCannotUseAndAppliesWhatItFound) {
  const std::string a = file("a.csv", recorded(3000, 1)), b = file("b.csv", recorded(2000, 2));
  const auto out = run("certify " + a + " --score score --correct correct --risk 0.25 --delta 0.1 --apply " +
                       b + " --write " + (folder_ / "d.jsonl").string() + " --json");
  EXPECT_EQ(out.status, 0);
  const Json json = out.json();
  const Json& rows = *json.find("rows");
  EXPECT_EQ(rows.number("read"), 3000);
  EXPECT_EQ(rows.number("without_outcome"), 30);
  EXPECT_EQ(rows.number("used"), 2970);
  EXPECT_EQ(rows.number("without_score"), 60);
  ASSERT_TRUE(json.find("certified")->as_bool());
  EXPECT_EQ(json.string("on"), "score");
  EXPECT_LE(json.number("bound"), 0.25);
  EXPECT_LE(json.number("next_bound"), 0.25);
  EXPECT_EQ(json.number("n"), 2970) << "rows without a score are questions too";
  EXPECT_EQ(json.string("calibration_hash").size(), 32U);
  const Json& applied = *json.find("applied");
  EXPECT_EQ(applied.number("rows"), 2000);
  EXPECT_LE(applied.number("risk"), 0.25);
  std::size_t lines = 0, answered = 0;
  std::ifstream decisions(folder_ / "d.jsonl");
  for (std::string line; std::getline(decisions, line); ++lines)
    answered += Json::parse(line)->find("answer")->as_bool() ? 1 : 0;
  EXPECT_EQ(lines, 2000U);
  EXPECT_EQ(static_cast<double>(answered), applied.number("answered"));
  // The long-run rate alone allows more.
  const auto rate = run("certify " + a + " --score score --risk 0.25 --next none --json").json();
  EXPECT_GE(rate.number("coverage"), json.number("coverage"));
  EXPECT_TRUE(rate.find("next_bound")->is_null());
}

TEST_F(CertifyTest, GroupsAndSeveralScoresAnswerMoreAtTheSameRisk) {
  const std::string a = file("a.csv", recorded(3000, 1)), b = file("b.csv", recorded(3000, 2));
  const std::string common = " --correct correct --risk 0.12 --apply " + b + " --json";
  const auto plain = run("certify " + a + " --score score" + common).json();
  const auto grouped = run("certify " + a + " --score score --group set" + common).json();
  const auto fused = run("certify " + a + " --score score --score second --group set" + common).json();
  EXPECT_EQ(grouped.string("on"), "probability");
  EXPECT_GT(grouped.find("applied")->number("coverage"), plain.number("coverage") + 0.1);
  EXPECT_GT(fused.find("applied")->number("coverage"), plain.number("coverage") + 0.1);
  for (const auto& own : {grouped, fused}) EXPECT_LE(own.find("applied")->number("risk"), 0.13);
  ASSERT_EQ(grouped.find("groups")->items().size(), 2U);
  const Json& easy = grouped.find("groups")->items()[0];
  const Json& hard = grouped.find("groups")->items()[1];
  EXPECT_EQ(easy.string("group"), "easy");
  EXPECT_TRUE(easy.find("certified")->as_bool());
  EXPECT_LE(easy.find("applied")->number("risk"), 0.13);
  EXPECT_EQ(hard.string("group"), "hard, one");
  EXPECT_FALSE(hard.find("certified")->as_bool());
  EXPECT_TRUE(hard.find("needed")->is_null()) << "more of the same would not help";
  EXPECT_EQ(run("certify " + a + " --score score --group set" + common).text,
            run("certify " + a + " --score score --group set" + common).text);
}

TEST_F(CertifyTest, SaysWhatItCannotPromise) {
  std::string few = "score,correct\n";
  for (int i = 0; i < 20; ++i) few += "0.9,yes\n";
  const auto out = run("certify " + file("few.csv", few) + " --score score --risk 0.05 --json");
  EXPECT_EQ(out.status, 2);
  EXPECT_FALSE(out.json().find("certified")->as_bool());
  EXPECT_TRUE(out.json().find("threshold")->is_null());
  EXPECT_GE(out.json().number("needed"), 45);
  const auto words = run("certify " + file("few.csv", few) + " --score score --risk 0.05");
  EXPECT_NE(words.text.find("not certifiable at 5.0 % with these 20 questions"), std::string::npos);
  EXPECT_NE(run("certify " + file("few.csv", few) + " --score score --risk 0.05 --lang ja")
                .text.find("認証できません"),
            std::string::npos);
}

TEST_F(CertifyTest, TheOtherProceduresPromiseWhatTheySay) {
  const std::string a = file("a.csv", recorded(2000, 1)), b = file("b.csv", recorded(2000, 2));
  for (const char* procedure : {"holm", "expectation", "selection"}) {
    const auto json = run("certify " + a + " --score score --group set --risk 0.15 --procedure " + procedure +
                          " --apply " + b + " --json")
                          .json();
    EXPECT_TRUE(json.find("certified") && json.find("certified")->as_bool()) << procedure;
    const Json& applied = *json.find("applied");
    const double wrong = procedure == std::string("expectation")
                             ? applied.number("errors") / applied.number("rows")
                             : applied.number("risk");
    EXPECT_LE(wrong, 0.18) << procedure;
    EXPECT_GT(applied.number("coverage"), 0.2) << procedure;
  }
}

TEST_F(CertifyTest, BadInputIsNamed) {
  const std::string a = file("a.csv", recorded(200, 1));
  const auto column = run("certify " + a + " --score nothing", true);
  EXPECT_EQ(column.status, 65);
  EXPECT_NE(column.text.find("no column \"nothing\""), std::string::npos);
  EXPECT_NE(column.text.find("id, score, second"), std::string::npos);
  EXPECT_EQ(run("certify " + (folder_ / "none.csv").string() + " --score s").status, 66);
  EXPECT_EQ(run("certify " + file("empty.csv", "") + " --score s").status, 65);
  EXPECT_EQ(run("certify " + file("header.csv", "score,correct\n") + " --score score").status, 65);
  EXPECT_EQ(run("certify " + file("torn.csv", "score,correct\n1\n2\n3\n0.5,yes\n") + " --score score").status,
            65);
  EXPECT_EQ(run("certify " + file("text.csv", "score,correct\n0.5,maybe\n") + " --score score").status, 65);
  EXPECT_EQ(run("certify " + a).status, 64);
  EXPECT_EQ(run("certify " + a + " --score score --next soon").status, 64);
  EXPECT_EQ(run("calibrate").status, 64);
  EXPECT_EQ(run("calibrate " + a).status, 64);
}

TEST_F(CertifyTest, JsonLinesWithHolesAndWithoutScoresAreRead) {
  std::string lines;
  for (int i = 0; i < 200; ++i)
    lines += i % 10 == 0   ? R"({"correct": false})"
             : i % 10 == 1 ? R"({"score": null, "correct": true})"
                           : R"({"score": 0.9, "correct": true, "extra": {"a": [1]}})",
        lines += "\n";
  const auto json =
      run("certify " + file("x.jsonl", lines + "{broken\n") + " --score score --risk 0.1 --json").json();
  EXPECT_EQ(json.find("rows")->number("without_score"), 40);
  EXPECT_EQ(json.find("rows")->number("malformed"), 1);
  EXPECT_EQ(json.number("answered"), 160);
  EXPECT_NEAR(json.number("coverage"), 0.8, 1e-12);
}

TEST_F(CertifyTest, CalibrateRepairsOverconfidenceBySetAndWritesItsMap) {
  const std::string a = file("a.csv", recorded(3000, 1)), b = file("b.csv", recorded(3000, 2));
  const std::string map = (folder_ / "map.json").string();
  const auto json =
      run("calibrate " + a + " --score score --group set --apply " + b + " --out " + map + " --json").json();
  const Json& all = json.find("cross_fitted")->items().at(0);
  const auto value = [&](const char* when, const char* figure) {
    return all.find(when)->find(figure)->number("value");
  };
  EXPECT_GT(value("before", "ece"), 0.15);
  EXPECT_LE(value("after", "ece"), 0.03);
  EXPECT_GT(value("after", "auroc"), value("before", "auroc"));
  EXPECT_EQ(value("constant", "auroc"), 0.5);
  EXPECT_EQ(json.find("cross_fitted")->items().size(), 3U) << "all, and each group";
  const Json& other = json.find("applied")->find("figures")->items().at(0);
  EXPECT_LE(other.find("after")->find("ece")->number("value"), 0.04) << "on rows that no fit has seen";
  EXPECT_TRUE(Json::parse([&] {
    std::ifstream in(map);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }()));
  for (const char* method : {"temperature", "platt", "isotonic", "binning", "fused"})
    EXPECT_EQ(run("calibrate " + a + " --score score --group set --method " + method + " --json")
                  .json()
                  .string("method"),
              method);
}

}  // namespace
}  // namespace genkai
