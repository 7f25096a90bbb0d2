// `genkai maxsat` as its users run it: what it prints for what, and what a signal leaves.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "base/rng.h"
#include "logic/maxsat/wcnf.h"
#include "program_rig.h"

namespace genkai {
namespace {

using test::Output;

namespace fs = std::filesystem;

class MaxSatProgram : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = test::make_program_home("maxsat"); }
  void TearDown() override { fs::remove_all(folder_); }

  // `before` stands before the program, and standard error comes after standard output.
  Output run(const std::string& content, const std::string& options = "", const std::string& before = "") {
    const std::string file = (folder_ / "formula.wcnf").string();
    EXPECT_TRUE(base::write_file_atomically(file, content));
    const std::string command = before + " '" GENKAI_PROGRAM "' maxsat '" + file + "' " + options + " 2>&1";
    return test::run_command(command);
  }

  fs::path folder_;
};

// So many claims that contradict each other by chance that no search ends soon.
logic::WeightedFormula frustrated() {
  logic::WeightedFormula formula;
  base::Rng rng(1);
  for (int clause = 0; clause < 6000; ++clause) {
    logic::Clause literals;
    for (int i = 0; i < 2; ++i) {
      const auto variable = static_cast<logic::Literal>(1 + rng.below(1000));
      literals.push_back(rng.below(2) == 0 ? variable : -variable);
    }
    formula.add_soft(std::move(literals), 1 + rng.below(9));
  }
  return formula;
}

TEST_F(MaxSatProgram, PrintsAsTheEvaluationDoes) {
  const Output old = run("p wcnf 3 4 12\n12 -1 -2 0\n7 1 0\n3 2 0\n1 -3 2 0\n");
  EXPECT_EQ(old.status, 0);
  EXPECT_NE(old.text.find("\no 3\n"), std::string::npos) << old.text;
  EXPECT_NE(old.text.find("\ns OPTIMUM FOUND\nv 100\n"), std::string::npos) << old.text;
  const Output recent = run("h -1 -2 0\n7 1 0\n3 2 0\n1 -3 2 0\n");
  EXPECT_NE(recent.text.find("\ns OPTIMUM FOUND\nv 100\n"), std::string::npos) << recent.text;
}

TEST_F(MaxSatProgram, SaysWhereThereIsNoAssignment) {
  const Output output = run("h 1 0\nh -1 0\n5 2 0\n");
  EXPECT_EQ(output.status, 0);
  EXPECT_NE(output.text.find("\ns UNSATISFIABLE\n"), std::string::npos) << output.text;
  EXPECT_EQ(output.text.find("\nv"), std::string::npos) << output.text;
}

TEST_F(MaxSatProgram, PrintsJson) {
  const auto json = base::Json::parse(run("h -1 -2 0\n7 1 0\n3 2 0\n", "--json").text);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->dump(), R"({"status":"optimal","lower":3,"upper":3,"model":[1,-2]})");
}

TEST_F(MaxSatProgram, NamesFileAndLineOfWhatItCannotRead) {
  const Output output = run("h 1 0\n5 two 0\n");
  EXPECT_EQ(output.status, 65);
  EXPECT_NE(output.text.find("formula.wcnf, line 2: not a literal"), std::string::npos) << output.text;
}

TEST_F(MaxSatProgram, ASignalAndTheBudgetLeaveTheBestFound) {
  const std::string content = logic::write_wcnf(frustrated(), logic::WcnfForm::without_header);
  const Output interrupted = run(content, "", "timeout --preserve-status -s INT 1");
  EXPECT_EQ(interrupted.status, 130);
  const Output ended = run(content, "--budget 0.5");
  EXPECT_EQ(ended.status, 2);
  for (const Output& output : {interrupted, ended}) {
    EXPECT_NE(output.text.find("\no "), std::string::npos) << output.text;
    EXPECT_NE(output.text.find("\ns SATISFIABLE\nv "), std::string::npos) << output.text;
  }
}

}  // namespace
}  // namespace genkai
