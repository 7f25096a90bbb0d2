// The probe of reasoning against a simulated model whose behaviour is known, and its items against exact
// computation. The model draws its behaviour by a seed and reads nothing.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <set>

#include "base/async.h"
#include "base/hash.h"
#include "base/rng.h"
#include "limits/reasoning/probe/measure.h"
#include "model/asking/ask.h"

namespace genkai::limits::reasoning::probe {
namespace {

using base::Json;
using model::asking::Replies;
using model::asking::ReplyKey;

std::string say(const std::string& answer) {
  return Json::object({{"answer", answer}}).dump();
}

// Calculations of the form a * b = c, and nothing else.
StepVerdict check_calculations(const std::string&, const std::vector<std::string>& steps) {
  StepVerdict verdict;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    long left = 0, right = 0, result = 0;
    char op = 0;
    if (std::sscanf(steps[i].c_str(), "%ld %c %ld = %ld", &left, &op, &right, &result) != 4) continue;
    ++verdict.checked;
    const long truth = op == '*'   ? left * right
                       : op == '+' ? left + right
                       : op == '-' ? left - right
                                   : left / right;
    if (truth == result) continue;
    ++verdict.wrong;
    if (!verdict.first_wrong) verdict.first_wrong = i;
  }
  return verdict;
}

struct Truth {
  double statement = 0.85;
  double variant[kVariants] = {0.9, 0.85, 0.7, 0.6, 0.6};
  double order[kOrders] = {0.95, 0.6, 0.75};
  double irrelevant[3] = {0.9, 0.7, 0.5};
  double wrong_step = 0.12;
  double follows = 0.4;  // of corrupted chains: answers otherwise
};

class SimulatedModel {
 public:
  SimulatedModel(const Truth& truth, const Items& items, std::uint64_t seed) : truth_(truth), seed_(seed) {
    for (const auto& variants : items.problems) problems_[variants.front().id] = &variants;
    for (const Related& set : items.related) related_[set.id] = &set;
    for (const RuleWorld& world : items.worlds) worlds_[world.id] = &world;
  }
  std::string reply(const ReplyKey& key) const {
    base::Rng rng(base::hash64(key.part + key.id + std::to_string(key.wording), seed_));
    const double u = rng.uniform();
    const auto yes_no = [&](bool truth, double share, bool japanese) {
      const bool out = (u < share) == truth;
      return say(japanese ? (out ? "はい" : "いいえ") : (out ? "Yes" : "no."));
    };
    if (key.part == "statements") {
      const Related& set = *related_.at(key.id);
      return yes_no(set.statements[key.wording].truth, truth_.statement,
                    set.language == text::Language::japanese);
    }
    if (key.part == "order") return yes_no(worlds_.at(key.id)->truth, truth_.order[key.wording], false);
    if (key.part == "order_blind") return say("yes");
    const std::vector<Problem>& variants = *problems_.at(key.id);
    const auto number = [&](const Problem& problem, double share) {
      return say(std::to_string(problem.answer + (u < share ? 0 : 1)));
    };
    if (key.part == "problem") return number(variants[0], truth_.variant[0]);
    if (key.part == "variants") return number(variants[key.wording], truth_.variant[key.wording]);
    if (key.part == "irrelevant") return number(variants[0], truth_.irrelevant[key.wording]);
    if (key.part == "blind") return say("0");
    if (key.part == "corruption")
      return "Answer: " +
             std::to_string(variants[0].answer + (key.wording == 1 && u < truth_.follows ? 1 : 0));
    // Steps, each with an error of its own.
    std::string text;
    bool wrong = false;
    for (std::size_t i = 0; i + 1 < variants[0].steps.size(); ++i) {
      const bool here = rng.uniform() < truth_.wrong_step;
      wrong = wrong || here;
      text += variants[0].steps[i] + (here ? "1" : "") + "\n";
    }
    return text + "Answer: " + std::to_string(variants[0].answer + (wrong ? 1 : 0));
  }

 private:
  Truth truth_;
  std::uint64_t seed_;
  std::map<std::string, const std::vector<Problem>*> problems_;
  std::map<std::string, const Related*> related_;
  std::map<std::string, const RuleWorld*> worlds_;
};

ProbeReport probe_model(const Truth& truth, const ProbeOptions& options) {
  const Items items = make_items(options);
  const SimulatedModel model(truth, items, options.seed);
  Replies replies("simulated", options.seed);
  for (const auto& ask : plan_asks(items, options)) {
    model::asking::Reply reply{ask.key, {}, model.reply(ask.key)};
    replies.add(std::move(reply));
  }
  return measure(items, replies, options, check_calculations);
}

/// How often the interval of each figure holds the truth, over the seeds.
class Coverage {
 public:
  void see(const std::string& figure, const stats::Interval& interval, double truth) {
    auto& [held, all] = counts_[figure];
    ++all;
    held += interval.low <= truth && truth <= interval.high ? 1 : 0;
  }
  /// An interval of 95 % holds 33 of 40 or fewer by chance about once in 10,000.
  void expect() const {
    for (const auto& [figure, count] : counts_) {
      EXPECT_EQ(count.second, 40) << figure;
      EXPECT_GE(count.first, 34) << figure;
    }
  }

 private:
  std::map<std::string, std::pair<int, int>> counts_;
};

TEST(ReasoningProbe, RecoversWhatASimulatedModelDoes) {
  Coverage coverage;
  const Truth truth;
  const double s = truth.statement;
  const double violated[] = {2 * s * (1 - s), 0, 0, 1 - s * s};  // of two that are opposite; of both right
  double deviation = 0, by_chance = 0, predicted = 0, clean = 0;
  for (std::uint64_t seed = 101; seed <= 140; ++seed) {
    const ProbeReport found = probe_model(truth, {.count = 80, .seed = seed});
    for (std::size_t k = 0; k < kKinds.size(); ++k) {
      const auto& kind = found.consistency->kinds[k];
      coverage.see("right " + std::to_string(k), kind.right.interval, s);
      EXPECT_EQ(kind.violated.n, 80U);
      if (k == 0 || k == 3)
        coverage.see("violated " + std::to_string(k), kind.violated.interval, violated[k]);
      EXPECT_EQ(kind.constant_violated.value(), k == 0 || k == 3 ? 1 : 0);
      EXPECT_LT(kind.violated.value(), kind.coin_violated);
    }
    for (std::size_t k = 0; k < kVariants; ++k)
      coverage.see("variant " + std::to_string(k), found.variants->right[k].interval, truth.variant[k]);
    coverage.see("both", found.variants->both.interval, truth.variant[0] - truth.variant[3]);
    for (std::size_t k = 0; k < kOrders; ++k)
      coverage.see("order " + std::to_string(k), found.order->right[k].interval, truth.order[k]);
    coverage.see("reversed", found.order->reversed.interval, truth.order[0] - truth.order[1]);
    EXPECT_EQ(found.order->blind.hits, 40U) << "always yes";
    EXPECT_EQ(found.order->constant.value(), 0.5);
    for (std::size_t k = 0; k < 3; ++k)
      coverage.see("irrelevant " + std::to_string(k), found.irrelevant->right[k].interval,
                   truth.irrelevant[k]);
    coverage.see("wrong steps", found.steps->wrong_steps.interval, truth.wrong_step);
    EXPECT_EQ(found.steps->right_when_clean.value(), 1);
    EXPECT_EQ(found.steps->right_when_wrong.value(), 0);
    predicted += found.steps->predicted / 40;
    clean += found.steps->without_wrong_step.value() / 40;
    coverage.see("corruption", found.corruption->changed.interval, truth.follows);
    EXPECT_EQ(found.corruption->repeat.hits, 0U);
    EXPECT_EQ(found.blind->hits, 0U);
    EXPECT_LT(found.constant->value(), 0.1);
    EXPECT_EQ(found.unusable, 0U);
    deviation += found.variants->deviation / 40;
    by_chance += found.variants->by_chance / 40;
  }
  coverage.expect();
  EXPECT_NEAR(predicted, clean, 0.02) << "steps err independently here, so that the bound is met";
  EXPECT_GT(deviation, 2 * by_chance) << "the variants differ by more than chance";
}

TEST(ReasoningProbe, FindsNoDifferenceWhereThereIsNone) {
  Truth same;
  for (double& share : same.variant) share = 0.8;
  for (double& share : same.order) share = 0.8;
  for (double& share : same.irrelevant) share = 0.8;
  int found = 0;
  double deviation = 0, by_chance = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto report = probe_model(same, {.count = 60, .seed = seed});
    for (const Paired& pair : {report.variants->both, report.order->reversed, report.irrelevant->most})
      found += pair.p < 0.05 ? 1 : 0;
    deviation += report.variants->deviation / 40;
    by_chance += report.variants->by_chance / 40;
  }
  EXPECT_LE(found, 14) << "of 120 six are expected at most";
  EXPECT_NEAR(deviation / by_chance, 1, 0.2);
}

TEST(ReasoningProbe, ProblemsAreAnsweredByTheirSteps) {
  for (std::size_t of = 0; of < templates(); ++of)
    for (const auto language : {text::Language::english, text::Language::japanese})
      for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const Problem problem = make_problem("x", of, language, {seed, seed});
        const StepVerdict verdict = check_calculations("", problem.steps);
        EXPECT_EQ(verdict.checked, problem.steps.size() - 1);
        EXPECT_EQ(verdict.wrong, 0U) << problem.text();
        EXPECT_GT(problem.answer, 0) << problem.text();
        EXPECT_NE(problem.steps.back().find(std::to_string(problem.answer)), std::string::npos);
        EXPECT_EQ(problem.text(3).find('{'), std::string::npos) << problem.text(3);
        EXPECT_EQ(problem.irrelevant.size(), 3U);
      }
}

TEST(ReasoningProbe, DivisionsComeOut) {
  std::size_t divided = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    for (std::size_t of = 0; of < templates(); ++of)
      for (const std::string& step : make_problem("x", of, text::Language::english, {1, seed}).steps) {
        long left = 0, right = 0;
        if (std::sscanf(step.c_str(), "%ld / %ld", &left, &right) != 2) continue;
        ++divided;
        EXPECT_EQ(left % right, 0) << step;
      }
  EXPECT_EQ(divided, 200U);
}

TEST(ReasoningProbe, VariantsDifferInNothingButWhatTheyVary) {
  const Items items = make_items({.count = 32, .seed = 5});
  std::set<std::string> texts;
  for (const auto& variants : items.problems) {
    EXPECT_EQ(variants[0].answer, variants[1].answer) << "other names";
    EXPECT_EQ(variants[0].steps[0], variants[1].steps[0]);
    EXPECT_NE(variants[0].text(), variants[1].text());
    EXPECT_NE(variants[0].text(), variants[2].text()) << "other numbers";
    std::string first = variants[0].text(), second = variants[2].text();
    const auto words = [](std::string& text) {
      std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
    };
    words(first);
    words(second);
    EXPECT_EQ(first, second) << "the same names";
    texts.insert(variants[0].text());
    EXPECT_LT(variants[0].text().size(), variants[0].text(1).size());
    EXPECT_LT(variants[0].text(1).size(), variants[0].text(3).size());
  }
  EXPECT_EQ(texts.size(), 32U);
  EXPECT_EQ(make_items({.count = 3, .seed = 5}).problems[2][4].text(), items.problems[2][4].text())
      << "more items are the same and others";
}

TEST(ReasoningProbe, StatementsAreAsTrueAsTheySay) {
  std::map<Kind, std::pair<int, int>> truths;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    for (const Kind kind : kKinds) {
      const Related set = make_related(kind, seed, text::Language::english, seed);
      std::vector<bool> said;
      for (const Statement& statement : set.statements) {
        said.push_back(statement.truth);
        ++truths[kind].second;
        truths[kind].first += statement.truth ? 1 : 0;
        unsigned a = 0, b = 0, c = 0, d = 0;
        const char* text = statement.text.c_str();
        if (std::sscanf(text, "%u is divisible by %u", &a, &b) == 2) {
          EXPECT_EQ(a % b == 0, statement.truth) << text;
        } else if (std::sscanf(text, "%u × %u is greater than %u × %u", &a, &b, &c, &d) == 4) {
          EXPECT_EQ(a * b > c * d, statement.truth) << text;
        } else if (std::sscanf(text, "%u × %u equals %u", &a, &b, &c) == 3) {
          EXPECT_EQ(a * b == c, statement.truth) << text;
        }
      }
      EXPECT_FALSE(violated(kind, said)) << "the truth is consistent: " << set.statements[0].text;
    }
  for (const auto& [kind, counts] : truths) {
    EXPECT_GT(counts.first, counts.second / 3) << to_string(kind);
    EXPECT_LT(counts.first, 2 * counts.second / 3) << to_string(kind);
  }
  // 2024-02-29 was a Thursday: weekdays against a known one.
  std::size_t dates = 0;
  for (std::uint64_t seed = 1; seed < 400; ++seed) {
    const Related set = make_related(Kind::factual, 0, text::Language::english, seed);
    int year = 0, month = 0, day = 0;
    char name[16] = "";
    if (std::sscanf(set.statements[0].text.c_str(), "The date %d-%d-%d falls on a %15[a-zA-Z]", &year, &month,
                    &day, name) != 4)
      continue;
    ++dates;
    // Zeller's congruence.
    const int m = month < 3 ? month + 12 : month, y = month < 3 ? year - 1 : year;
    const int h = (day + 13 * (m + 1) / 5 + y % 100 + y % 100 / 4 + y / 100 / 4 + 5 * (y / 100)) % 7;
    const char* days[] = {"Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"};
    EXPECT_STREQ(days[h], name) << set.statements[0].text;
  }
  EXPECT_GT(dates, 20U);
}

TEST(ReasoningProbe, WhatFollowsInAWorldIsFoundByItsRulesInAnyOrder) {
  for (std::size_t n = 0; n < 60; ++n) {
    const RuleWorld world = make_world(n, text::Language::english, 3);
    for (std::size_t order = 0; order < kOrders; ++order) {
      std::set<std::string> known;
      std::map<std::string, std::string> rules;
      std::string thing;
      for (const std::string& premise : ordered(world, order, 3)) {
        char a[32] = "", b[32] = "";
        if (std::sscanf(premise.c_str(), "Every %31s is a %31[a-z].", a, b) == 2)
          rules[a] = b;
        else if (std::sscanf(premise.c_str(), "The thing called %31s is a %31[a-z].", a, b) == 2)
          thing = a, known.insert(b);
      }
      EXPECT_EQ(rules.size(), kChain + kElsewhere - 1) << "one way on from each";
      for (std::size_t round = 0; round < rules.size(); ++round)
        for (const auto& [from, to] : rules)
          if (known.contains(from)) known.insert(to);
      char asked[32] = "", about[32] = "";
      ASSERT_EQ(std::sscanf(world.question.c_str(), "Does it follow that %31s is a %31[a-z]?", about, asked),
                2);
      EXPECT_EQ(about, thing);
      EXPECT_EQ(known.contains(asked), world.truth) << world.question;
    }
  }
}

TEST(ReasoningProbe, ReadsShortAnswers) {
  EXPECT_EQ(whole_number("1,234"), 1234);
  EXPECT_EQ(whole_number("It is 42 apples."), 42);
  EXPECT_EQ(whole_number("答えは４２個です。"), 42);
  EXPECT_EQ(whole_number("-7"), -7);
  EXPECT_EQ(whole_number("84.00"), 84);
  EXPECT_FALSE(whole_number("84.5"));
  EXPECT_FALSE(whole_number("many"));
  EXPECT_FALSE(whole_number("99999999999999999999999"));
}

TEST(ReasoningProbe, ABudgetOfCallsIsKept) {
  ProbeOptions options{.count = 40};
  const std::size_t all = plan_asks(make_items(options), options).size();
  EXPECT_EQ(count_within(options, all), 40U);
  const std::size_t fits = count_within(options, 200);
  EXPECT_GT(fits, 0U);
  options.count = fits;
  EXPECT_LE(plan_asks(make_items(options), options).size(), 200U);
  options.count = fits + 1;
  EXPECT_GT(plan_asks(make_items(options), options).size(), 200U);
  EXPECT_EQ(count_within({.count = 40}, 3), 0U);
  EXPECT_FALSE(parse_parts("order,luck"));
  EXPECT_FALSE(parse_parts("steps")->order);
}

}  // namespace
}  // namespace genkai::limits::reasoning::probe
