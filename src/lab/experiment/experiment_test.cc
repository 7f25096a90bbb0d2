// The runner: what it keeps, and that nothing but one cell is lost to a kill.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "lab/experiment/runner.h"

namespace genkai::lab::experiment {
namespace {

/// Where cells leave a mark each time that they are measured; `slow` is how long each takes.
std::filesystem::path marks;
std::chrono::milliseconds slow{0};

Experiment counting_experiment() {
  Experiment out;
  out.name = "counting";
  out.limit = "context";
  out.question = "Is every cell measured?";
  out.conditions = [](Scale scale) {
    std::vector<std::string> names;
    for (int i = 0; i < (scale == Scale::ci ? 4 : 8); ++i) names.push_back("c=" + std::to_string(i));
    return names;
  };
  out.measure = [](const CellKey& key, const CellContext&) -> base::Result<Numbers> {
    std::ofstream(marks, std::ios::app) << key.condition << "/" << key.seed << "\n";
    std::this_thread::sleep_for(slow);
    return Numbers{{"x", 0.1 * static_cast<double>(key.seed)}};
  };
  out.find = [](const Results& results) {
    Finding found;
    found.figure.title = "Counting";
    found.figure.series.push_back({"x", {results.over_seeds("c=0", "x").at(0)}, stats::SeriesStyle::points});
    found.columns = {"x"};
    found.rows = {{results.over_seeds("c=0", "x").text()}};
    found.claims = {{ClaimKind::bound, "x is below one", results.over_seeds("c=0", "x").mean < 1},
                    {ClaimKind::phenomenon, "x is above one", results.over_seeds("c=0", "x").mean > 1}};
    found.paragraph = "All counted.";
    return found;
  };
  return out;
}

class RunnerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai-lab-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    marks = folder_ / "marks";
    slow = std::chrono::milliseconds(0);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  RunOptions options() const {
    return {.scale = Scale::ci, .seeds = 3, .folder = folder_, .progress = false};
  }
  static std::size_t measured() {
    std::ifstream file(marks);
    std::size_t n = 0;
    for (std::string line; std::getline(file, line);) ++n;
    return n;
  }
  std::filesystem::path folder_;
};

TEST_F(RunnerTest, MeasuresEachCellOnceAndThenNeverAgain) {
  const Experiment experiment = counting_experiment();
  const auto first = run(experiment, options());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->cells.size(), 12U);
  EXPECT_EQ(first->resumed, 0U);
  EXPECT_EQ(measured(), 12U);
  const auto second = run(experiment, options());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->resumed, 12U);
  EXPECT_EQ(measured(), 12U);
  EXPECT_EQ(to_json(*first).dump(), to_json(*second).dump());
  EXPECT_EQ(to_page(*first), to_page(*second));
}

TEST_F(RunnerTest, MoreSeedsKeepTheFewer) {
  const Experiment experiment = counting_experiment();
  ASSERT_TRUE(run(experiment, options()));
  RunOptions more = options();
  more.seeds = 4;
  const auto report = run(experiment, more);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->resumed, 12U);
  EXPECT_EQ(measured(), 16U);
}

TEST_F(RunnerTest, AnotherRevisionAndABrokenFileAreMeasuredAnew) {
  Experiment experiment = counting_experiment();
  ASSERT_TRUE(run(experiment, options()));
  std::ofstream(folder_ / "cells" / "counting-ci" / "c=2-seed3.json") << "{\"revision\":1";
  ASSERT_TRUE(run(experiment, options()));
  EXPECT_EQ(measured(), 13U);
  experiment.revision = 2;
  ASSERT_TRUE(run(experiment, options()));
  EXPECT_EQ(measured(), 25U);
}

TEST_F(RunnerTest, AKillAtAnyMomentLosesOneCellAtMost) {
  const Experiment experiment = counting_experiment();
  slow = std::chrono::milliseconds(3);
  RunOptions all = options();
  all.scale = Scale::full;  // 24 cells
  int killed = 0;
  for (int round = 0; round < 200; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(run(experiment, all) ? 0 : 1);
    std::this_thread::sleep_for(std::chrono::microseconds(1000 + 977 * (round % 13)));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status)) {
      ASSERT_EQ(WEXITSTATUS(status), 0);
      break;
    }
    ++killed;
  }
  slow = std::chrono::milliseconds(0);
  const auto report = run(experiment, all);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cells.size(), 24U);
  EXPECT_GT(killed, 2);
  EXPECT_LE(measured(), 24U + static_cast<std::size_t>(killed));
}

TEST_F(RunnerTest, StopsBetweenCells) {
  RunOptions stopped = options();
  stopped.stop.cancel();
  const auto report = run(counting_experiment(), stopped);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::Code::cancelled);
  EXPECT_EQ(measured(), 0U);
}

TEST_F(RunnerTest, SaysWhatWasNotSeen) {
  const Experiment experiment = counting_experiment();
  const auto report = run(experiment, options());
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->bounds_hold());
  const std::string page = to_page(*report);
  EXPECT_NE(page.find("x is below one | bound | holds"), std::string::npos) << page;
  EXPECT_NE(page.find("x is above one | phenomenon | **not seen at this scale**"), std::string::npos) << page;
  ASSERT_TRUE(write(*report, folder_));
  for (const char* name : {"counting.json", "counting.svg", "counting.md"})
    EXPECT_TRUE(std::filesystem::exists(folder_ / name)) << name;
}

TEST_F(RunnerTest, RefusesNoSeeds) {
  RunOptions none = options();
  none.seeds = 0;
  const auto report = run(counting_experiment(), none);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::Code::invalid_argument);
}

TEST(EstimateTest, IsStudents) {
  const Estimate found = estimate({1, 2, 3});
  EXPECT_DOUBLE_EQ(found.mean, 2);
  EXPECT_NEAR(found.interval.high - 2, 4.302653 / std::sqrt(3.0), 1e-4);
  EXPECT_EQ(estimate({0.5}).text(), ".50");
  EXPECT_EQ(estimate({}).text(), "none");
  EXPECT_EQ(number(-0.0004, 2), ".00");
  EXPECT_EQ(number(-0.5, 2), "-.50");
}

}  // namespace
}  // namespace genkai::lab::experiment
