// The probe of context: its items against a reader that follows their sentences, its allocation and effective
// lengths against readers whose forgetting is known.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/async.h"
#include "limits/context/probe/forgetful_reader.h"
#include "limits/context/probe/measure.h"
#include "model/asking/ask.h"

namespace genkai::limits::context::probe {
namespace {

using text::Language;

constexpr Task kAll[]{Task::needle,   Task::needles, Task::key_value,  Task::tracking,
                      Task::counting, Task::hops,    Task::distractors};

std::string prompt_of(const Item& item, Form form = Form::chat, bool blind = false) {
  return ask_of(item, form, blind).messages.back().content;
}

TEST(ContextItemsTest, AReaderThatReadsAllAnswersAllAndOneThatMissesTheEvidenceNone) {
  const ForgetfulReader whole([](std::size_t, double) { return 1.0; });
  for (const Task task : kAll)
    for (const Language language : {Language::english, Language::japanese})
      for (const Form form : {Form::chat, Form::completes})
        for (std::size_t number = 0; number < 6; ++number) {
          Item item = make_item({task, 700, 0.25 * static_cast<double>(number % 5), number}, language, 3);
          const std::string where = std::string(task_name(task)) + " " + std::to_string(number);
          EXPECT_TRUE(is_right(item, whole.reply(prompt_of(item, form)), form))
              << where << ": " << whole.reply(prompt_of(item, form)) << " for " << item.answers.front();
          EXPECT_FALSE(is_right(item, whole.reply(prompt_of(item, form, true)), form)) << where << ", blind";
          item.lines.erase(item.lines.begin() + static_cast<std::ptrdiff_t>(item.evidence.front()));
          const std::string without = whole.reply(prompt_of(item, form));
          if (task == Task::counting && number % 2 == 1) continue;  // the most common stays it with one less
          EXPECT_FALSE(is_right(item, without, form)) << where << ": " << without;
        }
}

TEST(ContextItemsTest, HaveTheWantedLengthAndDepth) {
  for (const Task task : kAll)
    for (const Language language : {Language::english, Language::japanese})
      for (const std::size_t tokens : {300U, 3'000U}) {
        const Item item = make_item({task, tokens, 0.5, 1}, language, 9);
        std::size_t all = 0, before = 0;
        for (std::size_t i = 0; i < item.lines.size(); ++i) {
          if (i < item.evidence.front()) before += text::estimate_tokens(item.lines[i]);
          all += text::estimate_tokens(item.lines[i]);
        }
        EXPECT_EQ(all, item.tokens);
        EXPECT_GE(all, tokens);
        EXPECT_LE(all, tokens + 200) << "the evidence alone, or one line too many";
        if (!has_depth(task)) continue;
        EXPECT_NEAR(static_cast<double>(before) / static_cast<double>(all), 0.5, 0.08) << task_name(task);
      }
  EXPECT_EQ(make_item({Task::needle, 500, 0, 0}, Language::english, 1).evidence.front(), 0U);
  const Item last = make_item({Task::needle, 500, 1, 0}, Language::english, 1);
  EXPECT_EQ(last.evidence.front() + 1, last.lines.size());
}

TEST(ContextItemsTest, AreFreshFromTheSeedAndTheSameForTheSame) {
  std::set<std::string> answers;
  for (std::size_t number = 0; number < 50; ++number) {
    const Item one = make_item({Task::needle, 300, 0.5, number}, Language::english, 1);
    EXPECT_EQ(one.lines, make_item({Task::needle, 300, 0.5, number}, Language::english, 1).lines);
    EXPECT_NE(one.lines, make_item({Task::needle, 300, 0.5, number}, Language::english, 2).lines);
    answers.insert(one.answers.front());
  }
  EXPECT_GT(answers.size(), 45U) << "no answer is worth guessing";
  std::set<std::string> lines;
  const Item long_one = make_item({Task::key_value, 60'000, 0.5, 0}, Language::english, 1);
  for (const std::string& line : long_one.lines) lines.insert(line);
  EXPECT_EQ(lines.size(), long_one.lines.size()) << "names do not run out";
}

TEST(ContextItemsTest, ARightReplyHoldsTheAnswerAndLittleElse) {
  Item item;
  item.answers = {"48213"};
  const auto right = [&](std::string_view reply, Form form = Form::chat) {
    return is_right(item, reply, form);
  };
  EXPECT_TRUE(right(R"({"answer": "48213"})"));
  EXPECT_TRUE(right("It is 48,213."));
  EXPECT_TRUE(right("４８２１３"));
  EXPECT_FALSE(right("48213 or 48214"));
  EXPECT_FALSE(right("148213"));
  EXPECT_FALSE(right(""));
  EXPECT_TRUE(right(" 48213\n Question: What is the code of Dra? 11111", Form::completes));
  item.answers = {"Tarwick"};
  EXPECT_TRUE(right(R"(<think>Tarden?</think>{"answer": "Tarwick."})"));
  EXPECT_FALSE(right("Tarwickham"));
  EXPECT_FALSE(right("Tarwick, " + std::string(200, 'x')));
  item.answers = {"Tarwick", "Belden"};
  EXPECT_TRUE(right("Belden and Tarwick"));
  EXPECT_FALSE(right("Belden"));
}

Design design_of(std::vector<Task> tasks, std::uint64_t seed = 1) {
  return {.tasks = std::move(tasks), .lengths = {250, 500, 1'000, 2'000}, .seed = seed};
}

struct Probed {
  ProbeReport report;
  std::size_t calls = 0;
};
/// The whole loop, over the protocol.
Probed probe(const ForgetfulReader& reader, const Design& design, Form form = Form::chat) {
  Probed out;
  const auto models = reader.models(form == Form::completes);
  model::ChatModel& model = *models->find("forgetful");
  Allocation allocation(design);
  for (auto trials = allocation.next(); !trials.empty(); trials = allocation.next()) {
    std::vector<Item> items;
    std::vector<model::asking::Ask> plan;
    for (const Trial& trial : trials) {
      items.push_back(item_of(design, trial));
      plan.push_back(ask_of(items.back(), form, trial.blind));
    }
    model::asking::Replies replies("forgetful", design.seed);
    const auto asked = base::run_blocking(model::asking::ask_all(
        model, plan, replies, {.seed = design.seed},
        [](const model::asking::Reply&) { return base::Status(); }, [] {}, base::Cancellation()));
    EXPECT_TRUE(asked) << asked.error().message;
    out.calls += asked->calls;
    for (std::size_t i = 0; i < trials.size(); ++i)
      allocation.see(trials[i], items[i], is_right(items[i], replies.find(plan[i].key)->text, form));
  }
  out.report = measure(allocation);
  return out;
}

TEST(ContextProbeTest, FindsTheLengthThatAReaderForgetsBeyond) {
  // Lines are added until the text is no shorter than wanted, so 1,000 may be a little more.
  const ForgetfulReader reader([](std::size_t tokens, double) { return tokens < 1'100 ? 1.0 : 0.0; });
  for (const Form form : {Form::chat, Form::completes}) {
    const Design design = design_of({std::begin(kAll), std::end(kAll)});
    const Probed probed = probe(reader, design, form);
    ASSERT_EQ(probed.report.tasks.size(), kTasks);
    for (const TaskReport& task : probed.report.tasks) {
      for (const EffectiveLength& length : {task.absolute, task.relative}) {
        EXPECT_EQ(length.estimate, 1'000U) << task_name(task.task);
        EXPECT_EQ(length.low, 1'000U) << task_name(task.task);
        EXPECT_EQ(length.below, 2'000U) << task_name(task.task);
      }
      EXPECT_EQ(task.blind.hits, 0U) << task_name(task.task);
      EXPECT_LT(task.constant.value(), 0.4) << task_name(task.task);
      EXPECT_LE(task.rows.back().right.n, 20U) << "little is spent where all is lost";
    }
    EXPECT_EQ(probed.report.guard.tokens, 1'000U);
    EXPECT_EQ(probed.report.guard.rule, "absolute");
    EXPECT_LT(probed.calls, kTasks * (4 * design.most + design.blind) * 3 / 4)
        << "asks less than a fixed plan";
  }
}

TEST(ContextProbeTest, FindsADeadMiddle) {
  const ForgetfulReader reader([](std::size_t tokens, double depth) {
    return tokens > 600 && std::abs(depth - 0.5) < 0.12 ? 0.0 : 1.0;
  });
  const Probed probed = probe(reader, design_of({Task::distractors}));
  const TaskReport& task = probed.report.tasks.front();
  for (const RowReport& row : task.rows) {
    const bool dead = row.tokens > 600;
    EXPECT_EQ(row.weak, dead ? std::vector<std::size_t>{2} : std::vector<std::size_t>{}) << row.tokens;
    EXPECT_EQ(row.cells[0].hits, row.cells[0].n) << "the ends are read";
    EXPECT_EQ(row.cells[4].hits, row.cells[4].n);
    EXPECT_EQ(row.cells[2].hits, dead ? 0 : row.cells[2].n);
  }
  EXPECT_EQ(probed.report.guard.tokens, 500U) << "a prompt is kept where every place is read";
}

TEST(ContextProbeTest, AReaderOfEverythingHasNoEnd) {
  const Probed probed =
      probe(ForgetfulReader([](std::size_t, double) { return 1.0; }), design_of({Task::needle, Task::hops}));
  for (const TaskReport& task : probed.report.tasks) {
    EXPECT_EQ(task.absolute.low, 2'000U);
    EXPECT_FALSE(task.absolute.below);
  }
  EXPECT_FALSE(probed.report.guard.tokens);
}

// Outcomes are drawn without any text: what is held to account is the allocation and its tests alone.
ProbeReport simulate(const Design& design, const std::function<double(std::size_t, std::size_t)>& share,
                     std::uint64_t seed, std::size_t* calls = nullptr) {
  Allocation allocation(design);
  base::Rng rng(seed);
  Item item;
  item.answers = {"x"};
  for (auto trials = allocation.next(); !trials.empty(); trials = allocation.next())
    for (const Trial& trial : trials) {
      if (calls) ++*calls;
      allocation.see(trial, item, !trial.blind && rng.uniform() < share(trial.length, trial.depth));
    }
  return measure(allocation);
}

TEST(ContextAllocationTest, TheEndsHoldTheTrueLengthWheneverTheAskingStops) {
  // The mean over depths is .9, .85, .75 and .5 of .9, though no depth is at the mean: absolutely it reads
  // up to 500, relatively (.72) up to 1,000.
  const double mean[]{0.9, 0.85, 0.75, 0.45};
  const auto share = [&](std::size_t length, std::size_t depth) {
    return std::min(1.0, mean[length] + (depth % 2 == 0 ? 0.08 : -0.12));
  };
  Design design = design_of({Task::needle});
  design.most = 200;
  std::size_t low_wrong = 0, below_wrong = 0, both = 0;
  constexpr std::size_t kRuns = 200;
  for (std::uint64_t seed = 0; seed < kRuns; ++seed) {
    const TaskReport task = simulate(design, share, seed).tasks.front();
    low_wrong += task.absolute.low > 500 || task.relative.low > 1'000 ? 1 : 0;
    below_wrong += (task.absolute.below && *task.absolute.below <= 500) ||
                           (task.relative.below && *task.relative.below <= 1'000)
                       ? 1
                       : 0;
    both += task.relative.below == 2'000U ? 1 : 0;
  }
  EXPECT_LE(low_wrong, kRuns / 10);  // at most 5 % of the runs, two rules together
  EXPECT_LE(below_wrong, kRuns / 10);
  EXPECT_GE(both, kRuns * 9 / 10) << "what is plain is found";
}

TEST(ContextAllocationTest, AShareAtTheThresholdIsNotTakenForMore) {
  Design design = design_of({Task::needle});
  design.lengths = {250};
  design.most = 400;
  std::size_t holds = 0, fails = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto row = simulate(
                         design, [](auto, auto) { return 0.8; }, seed)
                         .tasks.front()
                         .rows.front();
    holds += row.absolute == Verdict::holds ? 1 : 0;
    fails += row.absolute == Verdict::fails ? 1 : 0;
  }
  EXPECT_LE(holds, 20U);  // 2.5 % of 400 is 10; 20 and more would come once in 300
  EXPECT_LE(fails, 20U);
}

TEST(ContextAllocationTest, AWeakModelIsMeasuredAgainstItself) {
  const auto share = [](std::size_t length, std::size_t) { return length < 3 ? 0.6 : 0.1; };
  Design design = design_of({Task::needle});
  design.most = 200;
  const ProbeReport report = simulate(design, share, 4);
  EXPECT_EQ(report.tasks[0].absolute.estimate, 0U);
  EXPECT_EQ(report.tasks[0].relative.estimate, 1'000U);
  EXPECT_EQ(report.guard.rule, "relative");
  EXPECT_EQ(report.guard.tokens, 1'000U);
  const ProbeReport hopeless = simulate(
      design, [](auto, auto) { return 0.02; }, 4);
  EXPECT_EQ(hopeless.tasks[0].relative.estimate, 0U);
  EXPECT_FALSE(hopeless.guard.tokens) << "no length would help";
}

TEST(ContextAllocationTest, KeepsToItsBudget) {
  Design design = design_of({Task::needle, Task::counting});
  const auto share = [](auto, auto) { return 0.8; };
  design.budget = Allocation(design).least_calls();
  std::size_t calls = 0;
  const ProbeReport least = simulate(design, share, 1, &calls);
  EXPECT_EQ(calls, design.budget);
  for (const TaskReport& task : least.tasks)
    for (const RowReport& row : task.rows) EXPECT_EQ(row.right.n, design.depths) << "each is seen once";
  design.budget += 3 * design.depths + 2;
  calls = 0;
  const ProbeReport more = simulate(design, share, 1, &calls);
  EXPECT_EQ(calls, design.budget - 2) << "no part of a block";
  EXPECT_EQ(more.tasks[0].rows.back().right.n, design.depths) << "shorter texts come first";
  EXPECT_EQ(Allocation(design).most_calls(), design.budget);
}

}  // namespace
}  // namespace genkai::limits::context::probe
