#include "lab/experiment/shipped.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>

#include "lab/experiment/shipped_lessons.h"
#include "lab/experiment/shipped_scaffolds.h"
#include "lab/experiment/shipped_wording.h"
#include "lab/train/vocabulary.h"
#include "lab/world/wording.h"

namespace genkai::lab::experiment {
namespace {

using world::Split;

std::string all_of(const Reading& reading) {
  std::string text;
  for (const std::string& passage : reading.passages) text += passage + "\n";
  return text;
}

ReadingShape every_kind(std::size_t statements, Split split, Wordings wordings) {
  ReadingShape shape{.statements = statements, .questions = 4, .entities = split, .wordings = wordings};
  std::fill(std::begin(shape.asks), std::end(shape.asks), 1.0);
  return shape;
}

constexpr Wordings kAll[] = {Wordings::taught, Wordings::held_out, Wordings::any, Wordings::unseen};

class ShippedLessons : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = Library::make(7, 3);
    ASSERT_TRUE(made) << made.error().message;
    library_ = std::make_unique<Library>(std::move(*made));
    auto tokenizer = model::native::Tokenizer::from(
        train::train_vocabulary(Lessons::texts(*library_, 7, 300), {.size = 700}));
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    tokenizer_ = std::make_unique<model::native::Tokenizer>(std::move(*tokenizer));
  }
  std::unique_ptr<Library> library_;
  std::unique_ptr<model::native::Tokenizer> tokenizer_;
};

TEST_F(ShippedLessons, AnswersStandInThePassagesOrAreUnknown) {
  base::Rng rng(1);
  std::size_t kinds[kAsks] = {};
  for (int i = 0; i < 400; ++i) {
    const Reading reading = library_->readings().make(
        every_kind(1 + rng.below(12), Split::train, kAll[rng.below(std::size(kAll))]), rng);
    const std::string text = all_of(reading);
    ASSERT_FALSE(reading.asked.empty());
    for (const ReadingQuestion& asked : reading.asked) {
      ++kinds[static_cast<std::size_t>(asked.ask)];
      EXPECT_NE(asked.question.find(asked.name), std::string::npos) << asked.question;
      EXPECT_EQ(asked.question.find('{'), std::string::npos) << asked.question;
      const bool unknown = asked.answer == world::kUnknown;
      EXPECT_TRUE(unknown || text.find(asked.answer) != std::string::npos) << text << asked.question;
      EXPECT_TRUE(unknown || asked.ask < Ask::unstated) << text << asked.question;
    }
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
  }
  for (const std::size_t count : kinds) EXPECT_GT(count, 0U);
}

std::vector<int> years_in(const std::string& text) {
  std::vector<int> years;
  static const std::regex kYear("[12][0-9]{3}");
  for (std::sregex_iterator at(text.begin(), text.end(), kYear), end; at != end; ++at)
    years.push_back(std::stoi(at->str()));
  return years;
}

TEST_F(ShippedLessons, WhatNothingSaysIsAskedBackAndOfYearsToo) {
  base::Rng rng(6);
  ReadingShape shape{.statements = 1, .questions = 1, .wordings = Wordings::any};
  shape.contradicted = 0;
  shape.unknown_in_every_form = true;
  shape.ask_only({Ask::unstated});
  std::size_t of_a_year = 0, back = 0;
  for (int i = 0; i < 1'500; ++i) {
    const Reading reading = library_->readings().make(shape, rng);
    const ReadingQuestion& asked = reading.asked.front();
    ASSERT_EQ(asked.answer, world::kUnknown) << all_of(reading) << asked.question;
    const std::vector<int> said = years_in(all_of(reading)), year = years_in(asked.question);
    if (year.size() == 1 && !said.empty()) {
      ++of_a_year;
      const auto [first, last] = std::minmax_element(said.begin(), said.end());
      EXPECT_TRUE(year[0] < *first || (said.size() > 1 && year[0] > *last))
          << all_of(reading) << asked.question;
    }
    for (const auto relation : {world::Relation::mayor, world::Relation::director, world::Relation::author})
      for (const auto wording : more_back_questions(relation))
        if (std::string question(wording);
            question.replace(question.find("{V}"), 3, asked.name) == asked.question)
          ++back;
  }
  EXPECT_GT(of_a_year, 20U);
  EXPECT_GT(back, 20U);
}

TEST_F(ShippedLessons, OfWhatIsNamedAsAValueNothingIsKnownThatIsNotSaid) {
  base::Rng rng(8);
  ReadingShape shape{.statements = 2, .questions = 1, .wordings = Wordings::any};
  shape.contradicted = 0;
  shape.unknown_of_values = true;
  shape.ask_only({Ask::unstated});
  std::size_t of_values = 0;
  for (int i = 0; i < 500; ++i) {
    const Reading reading = library_->readings().make(shape, rng);
    const ReadingQuestion& asked = reading.asked.front();
    ASSERT_EQ(asked.answer, world::kUnknown) << all_of(reading) << asked.question;
    if (asked.ask == Ask::unstated && all_of(reading).find(asked.name) != std::string::npos) ++of_values;
  }
  EXPECT_GT(of_values, 300U);
}

TEST_F(ShippedLessons, OverTwoFactsNothingIsKnownWhereThatIsTheLesson) {
  base::Rng rng(10);
  ReadingShape shape{.statements = 8, .questions = 2, .linked = 0.3};
  shape.over_two_is_unknown = true;
  shape.ask_only({Ask::hop});
  std::size_t hops = 0;
  for (int i = 0; i < 200; ++i)
    for (const ReadingQuestion& asked : library_->readings().make(shape, rng).asked)
      if (asked.ask == Ask::hop) {
        ++hops;
        EXPECT_EQ(asked.answer, world::kUnknown) << asked.question;
      }
  EXPECT_GT(hops, 100U);
}

TEST_F(ShippedLessons, LinkedFactsAreAskedForInARowAndOfYears) {
  std::size_t harder[2] = {};
  for (const bool linked : {false, true}) {
    base::Rng rng(9);
    ReadingShape shape{.statements = 6, .questions = 1, .wordings = Wordings::any};
    shape.linked = linked ? 0.3 : 0;
    shape.ask_only({Ask::hop, Ask::year});
    for (int i = 0; i < 500; ++i) {
      const ReadingQuestion asked = library_->readings().make(shape, rng).asked.front();
      if (asked.ask != Ask::plain && asked.answer != world::kUnknown) ++harder[linked ? 1 : 0];
    }
  }
  EXPECT_GT(harder[1], harder[0] * 3 / 2) << harder[0];
}

TEST_F(ShippedLessons, TheTestSplitSharesNoBearerWithTheTrainSplit) {
  base::Rng rng(2);
  std::vector<std::string> trained;
  for (const auto& world : library_->worlds())
    for (const world::Entity& one : world->entities())
      if (one.split == Split::train) trained.push_back(one.name);
  std::sort(trained.begin(), trained.end());
  std::size_t foreign = 0, all = 0;
  for (int i = 0; i < 100; ++i)
    for (const ReadingQuestion& asked :
         library_->foreign().make(every_kind(4, Split::test, Wordings::held_out), rng).asked) {
      ++all;
      if (std::binary_search(trained.begin(), trained.end(), asked.name)) ++foreign;
    }
  // Worlds of different seeds may give two bearers one name by chance.
  EXPECT_LT(foreign * 20, all);
}

TEST_F(ShippedLessons, WordingsNeverSeenAreInNoTraining) {
  const world::World& home = library_->home();
  for (const world::Fact& fact : home.facts()) {
    const std::string statement = fill(home, fact, unseen_statement(fact));
    const std::string question = fill(home, fact, unseen_question(fact.relation));
    EXPECT_EQ((statement + question).find_first_of("{}"), std::string::npos) << statement << question;
    for (std::size_t i = 0; i < world::statement_wordings(home.options().language, fact); ++i)
      EXPECT_NE(world::state(home, fact, i), statement);
    for (std::size_t i = 0; i < world::question_wordings(home.options().language, fact.relation); ++i)
      EXPECT_NE(world::ask(home, fact, i), question);
    for (const auto one : more_statements(fact)) EXPECT_NE(one, unseen_statement(fact));
    for (const auto one : more_questions(fact.relation)) EXPECT_NE(one, unseen_question(fact.relation));
  }
}

TEST_F(ShippedLessons, TheLossIsOnNamesAnswersAndEnds) {
  Reading reading;
  reading.passages = {"Mirena Solbeck was born in Tarvik."};
  reading.asked = {{Ask::plain, "Where was Mirena Solbeck born?", "Mirena Solbeck", "Tarvik", 0},
                   {Ask::stranger, "Where was Tas Orrel born?", "Tas Orrel", "unknown", 0}};
  const train::Sample sample = sample_of(reading, *tokenizer_, {.name = 0.25F, .answer = 1});
  ASSERT_EQ(sample.tokens.size(), sample.weights.size());
  std::string named, answered;
  for (std::size_t i = 0; i < sample.tokens.size(); ++i) {
    const bool end = sample.tokens[i] == tokenizer_->eos();
    if (sample.weights[i] == 0.25F) named += tokenizer_->piece(sample.tokens[i]);
    if (sample.weights[i] == 1.0F) answered += end ? "|" : tokenizer_->piece(sample.tokens[i]);
    EXPECT_TRUE(!end || sample.weights[i] == 1.0F);
  }
  EXPECT_EQ(named, " Mirena Solbeck Tas Orrel");
  EXPECT_EQ(answered, " Tarvik| unknown|");
}

TEST_F(ShippedLessons, SamplesDependOnStageStepAndPlaceAlone) {
  const Lessons lessons(*library_, *tokenizer_, 7, 512), again(*library_, *tokenizer_, 7, 512);
  for (std::uint32_t stage = 0; stage <= kLastStage; ++stage)
    for (std::size_t place = 0; place < 30; ++place) {
      const train::Sample one = lessons.sample({.step = 5, .stage = stage, .stage_step = 1}, place);
      EXPECT_EQ(one.tokens, again.sample({.step = 5, .stage = stage, .stage_step = 3}, place).tokens);
      EXPECT_LE(one.tokens.size(), 512U);
      EXPECT_TRUE(
          std::any_of(one.weights.begin(), one.weights.end(), [](float weight) { return weight > 0; }));
    }
}

TEST(ShippedScaffolds, TablesAnswerFromTheirRows) {
  base::Rng rng(3);
  for (int i = 0; i < 300; ++i) {
    const Reading table = made_up_reading(rng, {.facts = 6, .questions = 3, .unknown = 0.3});
    EXPECT_EQ(table.passages.size(), 6U);
    for (const ReadingQuestion& asked : table.asked)
      EXPECT_EQ(all_of(table).find(asked.answer) == std::string::npos, asked.answer == "unknown")
          << asked.question;
  }
}

TEST(ShippedScaffolds, OnlyWhatRepeatsIsLearntFrom) {
  base::Rng rng(4);
  for (int i = 0; i < 100; ++i) {
    const train::Sample sample = repeated_segments(rng, 2048, 60);
    for (std::size_t j = 1; j < sample.tokens.size(); ++j) {
      const auto here = sample.tokens.begin() + static_cast<std::ptrdiff_t>(j);
      EXPECT_TRUE(sample.weights[j] == 0 || std::find(sample.tokens.begin(), here, sample.tokens[j]) != here);
    }
  }
}

TEST(Shipped, AShortTrainingWritesAModelAndGoesOnToTheSameBytes) {
  const base::Path folder = base::Path(::testing::TempDir()) / "genkai_shipped_test";
  std::filesystem::remove_all(folder);
  ShippedOptions options;
  options.folder = folder / "whole";
  options.width = 32;
  options.layers = 1;
  options.deeper_layers = 2;
  options.heads = options.kv_heads = 2;
  options.hidden = 64;
  options.vocabulary = 600;
  options.worlds = 2;
  options.copying_steps = options.reading_steps = 0;
  options.mixed_steps = options.worded_steps = options.table_steps = options.thorough_steps = 2;
  options.falling_steps = options.polishing_steps = 4;
  options.samples = 2;
  options.threads = 1;
  const auto whole = train_shipped(options);
  ASSERT_TRUE(whole) << whole.error().message;
  options.folder = folder / "stopped";
  options.cancellation.cancel();
  const auto stopped = train_shipped(options);
  ASSERT_TRUE(stopped) << stopped.error().message;
  EXPECT_TRUE(stopped->cancelled);
  options.cancellation = {};
  const auto resumed = train_shipped(options);
  ASSERT_TRUE(resumed) << resumed.error().message;
  const auto first = base::read_file(whole->model), second = base::read_file(resumed->model);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_TRUE(model::native::load_model(whole->model));

  options.folder = folder / "polished";
  options.from = folder / "whole" / "unpolished.gguf";
  const auto polished = train_shipped(options);
  ASSERT_TRUE(polished) << polished.error().message;
  const auto third = base::read_file(polished->model), before = base::read_file(options.from);
  ASSERT_TRUE(third && before);
  EXPECT_EQ(*first, *third);
  EXPECT_NE(*first, *before);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace genkai::lab::experiment
