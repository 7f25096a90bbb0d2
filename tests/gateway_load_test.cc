// The gateway under load, briefly and under the sanitizers: no event of a stream is lost or out of order,
// clients that leave take their work with them, and everything is at rest at the end. Times are the
// benchmark's (bench/gateway_load.cc).

#include <gtest/gtest.h>

#include <thread>

#include "gateway_rig.h"
#include "upstream/load.h"
#include "upstream/mixed_load.h"

namespace genkai::test {
namespace {

constexpr std::chrono::minutes kLimit(5);  // sanitizers are slow; nothing here may take as long

class GatewayLoad : public testing::Test {
 protected:
  void SetUp() override {
    home_ = std::make_unique<RigHome>();
    TestUpstreamOptions simulated;
    simulated.huge_bytes = 2 << 20;
    upstream_ = TestUpstream::start(simulated);
    RigOptions rig;
    rig.default_model = "local";
    rig.deadline = kLimit;
    rig.models.push_back(rig_model("local", *upstream_));
    // The load itself must not make it time out on a slow machine.
    rig.models[0].connect_timeout = rig.models[0].headers_timeout = rig.models[0].idle_timeout =
        rig.models[0].deadline = kLimit;
    for (const Fault fault : all_faults()) {
      rig.models.push_back(rig_model("faulty-" + std::string(fault_name(fault)), *upstream_));
      rig.models.back().model = "fault:" + std::string(fault_name(fault));
    }
    rig_ = std::make_unique<GatewayRig>(rig);
  }
  void TearDown() override {
    EXPECT_TRUE(rig_->comes_to_rest());
    rig_.reset();
  }

  std::unique_ptr<RigHome> home_;
  std::unique_ptr<TestUpstream> upstream_;
  std::unique_ptr<GatewayRig> rig_;
};

TEST_F(GatewayLoad, AThousandStreamsLoseNothing) {
  const StreamResult result = base::run_blocking(many_streams(rig_->port(), "local", 1'000, 50, kLimit));
  EXPECT_EQ(result.whole, 1'000U) << result.problem;
  EXPECT_EQ(result.events, 50'000U);
}

TEST_F(GatewayLoad, MixedLoadFromSeveralThreads) {
  MixedLoad load{.port = rig_->port(),
                 .model = "local",
                 .knowledge = "genkai/bridges",
                 .question = "When was the harbour bridge opened?"};
  for (const Fault fault : all_faults())
    if (fault != Fault::refused) load.faulty.push_back("faulty-" + std::string(fault_name(fault)));
  std::vector<MixedResult> results(2);
  std::vector<std::thread> threads;
  for (MixedResult& result : results)
    threads.emplace_back([&] { result = base::run_blocking(mixed_load(load, std::chrono::seconds(3))); });
  for (std::thread& thread : threads) thread.join();
  for (const MixedResult& result : results) {
    EXPECT_EQ(result.unexpected, 0U) << result.problem;
    EXPECT_GT(result.requests, 10U);
  }
}

}  // namespace
}  // namespace genkai::test
