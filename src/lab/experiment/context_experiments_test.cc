// The task of the context experiments, and that claims of bounds can fail.

#include <gtest/gtest.h>

#include "lab/experiment/lookup.h"
#include "lab/experiment/registry.h"

namespace genkai::lab::experiment {
namespace {

TEST(Lookup, AsksForWhatWasStatedLast) {
  const Symbols symbols{.keys = 8, .values = 4, .fillers = 2};
  base::Rng rng(1);
  const std::vector<Item> items = {
      {ItemKind::fact, 3, 1}, {ItemKind::filler}, {ItemKind::fact, 3, 2}, {ItemKind::question, 3, 2}};
  const Text text = write(symbols, items, rng);
  ASSERT_EQ(text.tokens.size(), 9U);
  ASSERT_EQ(text.questions.size(), 1U);
  EXPECT_EQ(text.questions[0].row, 7U);
  EXPECT_EQ(text.questions[0].distance, 1U);
  EXPECT_EQ(text.tokens[8], symbols.value(2));
  const train::Sample sample = sample_of(text);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(sample.weights[i], i == 8 ? 1.0F : 0.0F);
}

TEST(ContextCost, ACacheOfOtherBytesBreaksTheBound) {
  const auto numbers = kContextCost.measure({"threads=1", 1}, {});
  ASSERT_TRUE(numbers);
  Cell cell{.key = {"threads=1", 1}, .numbers = *numbers};
  EXPECT_TRUE(kContextCost.find(Results(Scale::ci, {cell})).claims.front().holds);
  cell.numbers["bytes@256"] *= 2;
  EXPECT_FALSE(kContextCost.find(Results(Scale::ci, {cell})).claims.front().holds);
}

TEST(ContextExperiments, TheSameCellGivesTheSameNumbers) {
  for (const Experiment* experiment : {&kDistance, &kEncodingsBeyond, &kDistractors}) {
    const CellKey key{experiment->conditions(Scale::ci).front(), 2};
    const auto once = experiment->measure(key, {}), again = experiment->measure(key, {});
    ASSERT_TRUE(once && again) << experiment->name;
    EXPECT_EQ(*once, *again) << experiment->name;
  }
}

}  // namespace
}  // namespace genkai::lab::experiment
