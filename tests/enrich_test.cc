// `genkai enrich` as its users run it, on the sample documents, with a simulated model: it repeats what it is
// shown.

#include "program_rig.h"
#include "upstream/test_upstream.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using test::Fault;
using test::Output;
using test::TestUpstream;

class EnrichProgramTest : public test::ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    upstream_ = TestUpstream::start({});
    ASSERT_EQ(run("ingest '" GENKAI_EXAMPLES "/handbook/ferry' --kb ferry").status, 0);
  }
  Output enrich(const std::string& more) const {
    return run("enrich --kb ferry --model " + upstream_->url() + "#test-model " + more);
  }
  std::unique_ptr<TestUpstream> upstream_;
};

TEST_F(EnrichProgramTest, TellsTheCostFirstAndAsksOnlyWhenItIsTold) {
  const Output told = enrich("--json --price-in 1000000");
  ASSERT_EQ(told.status, 0) << told.errors;
  const auto estimate = told.json();
  EXPECT_GT(estimate.find("estimate")->number("calls"), 20);
  EXPECT_GT(estimate.find("estimate")->number("money"), 0);
  EXPECT_EQ(upstream_->counters().requests, 0U);

  const Output done = enrich("--yes --json");
  ASSERT_EQ(done.status, 0) << done.errors;
  EXPECT_EQ(done.json().number("written"), estimate.find("estimate")->number("calls"));
  EXPECT_EQ(done.json().number("failed"), 0);
  const Output again = enrich("--yes --json");
  EXPECT_EQ(again.json().number("written"), 0);
  EXPECT_EQ(again.json().find("estimate")->number("calls"), 0);
  const Output removed = run("enrich --kb ferry --remove");
  EXPECT_EQ(removed.status, 0) << removed.errors;
  EXPECT_FALSE(fs::exists(folder_ / "home" / "ferry" / "additions"));
}

TEST_F(EnrichProgramTest, ADeadServerLosesNothingAndTheSameCommandGoesOn) {
  upstream_->fail_all(Fault::refused);
  const Output refused = enrich("--yes");
  EXPECT_EQ(refused.status, 75) << refused.text;
  EXPECT_NE(refused.errors.find("goes on from there"), std::string::npos) << refused.errors;
  const std::string ask = "ask 'What does a ticket for an adult cost?' --kb ferry --risk 0.3 --json";
  const Output before = run(ask);
  EXPECT_NE(before.status, -1);
  upstream_->fail_all(Fault::none);
  ASSERT_EQ(enrich("--yes").status, 0);
  const Output after = run(ask);
  EXPECT_EQ(after.status, before.status);
  EXPECT_EQ(after.json().find("answers")->dump(), before.json().find("answers")->dump())
      << "without a model the notes are not searched: the reader was calibrated without them";
  EXPECT_EQ(run("search 'adult ticket' --kb ferry --json").status, 0);
}

TEST_F(EnrichProgramTest, WantsAKnowledgeBaseThatIsThere) {
  const Output none = run("enrich --kb nothing --model " + upstream_->url() + "#test-model");
  EXPECT_EQ(none.status, 66) << none.errors;
  EXPECT_FALSE(fs::exists(folder_ / "home" / "nothing"));
  EXPECT_NE(run("enrich --kb ferry").status, 0);
}

}  // namespace
}  // namespace genkai
