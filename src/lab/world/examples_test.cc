#include "lab/world/examples.h"

#include <gtest/gtest.h>

#include <set>

#include "lab/world/wording.h"
#include "limits/reasoning/steps/step_check.h"
#include "logic/program/program.h"
#include "logic/solve/solve.h"

namespace genkai::lab::world {
namespace {

constexpr int kEach = 60;

World world_of(text::Language language) {
  Options options;
  options.language = language;
  return *World::make(options);
}

constexpr text::Language kLanguages[] = {text::Language::english, text::Language::japanese};

std::string passages(const Example& example) {
  const std::string text = example.text();
  return text.substr(0, text.find("Question: "));
}

TEST(Examples, HaveTheFormThatIsTrainedOn) {
  for (const auto language : kLanguages) {
    const World world = world_of(language);
    const Examples examples(world);
    for (const Task task : kAllTasks)
      for (int i = 0; i < kEach; ++i) {
        base::Rng rng(static_cast<std::uint64_t>(i));
        base::Rng again(static_cast<std::uint64_t>(i));
        const Example one = examples.make(task, {}, rng);
        EXPECT_EQ(one.task, task);
        EXPECT_EQ(one.text(), examples.make(task, {}, again).text());
        double weight = 0;
        for (const Part& part : one.parts) weight += part.text.empty() ? 0 : part.weight;
        EXPECT_GT(weight, 0);
        if (one.question.empty()) continue;
        const std::string text = one.text();
        EXPECT_TRUE(text.ends_with("\nAnswer: " + one.answer)) << text;
        EXPECT_NE(text.find("Question: " + one.question), std::string::npos) << text;
      }
  }
}

TEST(Examples, PassagesHoldTheAnswerWhereThereIsOne) {
  for (const auto language : kLanguages) {
    const World world = world_of(language);
    const Examples examples(world);
    for (const Task task : {Task::in_context, Task::multi_hop, Task::reversed, Task::as_of, Task::poisoned})
      for (int i = 0; i < kEach; ++i) {
        base::Rng rng(static_cast<std::uint64_t>(i));
        const Example one = examples.make(task, {.counterfactual = 0.5}, rng);
        EXPECT_NE(passages(one).find(one.answer), std::string::npos) << one.text();
      }
  }
}

// By every wording of every statement of the asked fact, so that no passage can state it.
TEST(Examples, NothingStatesWhatIsUnanswerable) {
  for (const auto language : kLanguages) {
    const World world = world_of(language);
    const Examples examples(world);
    for (int i = 0; i < 300; ++i) {
      base::Rng rng(static_cast<std::uint64_t>(i));
      const Example one = examples.make(Task::unanswerable, {}, rng);
      EXPECT_EQ(one.answer, kUnknown);
      const std::string read = passages(one);
      std::size_t asked = 0;
      for (FactId id = 0; id < world.facts().size(); ++id) {
        const Fact& fact = world.facts()[id];
        if (!fact.holds_in(kNow)) continue;
        bool about = false;
        for (std::size_t w = 0; w < question_wordings(language, fact.relation); ++w)
          about = about || ask(world, fact, w) == one.question;
        if (!about) continue;
        ++asked;
        for (std::size_t w = 0; w < statement_wordings(language, fact); ++w)
          EXPECT_EQ(read.find(state(world, fact, w)), std::string::npos) << one.text();
      }
      EXPECT_EQ(asked, 1u) << one.question;
    }
  }
}

TEST(Examples, TheSplitsShareNoNameAndNoHeldOutWording) {
  for (const auto language : kLanguages) {
    const World world = world_of(language);
    const Examples examples(world);
    for (const Split split : {Split::train, Split::test})
      for (const Task task : kAllTasks)
        for (int i = 0; i < kEach; ++i) {
          base::Rng rng(static_cast<std::uint64_t>(i));
          Shape shape;
          shape.entities = split;
          const std::string text = examples.make(task, shape, rng).text();
          for (const Entity& entity : world.entities()) {
            if (entity.split == split) continue;
            EXPECT_EQ(text.find(entity.name), std::string::npos) << entity.name << " in\n" << text;
          }
        }
    std::set<std::string> held_out;
    for (const Fact& fact : world.facts()) {
      held_out.insert(state(world, fact, statement_wordings(language, fact) - 1));
      held_out.insert(ask(world, fact, question_wordings(language, fact.relation) - 1));
    }
    for (const Task task : {Task::statements, Task::in_context, Task::closed_book, Task::unanswerable})
      for (int i = 0; i < kEach; ++i) {
        base::Rng rng(static_cast<std::uint64_t>(i));
        const Example one = examples.make(task, {}, rng);
        EXPECT_FALSE(held_out.contains(one.question)) << one.question;
        for (const Part& part : one.parts)
          EXPECT_FALSE(held_out.contains(part.text.substr(0, part.text.find('\n')))) << part.text;
      }
  }
}

TEST(Examples, StepsOfArithmeticPassTheExactChecker) {
  for (const auto language : kLanguages)
    for (int i = 0; i < 200; ++i) {
      base::Rng rng(static_cast<std::uint64_t>(i));
      const Example one = derived(Task::arithmetic, {.length = 12}, language, rng);
      std::string chain;
      for (std::size_t p = 1; p < one.parts.size(); ++p) chain += one.parts[p].text;
      const auto steps = limits::reasoning::steps::split_steps(chain);
      const auto checked = limits::reasoning::steps::check_steps(one.question, steps);
      EXPECT_FALSE(checked.first_wrong) << one.text() << checked.why;
      EXPECT_GE(checked.checked, 5u) << one.text();
      EXPECT_TRUE(chain.find("= " + one.answer + "\nAnswer:") != std::string::npos) << chain;
    }
}

TEST(Examples, RulesAreReadAndAnsweredTheSameByTheSolver) {
  std::set<std::string> answers;
  for (int i = 0; i < 200; ++i) {
    base::Rng rng(static_cast<std::uint64_t>(i));
    const Example one = derived(Task::rules, {.length = 9}, text::Language::english, rng);
    const auto solved = logic::solve::solve({passages(one), {}, {"A) True", "B) False", "C) Unknown"}});
    const std::string expected = one.answer == "True" ? "A" : one.answer == "False" ? "B" : "C";
    EXPECT_EQ(solved.status, logic::solve::Status::ok) << one.text();
    EXPECT_EQ(solved.answer, expected) << one.text();
    EXPECT_TRUE(solved.repairs.empty()) << one.text();
    answers.insert(one.answer);
  }
  EXPECT_EQ(answers.size(), 3u);
}

TEST(Examples, ProgramsPrintWhatIsSaid) {
  for (int i = 0; i < 200; ++i) {
    base::Rng rng(static_cast<std::uint64_t>(i));
    const Example one = derived(Task::program, {}, text::Language::english, rng);
    const auto program = logic::Program::parse(passages(one));
    ASSERT_TRUE(program) << one.text();
    EXPECT_EQ(logic::run(*program).output, one.answer + "\n") << one.text();
  }
}

}  // namespace
}  // namespace genkai::lab::world
