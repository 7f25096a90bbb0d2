#include "limits/hallucination/uncertainty/sampling.h"

#include <gtest/gtest.h>

#include <cmath>

namespace genkai::limits::hallucination {
namespace {

// Answers from a list, in order and round again; says how sure it is and whether something is true.
class ListModel : public model::LanguageModel {
 public:
  explicit ListModel(std::vector<std::string> answers) : answers_(std::move(answers)) {}
  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    const std::string& prompt = request.messages.back().content;
    ++requests;
    if (requests > fails_after) co_return base::fail(base::Code::unavailable, "gone");
    model::Completion completion;
    for (std::size_t i = 0; i < request.samples; ++i) {
      model::Sample sample;
      if (prompt.find("percentage") != std::string::npos) {
        sample.text = "About 70%.";
      } else if (prompt.find("True or False") != std::string::npos) {
        sample.text = "True";
        if (request.logprobs)
          sample.tokens = {
              {.token = "True",
               .logprob = std::log(0.6),
               .top = {{"True", std::log(0.6)}, {" false", std::log(0.2)}, {"The", std::log(0.1)}}}};
      } else {
        sample.text = answers_[given_++ % answers_.size()];
        if (request.logprobs) sample.tokens = {{.token = sample.text, .logprob = -0.5, .top = {}}};
      }
      completion.samples.push_back(std::move(sample));
    }
    completion.usage.completion_tokens = request.samples;
    co_return completion;
  }
  base::Task<base::Result<model::Capabilities>> capabilities() override {
    model::Capabilities able;
    able.logprobs = logprobs;
    co_return able;
  }
  std::size_t requests = 0, fails_after = SIZE_MAX;
  bool logprobs = true;
  std::size_t given() const { return given_; }

 private:
  std::string name_ = "list";
  std::vector<std::string> answers_;
  std::size_t given_ = 0;
};

base::Result<Sampled> ask(ListModel& model, const SamplingOptions& options) {
  return base::run_blocking(sample(model, "q", "What is the capital?", options));
}

TEST(Sampling, RecordsWhatTheMeasuresNeed) {
  ListModel model({"Paris", "Lyon"});
  const auto sampled = ask(model, {.samples = 4});
  ASSERT_TRUE(sampled);
  const RecordedOutput& output = sampled->output;
  ASSERT_EQ(output.samples.size(), 4U);
  EXPECT_EQ(output.samples[3].text, "Lyon");
  EXPECT_EQ(output.samples[0].tokens.size(), 1U);
  EXPECT_EQ(output.stated_confidence, 0.7);
  EXPECT_EQ(output.samples[1].stated_confidence, 0.7);
  EXPECT_NEAR(*output.p_true, 0.75, 1e-12);
  EXPECT_FALSE(output.abstained);
  EXPECT_EQ(sampled->usage.completion_tokens, 7U);
  EXPECT_TRUE(sampled->problems.empty());
}

TEST(Sampling, AsksForNoLogprobsWhereThereAreNone) {
  ListModel model({"I don't know."});
  model.logprobs = false;
  const auto sampled = ask(model, {.samples = 3});
  ASSERT_TRUE(sampled);
  EXPECT_TRUE(sampled->output.samples[0].tokens.empty());
  EXPECT_FALSE(sampled->output.p_true);
  EXPECT_TRUE(sampled->output.abstained);
}

TEST(Sampling, StopsEarlyAndNeverBeyondTheBudget) {
  ListModel apart({"Paris", "Lyon", "Nice", "Brest"});
  EXPECT_LE(ask(apart, {.samples = 20, .adaptive = AdaptiveOptions{.threshold = 0.8}})->asked, 6U);
  ListModel agreeing({"Paris"});
  const auto sure = ask(agreeing, {.samples = 20, .adaptive = AdaptiveOptions{.threshold = 0.6}});
  EXPECT_LT(sure->asked, 20U);
  EXPECT_EQ(sure->asked, agreeing.given());
  ListModel close({"Paris", "Paris", "Paris", "Lyon"});
  const auto whole = ask(close, {.samples = 9, .adaptive = AdaptiveOptions{.threshold = 0.7, .delta = 1e-6}});
  EXPECT_LE(whole->asked, 9U);
  EXPECT_GE(whole->asked, 7U);
}

TEST(Sampling, KeepsWhatItHasWhenTheModelFailsLater) {
  ListModel model({"Paris"});
  model.fails_after = 1;
  const auto sampled = ask(model, {.samples = 2});
  ASSERT_TRUE(sampled);
  EXPECT_EQ(sampled->output.samples.size(), 2U);
  EXPECT_FALSE(sampled->output.stated_confidence);
  EXPECT_EQ(sampled->problems.size(), 2U);
  ListModel dead({"Paris"});
  dead.fails_after = 0;
  EXPECT_EQ(ask(dead, {.samples = 2}).error().code, base::Code::unavailable);
}

TEST(Sampling, ReadsConfidencesAndTruth) {
  EXPECT_EQ(read_confidence("85%"), 0.85);
  EXPECT_EQ(read_confidence("I am 90 % sure."), 0.9);
  EXPECT_EQ(read_confidence("0.25"), 0.25);
  EXPECT_EQ(read_confidence("８０％です。"), 0.8);
  EXPECT_EQ(read_confidence("100."), 1.0);
  EXPECT_FALSE(read_confidence("very sure"));
  EXPECT_FALSE(read_confidence("-5"));
  EXPECT_FALSE(read_confidence("1000%"));
  model::Sample reply;
  EXPECT_FALSE(read_p_true(reply));
  reply.tokens = {{.token = "Maybe", .logprob = -0.1, .top = {}}};
  EXPECT_FALSE(read_p_true(reply));
  reply.tokens = {{.token = "False", .logprob = -0.1, .top = {}}};
  EXPECT_EQ(read_p_true(reply), 0.0);
  EXPECT_TRUE(says_unknown("分かりません。"));
}

}  // namespace
}  // namespace genkai::limits::hallucination
