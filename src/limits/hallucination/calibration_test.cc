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
                          R"({"format":"genkai calibration 1","probabilities":["x"],"correct":"1"})"})
    EXPECT_FALSE(Calibration::parse(*base::Json::parse(bad))) << bad;
}

TEST(Calibration, IsTheSameForTheSameSeed) {
  EXPECT_EQ(Calibration::learn("a", answers(300), {.seed = 5})->hash(),
            Calibration::learn("b", answers(300), {.seed = 5})->hash());
  EXPECT_NE(Calibration::learn("a", answers(300), {.seed = 5})->hash(),
            Calibration::learn("a", answers(300), {.seed = 6})->hash());
}

TEST(Calibration, RefusesTooFew) {
  EXPECT_FALSE(Calibration::learn("few", answers(29), {}));
  EXPECT_FALSE(Calibration::as_is("none", {}));
}

}  // namespace
}  // namespace genkai::limits::hallucination
