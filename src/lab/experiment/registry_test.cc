// Every experiment at the scale of a few seconds: what a bound claims holds for what is measured.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "lab/experiment/registry.h"
#include "lab/experiment/runner.h"

namespace genkai::lab::experiment {
namespace {

class EveryExperiment : public ::testing::TestWithParam<const Experiment*> {};

TEST_P(EveryExperiment, KeepsItsBounds) {
  std::string pattern = (std::filesystem::temp_directory_path() / "genkai-lab-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const auto report =
      run(*GetParam(), {.scale = Scale::ci, .seeds = 3, .folder = pattern, .progress = false});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(write(*report, pattern));
  EXPECT_FALSE(report->finding.claims.empty());
  for (const Claim& claim : report->finding.claims)
    if (claim.kind == ClaimKind::bound) {
      EXPECT_TRUE(claim.holds) << claim.statement;
    }
  for (const auto& row : report->finding.rows) EXPECT_EQ(row.size(), report->finding.columns.size());
  for (const Cell& cell : report->cells) EXPECT_FALSE(cell.numbers.empty()) << cell.key.condition;
  std::filesystem::remove_all(pattern);
}

std::string test_name(const ::testing::TestParamInfo<const Experiment*>& info) {
  std::string name;
  for (const char c : info.param->name) name += c == '-' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(Lab, EveryExperiment,
                         ::testing::ValuesIn(experiments().begin(), experiments().end()), test_name);

TEST(Registry, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (const Experiment* experiment : experiments()) {
    EXPECT_TRUE(names.insert(experiment->name).second) << experiment->name;
    EXPECT_EQ(find_experiment(experiment->name), experiment);
  }
  EXPECT_EQ(find_experiment("none of that name"), nullptr);
}

}  // namespace
}  // namespace genkai::lab::experiment
