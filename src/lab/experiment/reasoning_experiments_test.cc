// The chains of the experiments on reasoning, and what their cells hold at the scale of seconds.

#include <gtest/gtest.h>

#include <algorithm>

#include "lab/experiment/passage_reader.h"
#include "lab/experiment/registry.h"
#include "lab/experiment/step_chains.h"

namespace genkai::lab::experiment {
namespace {

TEST(StepChains, TheExactCheckerRefutesExactlyTheFirstWrongStep) {
  base::Rng rng(3);
  int wrong = 0;
  for (int round = 0; round < 300; ++round) {
    const SumChain chain = draw_chain(1 + rng.below(kMostChainSteps), 0.1, rng);
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < chain.steps() && !first; ++i)
      if (!step_right(chain, i)) first = i;
    wrong += first ? 1 : 0;
    EXPECT_EQ(first_refuted(chain), first) << as_text(chain)[0];
    if (!first) {
      EXPECT_EQ(chain.totals.back(), true_total(chain.terms));
    }
  }
  EXPECT_GT(wrong, 50);
  EXPECT_LT(wrong, 250);
}

TEST(StepChains, WritesWhatWasLearnt) {
  train::Decoder model = make_model({.vocabulary = kSumVocabulary, .width = 32, .layers = 1, .heads = 2}, 1);
  base::Rng rng(5);
  const SumChain chain = draw_chain(3, 0, rng);
  const auto lesson = step_lesson(chain);
  EXPECT_EQ(lesson.weights[chain.terms.size() + 1], 0) << "kThink is given";
  EXPECT_EQ(lesson.weights[chain.terms.size() + 2], 1);
  ASSERT_TRUE(teach(model, [&](base::Rng&) { return lesson; }, {.steps = 120, .samples = 4}, 1, {}));
  const auto written =
      write_all(model, {ask_for_steps(chain), ask_for_steps(chain, 2)}, Choice::likeliest, rng);
  EXPECT_EQ(written[0].totals, chain.totals);
  EXPECT_EQ(written[1].totals, chain.totals);
  EXPECT_EQ(written[0].answer, chain.totals.back());
  EXPECT_EQ(written[0].tokens, 5U);
  EXPECT_EQ(written[1].tokens, 3U);
}

TEST(PassageReader, ReadsTheMarkOfAnUpdateWhereItStands) {
  base::Rng rng(2);
  for (int round = 0; round < 50; ++round) {
    const Tokens passage = passage_of({3, 7, true}, rng);
    const auto mark = std::find(passage.begin(), passage.end(), kUpdate);
    ASSERT_LT(mark + 2, passage.end());
    EXPECT_EQ(mark[1], kFirstKey + 3);
    EXPECT_EQ(mark[2], kFirstValue + 7);
    EXPECT_NE(other_value(7, rng), 7);
  }
  EXPECT_EQ(reading_prompt({{kPassage, kFirstKey, kFirstValue}}, 5),
            (Tokens{kBegin, kPassage, kFirstKey, kFirstValue, kQuestion, kFirstKey + 5}));
}

TEST(PassageReader, RemembersAFactAfterShortTraining) {
  const PassageWorld world(4);
  const auto reader = train_reader(world, {.steps = 240, .samples = 16, .most_passages = 1}, 4, {});
  ASSERT_TRUE(reader) << reader.error().message;
  std::vector<Tokens> prompts;
  for (std::size_t key = 0; key < kKeys - kNewKeys; ++key) prompts.push_back(reading_prompt({}, key));
  const auto said = read(*reader, prompts);
  int right = 0;
  for (std::size_t key = 0; key < said.size(); ++key) right += said[key] == world.fact(key) ? 1 : 0;
  EXPECT_GT(right, 10) << "of 20; chance is one";
}

TEST(ReasoningCells, TheSameCellGivesTheSameNumbersAndStopsWhenAsked) {
  for (const Experiment* experiment : {&kDecoding, &kAttack, &kActivationDetection}) {
    const CellKey key{experiment->conditions(Scale::ci).front(), 2};
    const auto first = experiment->measure(key, {}), again = experiment->measure(key, {});
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(*first, *again) << experiment->name;
    CellContext stopped;
    stopped.stop.cancel();
    EXPECT_EQ(experiment->measure(key, stopped).error().code, base::Code::cancelled) << experiment->name;
  }
}

}  // namespace
}  // namespace genkai::lab::experiment
