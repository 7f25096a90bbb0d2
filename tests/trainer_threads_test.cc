// Training in threads, for ThreadSanitizer; what else is promised is held beside the source
// (src/lab/train/trainer_test.cc).

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/rng.h"
#include "lab/train/decoder.h"
#include "lab/train/trainer.h"

namespace genkai::lab::train {
namespace {

class Echo : public Source {
 public:
  Sample sample(const Moment& moment, std::size_t place) const override {
    base::Rng rng(moment.step * 64 + place + 1);
    Sample out;
    for (int i = 0; i < 8; ++i) out.tokens.push_back(static_cast<TokenId>(3 + rng.below(20)));
    for (int i = 0; i < 8; ++i) out.tokens.push_back(out.tokens[static_cast<std::size_t>(i)]);
    out.weights.assign(16, 0);
    std::fill(out.weights.begin() + 8, out.weights.end(), 1.0F);
    return out;
  }
};

class TrainerThreadsTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/genkai-trainer-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static Decoder decoder() {
    return Decoder({.shape = {.vocabulary = 24,
                              .width = 16,
                              .layers = 1,
                              .heads = 2,
                              .kv_heads = 2,
                              .hidden = 32,
                              .context = 16,
                              .tied = true}},
                   1);
  }
  TrainerOptions options(const std::string& checkpoint) const {
    TrainerOptions out;
    out.steps = 30;
    out.samples = 8;
    out.threads = 2;
    out.schedule.warm_up = 5;
    out.checkpoint_every = 4;
    out.progress = false;
    if (!checkpoint.empty()) out.checkpoint = folder_ / checkpoint;
    return out;
  }
  std::vector<float> trained(const TrainerOptions& options) {
    Decoder model = decoder();
    const auto report = train::train(model, Echo(), options);
    EXPECT_TRUE(report) << report.error().message;
    if (report && !report->cancelled) {
      EXPECT_EQ(report->reached.step, options.steps);
    }
    const auto values = model.parameters().values();
    return {values.begin(), values.end()};
  }
  base::Path folder_;
};

TEST_F(TrainerThreadsTest, TheSameBytesAgainAndTheLossFalls) {
  std::vector<double> losses;
  TrainerOptions first = options("");
  first.on_step = [&](const StepResult& step) { losses.push_back(step.loss); };
  EXPECT_EQ(trained(first), trained(options("")));
  ASSERT_EQ(losses.size(), 30U);
  EXPECT_LT(losses.back(), losses.front());
}

TEST_F(TrainerThreadsTest, StoppedAndTakenUpAgainGivesTheSameBytes) {
  const std::vector<float> whole = trained(options(""));
  TrainerOptions stopped = options("stopped");
  stopped.on_step = [&](const StepResult& step) {
    if (step.moment.step == 12) stopped.cancellation.cancel();
  };
  EXPECT_NE(trained(stopped), whole);
  EXPECT_EQ(trained(options("stopped")), whole);
}

}  // namespace
}  // namespace genkai::lab::train
