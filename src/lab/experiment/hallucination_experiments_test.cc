// What the hallucination experiments measure at the scale of seconds: not bounds alone, which the registry's
// test holds, but that what is measured can tell.

#include <gtest/gtest.h>

#include "lab/experiment/registry.h"

namespace genkai::lab::experiment {
namespace {

Numbers measured(const Experiment& experiment, const std::string& condition) {
  auto found = experiment.measure({condition, 1}, {.scale = Scale::ci});
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  return found ? *found : Numbers{};
}

TEST(HallucinationExperiments, LargerModelsHoldMore) {
  Numbers small = measured(kCapacity, "width=4_exposures=100"),
          large = measured(kCapacity, "width=8_exposures=100");
  EXPECT_GT(large["bits"], small["bits"]);
  EXPECT_GT(large["parameters"], small["parameters"]);
  EXPECT_LT(large["bits"], large["facts_bits"]);
  EXPECT_LT(large["held@4"], large["held@8"]);
}

TEST(HallucinationExperiments, OnlyTheTaughtModelAbstains) {
  Numbers plain = measured(kAbstention, "plain"), taught = measured(kAbstention, "unknown");
  EXPECT_EQ(plain["unknown@taught"], 0);
  EXPECT_GT(taught["unknown@taught"], 0.9);
  EXPECT_LT(taught["risk"], plain["risk"]);
  EXPECT_GT(plain["certified"], 0.5);
}

TEST(HallucinationExperiments, AnInjectedErrorIsHandedOn) {
  Numbers found = measured(kSnowball, "right-chains");
  EXPECT_GT(found["right_after_right@1"], 0.9);
  EXPECT_LT(found["right_after_wrong@1"], 0.1);
}

TEST(HallucinationExperiments, WhatIsMemorisedIsRecalledWithoutContext) {
  Numbers found = measured(kContextMemory, "contradicting=0");
  EXPECT_GT(found["plain@absent_memorised"], 0.9);
  EXPECT_GT(found["plain@absent_unknown"], 0.9);
  EXPECT_EQ(found["changed_same"], 0);
}

}  // namespace
}  // namespace genkai::lab::experiment
