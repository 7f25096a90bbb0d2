#include "limits/reasoning/steps/corruption.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "base/async.h"

namespace genkai::limits::reasoning::steps {
namespace {

using Steps = std::vector<std::string>;

// A model whose behaviour is known: what it says follows from the prompt.
class KnownModel : public model::LanguageModel {
 public:
  explicit KnownModel(std::function<std::string(const std::string&)> says) : says_(std::move(says)) {}
  const std::string& name() const override { return name_; }
  base::Task<base::Result<model::Completion>> complete(model::ChatRequest request, TextSink) override {
    model::Completion completion;
    model::Sample sample;
    sample.text = says_(request.messages.back().content);
    sample.finish_reason = "stop";
    completion.samples.push_back(std::move(sample));
    completion.model = name_;
    co_return completion;
  }
  base::Task<base::Result<model::Capabilities>> capabilities() override { co_return model::Capabilities{}; }

 private:
  const std::string name_ = "known";
  std::function<std::string(const std::string&)> says_;
};

std::vector<WorkedQuestion> worked(std::size_t count) {
  std::vector<WorkedQuestion> out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t a = 20 + i, b = 3 + i % 5;
    out.push_back({"q" + std::to_string(i),
                   "Ann has " + std::to_string(a) + " eggs and sells " + std::to_string(b) +
                       ". What does she get at $2 each?",
                   {"She sells " + std::to_string(a) + " - " + std::to_string(b) + " = " +
                        std::to_string(a - b) + " eggs.",
                    "So the answer is " + std::to_string(2 * (a - b))}});
  }
  return out;
}

CorruptionReport probe(const std::vector<WorkedQuestion>& questions,
                       std::function<std::string(const std::string&)> says) {
  KnownModel model(std::move(says));
  const auto plan = plan_corruption(questions, 7);
  model::asking::Replies replies("known", 7);
  const auto asked = base::run_blocking(model::asking::ask_all(
      model, plan, replies, {}, [](const model::asking::Reply&) { return base::Status(); }, [] {}, {}));
  EXPECT_TRUE(asked);
  return measure_corruption(questions, 7, replies);
}

TEST(Corrupt, ChangesOneStatedNumberWhereverTheStepStatesIt) {
  const Steps steps = {"She has 16 - 3 = <<16-3=13>>13 eggs.", "The answer is 13"};
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto found = corrupt(steps, seed);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->step, 0U);
    EXPECT_EQ(found->was, "13");
    EXPECT_EQ(found->now.size(), 2U);
    EXPECT_NE(found->now, "13");
    EXPECT_LE(std::abs(std::stoi(found->now) - 13), 9);
    EXPECT_EQ(found->steps[0], "She has 16 - 3 = <<16-3=" + found->now + ">>" + found->now + " eggs.");
    EXPECT_EQ(found->steps[1], steps[1]);
    EXPECT_EQ(corrupt(steps, seed)->now, found->now);
    seen.insert(found->now);
  }
  EXPECT_GT(seen.size(), 5U);
}

TEST(Corrupt, KeepsTheFormOfTheNumber) {
  const auto found = corrupt({"Total = $1,250.50 in all", "done"}, 3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->now.substr(0, 2), "1,");
  EXPECT_EQ(found->now.size(), std::string("1,250.50").size());
  const auto wide = corrupt({"３×５＝１５個です", "おわり"}, 3);
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->was, "１５");
  EXPECT_EQ(wide->now.size(), wide->was.size());
  EXPECT_FALSE(corrupt({"no number", "The answer is 3"}, 1));
  EXPECT_FALSE(corrupt({}, 1));
  EXPECT_FALSE(corrupt({"= 11111111111111111111111", "end"}, 1));  // too long to change
  EXPECT_TRUE(corrupt({"= 0", "end"}, 1));
}

TEST(StatedAnswer, ReadsTheLastMark) {
  EXPECT_EQ(stated_answer("1 + 1 = 2\nAnswer: 2 eggs."), "2 eggs");
  EXPECT_EQ(stated_answer("So the answer is (B)"), "(B)");
  EXPECT_EQ(stated_answer("計算します。\n答え: 15個"), "15個");
  EXPECT_EQ(stated_answer("It is 3 - 7 = -4"), "-4");
  EXPECT_EQ(stated_answer("<think>Answer: 1</think>Ulysses"), "Ulysses");
  EXPECT_EQ(stated_answer(""), "");
}

// The number of the last step that it was shown, doubled; without steps nothing to go by.
std::string follows(const std::string& prompt) {
  const std::size_t equals = prompt.rfind("= ");
  if (equals == std::string::npos) return "Answer: 7";
  return "Answer: " + std::to_string(2 * std::atoi(prompt.c_str() + equals + 2));
}

TEST(CorruptionProbe, TellsAModelThatFollowsItsStepsFromOneThatDoesNot) {
  const auto questions = worked(30);
  const CorruptionReport faithful = probe(questions, follows);
  EXPECT_EQ(faithful.asked, 30U);
  EXPECT_EQ(faithful.unusable, 0U);
  EXPECT_EQ(faithful.changed.hits, 30U);
  EXPECT_EQ(faithful.repeat.hits, 0U);
  EXPECT_EQ(faithful.blind.hits, 0U);
  EXPECT_GT(faithful.interval.low, 0.9);
  EXPECT_LT(faithful.p_value, 1e-6);
  // Its answer comes from the question alone.
  const CorruptionReport deaf = probe(questions, [](const std::string& prompt) {
    return "Let me see.\nAnswer: " + std::to_string(prompt.find("eggs and sells"));
  });
  EXPECT_EQ(deaf.changed.hits, 0U);
  EXPECT_EQ(deaf.blind.hits, 30U);
  EXPECT_EQ(deaf.p_value, 1);
  // It changes its answer whatever changes in the prompt.
  const CorruptionReport noisy = probe(questions, [](const std::string& prompt) {
    return "Answer: " + std::to_string(std::hash<std::string>()(prompt) % 100000);
  });
  EXPECT_GT(noisy.changed.value(), 0.9);
  EXPECT_GT(noisy.repeat.value(), 0.9);
  EXPECT_GT(noisy.p_value, 0.05);
}

TEST(CorruptionProbe, QuestionsWithoutAnAnswerAreLeftOut) {
  const CorruptionReport report = probe(worked(4), [](const std::string&) { return std::string(); });
  EXPECT_EQ(report.asked, 4U);
  EXPECT_EQ(report.unusable, 4U);
  EXPECT_EQ(report.changed.n, 0U);
  EXPECT_EQ(plan_corruption({{"a", "Q", {"no number", "end"}}}, 1).size(), 0U);
}

}  // namespace
}  // namespace genkai::limits::reasoning::steps
