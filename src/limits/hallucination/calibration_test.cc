#include "limits/hallucination/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"

namespace genkai::limits::hallucination {
namespace {

stats::ScoredItems answers(std::size_t n) {
  base::Rng rng(1);
  stats::ScoredItems items;
  items.columns = 3;
  for (std::size_t i = 0; i < n; ++i) {
    const double skill = rng.uniform();
    items.scores.push_back(std::round(skill * 4) / 4);
    items.scores.push_back(i % 4 == 0 ? std::nan("") : skill);
    items.scores.push_back(0);
    items.groups.push_back(i % 2 == 0 ? "en" : "ja");
    items.correct.push_back(rng.uniform() < 0.5 + 0.5 * skill);
  }
  return items;
}

TEST(Calibration, NoItemBothFitsAndCertifies) {
  const auto made = Calibration::learn("test", answers(600), {.seed = 3});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->fitted(), 200U);
  EXPECT_EQ(made->correct().size(), 400U);
  EXPECT_TRUE(made->by_model());
  const auto limit = made->threshold_for({.risk = 0.2, .delta = 0.1});
  ASSERT_TRUE(limit.certified());
  EXPECT_EQ(limit.n, 400U);
  EXPECT_FALSE(made->threshold_for({.risk = 0.001, .delta = 0.1}).certified());
}

TEST(Calibration, ReadsBackWhatItWritesAndNoticesChange) {
  auto made = Calibration::learn("the handbook", answers(300), {});
  ASSERT_TRUE(made);
  made->set_synthetic(true);
  const std::string text = made->to_json().dump();
  const auto again = Calibration::parse(*base::Json::parse(text));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->hash(), made->hash());
  EXPECT_TRUE(again->synthetic());
  EXPECT_NE(again->assumption().find("made by a program"), std::string::npos);
  EXPECT_EQ(again->to_json().dump(), text);
  const std::vector<double> scores{0.75, 0.8, 0};
  EXPECT_EQ(again->probability(scores, "ja"), made->probability(scores, "ja"));
  std::string changed = text;
  const std::size_t at = changed.find("\"correct\":\"") + 11;
  changed[at] = changed[at] == '0' ? '1' : '0';
  EXPECT_EQ(Calibration::parse(*base::Json::parse(changed)).error().code, base::Code::corrupt);
  for (const char* bad : {"{}", "[]", R"({"format":"genkai calibration 2"})",
                          R"({"format":"genkai calibration 1","probabilities":[1],"correct":"10"})",
                          R"({"format":"genkai calibration 1","probabilities":["x"],"correct":"1"})",
                          R"({"format":"genkai calibration 1","probabilities":[1],"correct":"1",
                              "fit_probabilities":[1,0.5],"fit_correct":"1"})"})
    EXPECT_FALSE(Calibration::parse(*base::Json::parse(bad))) << bad;
}

TEST(Calibration, IsTheSameForTheSameSeed) {
  EXPECT_EQ(Calibration::learn("a", answers(300), {.seed = 5})->hash(),
            Calibration::learn("b", answers(300), {.seed = 5})->hash());
  EXPECT_NE(Calibration::learn("a", answers(300), {.seed = 5})->hash(),
            Calibration::learn("a", answers(300), {.seed = 6})->hash());
}

// A share `good` of the questions has an answer and a score of 0.7 to 1, wrong with probability 1 - score
// there; the others are below and always wrong.
stats::ScoredItems mostly_clear(std::size_t n, double good, base::Rng& rng) {
  stats::ScoredItems items;
  for (std::size_t i = 0; i < n; ++i) {
    const bool clear = rng.uniform() < good;
    const double score =
        clear ? 1 - 0.3 * rng.uniform() * rng.uniform() * rng.uniform() : 0.6 * rng.uniform();
    items.scores.push_back(score);
    items.correct.push_back(clear && rng.uniform() < score ? 1 : 0);
  }
  return items;
}

TEST(Calibration, TestsBeginWhereTheFittingItemsSayThatTheyHavePower) {
  constexpr stats::Promise kPromise{.risk = 0.05, .delta = 0.05};
  base::Rng rng(2);
  std::size_t learnt = 0, usual = 0;
  for (int i = 0; i < 100; ++i) {
    const auto made = Calibration::learn("test", mostly_clear(500, 0.42, rng), {});
    ASSERT_TRUE(made);
    learnt += made->threshold_for(kPromise).certified() ? 1 : 0;
    usual += stats::certify_threshold(made->probabilities(), made->correct(), kPromise).certified() ? 1 : 0;
  }
  EXPECT_GT(learnt, usual + 20) << usual;
}

TEST(Calibration, ThePromiseHoldsWithALearntBeginning) {
  constexpr stats::Promise kPromise{.risk = 0.1, .delta = 0.1};
  constexpr int kRuns = 300;
  base::Rng rng(3);
  const stats::ScoredItems all = mostly_clear(50'000, 0.5, rng);
  std::size_t broken = 0, certified = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto made = Calibration::learn("test", mostly_clear(240, 0.5, rng), {});
    ASSERT_TRUE(made);
    const auto limit = made->threshold_for(kPromise);
    if (!limit.certified()) continue;
    ++certified;
    std::size_t answered = 0, wrong = 0;
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (!(made->probability(all.row(k), "") >= limit.threshold)) continue;
      ++answered;
      wrong += all.correct[k] ? 0 : 1;
    }
    if (static_cast<double>(wrong) > kPromise.risk * static_cast<double>(answered)) ++broken;
  }
  EXPECT_GT(certified, 100U);
  // Of 300 at most a tenth each: 41 or more would have a probability of .025.
  EXPECT_LE(broken, 40U) << certified;
}

TEST(Calibration, FilesWithoutABeginningAreReadAndBeginAsBefore) {
  const auto made = Calibration::as_is("old", answers(300));
  ASSERT_TRUE(made);
  const std::string text = made->to_json().dump();
  EXPECT_EQ(text.find("fit_correct"), std::string::npos);
  const auto again = Calibration::parse(*base::Json::parse(text));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->hash(), made->hash());
  constexpr stats::Promise kPromise{.risk = 0.3, .delta = 0.1};
  EXPECT_EQ(again->threshold_for(kPromise).threshold,
            stats::certify_threshold(again->probabilities(), again->correct(), kPromise).threshold);
}

TEST(Calibration, RefusesTooFew) {
  EXPECT_FALSE(Calibration::learn("few", answers(29), {}));
  EXPECT_FALSE(Calibration::as_is("none", {}));
}

}  // namespace
}  // namespace genkai::limits::hallucination
