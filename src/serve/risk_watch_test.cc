#include "serve/risk_watch.h"

#include <set>
#include <thread>

#include "base/rng.h"
#include "serve/risk_metrics.h"
#include "serve/risk_watch_rig.h"

namespace genkai::serve {
namespace {

using base::Code;
using testing::HasSubstr;
using testing::Not;

using RiskWatchTest = RiskWatchRig;

TEST_F(RiskWatchTest, AnswersHaveIdsOfTheirOwnAndUnknownOnesAreRefused) {
  const auto watch = open();
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.insert(give(*watch));
  EXPECT_EQ(ids.size(), 100U);
  for (const char* id : {"", "0", "00000000000000000000000000000000", "0123456789ABCDEF0123456789abcdef",
                         "0123456789abcdef0123456789abcdeg"})
    EXPECT_EQ(watch->feedback(id, true, "").error().code, Code::not_found) << id;
  EXPECT_EQ(report(*watch).observed, 0U);
}

TEST_F(RiskWatchTest, OnlyPromisesAreTested) {
  const auto watch = open();
  const std::string bare = watch->given({.key = kKey});
  const std::string silent = watch->given({.key = kKey, .answered = false});
  for (const std::string& id : {bare, silent}) {
    const auto counted = watch->feedback(id, false, "");
    ASSERT_TRUE(counted);
    EXPECT_FALSE(counted->counted);
    EXPECT_NE(counted->why, "");
  }
  EXPECT_THAT(watch->feedback(silent, false, "")->why, HasSubstr("nothing was answered"));
  EXPECT_TRUE(report(*watch).promises.empty());
  const auto counted = watch->feedback(give(*watch), false, "");
  EXPECT_TRUE(counted->counted);
  EXPECT_EQ(counted->why, "");
  EXPECT_EQ(report(*watch).observed, 1U);
}

TEST_F(RiskWatchTest, TheLastWordOnAnAnswerCounts) {
  const auto watch = kept();
  const std::string id = give(*watch), other = give(*watch);
  const auto expect = [&](std::uint64_t observed, std::uint64_t wrong) {
    EXPECT_EQ(report(*watch).observed, observed);
    EXPECT_EQ(report(*watch).wrong, wrong);
  };
  for (int again = 0; again < 3; ++again) EXPECT_TRUE(watch->feedback(id, false, "")->counted);
  expect(1, 1);
  const std::string once = content();
  EXPECT_TRUE(watch->feedback(id, false, "another note")->counted);
  EXPECT_EQ(content(), once) << "the same again is not written";
  EXPECT_TRUE(watch->feedback(id, true, "")->counted);
  expect(1, 0);
  EXPECT_TRUE(watch->feedback(other, true, "")->counted);
  EXPECT_TRUE(watch->feedback(other, false, "")->counted);
  expect(2, 1);
  const auto verdicts = watch->counters().verdicts;
  EXPECT_EQ(verdicts.at({"handbook", "llama", false}), 2U);
  EXPECT_EQ(verdicts.at({"handbook", "llama", true}), 2U);
}

TEST_F(RiskWatchTest, ABrokenPromiseIsHalvedUntilItIsTakenBack) {
  const auto watch = open();
  say(*watch, 50, true);
  EXPECT_EQ(name_of(watch->standing(kKey), 0.1), "good");
  EXPECT_EQ(watch->standing(kKey).risk(0.1), 0.1);
  double risk = 0.1;
  for (unsigned level = 1; level <= 4; ++level) {
    for (int i = 0; watch->standing(kKey).level < level; ++i) {
      ASSERT_LT(i, 100) << "so many wrong ones refute any promise";
      EXPECT_EQ(watch->standing(kKey).risk(0.1), risk);
      say(*watch, 1, false);
    }
    risk /= 2;
    EXPECT_EQ(watch->standing(kKey).risk(0.1), risk);
    EXPECT_EQ(name_of(watch->standing(kKey), 0.1), level < 4 ? "tightened" : "stopped") << level;
  }
  EXPECT_FALSE(watch->standing(kKey).suspends(0.5)) << "0.5 / 16 is still a promise that can be made";
  const WatchReport all = report(*watch);
  EXPECT_TRUE(all.refuted());
  ASSERT_EQ(all.promises.size(), 4U) << "a fresh test at each";
  EXPECT_EQ(all.promises[0].risk, 0.1);
  EXPECT_EQ(all.promises[1].risk, 0.05);
  EXPECT_EQ(all.promises[3].risk, 0.0125);
  EXPECT_EQ(all.promises[0].refuted, kNow);
  EXPECT_LT(all.promises[1].observed, all.promises[0].observed);
  EXPECT_GT(all.promises[1].rate.low, 0.05);
}

TEST_F(RiskWatchTest, LateFeedbackOnAnOlderPromiseTightensOnce) {
  const auto watch = open();
  std::vector<std::string> ids, loose;
  for (int i = 0; i < 20; ++i) ids.push_back(give(*watch)), loose.push_back(give(*watch, 0.3));
  for (const auto& list : {ids, loose})
    for (const std::string& id : list) ASSERT_TRUE(watch->feedback(id, false, ""));
  const WatchReport all = report(*watch);
  EXPECT_EQ(all.standing.level, 1U);
  ASSERT_EQ(all.promises.size(), 2U);
  EXPECT_TRUE(all.promises[0].refuted && all.promises[1].refuted) << "both promises were broken";
}

TEST_F(RiskWatchTest, AnAlarmIsNotTakenBackByAChangedVerdict) {
  const auto watch = kept();
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(give(*watch));
  for (const std::string& id : ids) ASSERT_TRUE(watch->feedback(id, false, ""));
  for (const std::string& id : ids) ASSERT_TRUE(watch->feedback(id, true, ""));
  EXPECT_EQ(report(*watch).wrong, 0U);
  EXPECT_TRUE(report(*watch).refuted());
  EXPECT_EQ(watch->standing(kKey).level, 1U);
}

TEST_F(RiskWatchTest, ANewCalibrationStartsAfresh) {
  const auto watch = open({.file = file_, .on_breach = OnBreach::stop});
  say(*watch, 5, false);
  EXPECT_TRUE(watch->standing(kKey).suspends(0.5));
  WatchKey anew = kKey;
  anew.hash = "def";
  EXPECT_FALSE(watch->standing(anew).suspends(0.1));
  WatchKey other = kKey;
  other.model = "";
  EXPECT_FALSE(watch->standing(other).suspends(0.1)) << "another model's promise";
  watch->scored(kKey, 0.5);
  EXPECT_TRUE(report(*watch).current);
  watch->scored(anew, 0.5);
  EXPECT_FALSE(report(*watch).current);
  EXPECT_TRUE(report(*watch, anew).current);
  std::string page;
  write_risks(page, *watch);
  EXPECT_THAT(page, HasSubstr("genkai_risk_alarm{kb=\"handbook\",model=\"llama\"} 0\n"));
}

TEST_F(RiskWatchTest, AWarningChangesNothing) {
  const auto watch = open({.on_breach = OnBreach::warn});
  say(*watch, 30, false);
  EXPECT_EQ(watch->standing(kKey).level, 0U);
  EXPECT_FALSE(watch->standing(kKey).suspends(0.1));
  EXPECT_TRUE(report(*watch).refuted());
  EXPECT_EQ(report(*watch).promises.size(), 1U);
}

TEST_F(RiskWatchTest, AKeptPromiseRaisesNoAlarm) {
  base::Rng rng(7);
  int alarms = 0;
  for (int run = 0; run < 100; ++run) {
    const auto watch = open();
    for (int i = 0; i < 200; ++i) say(*watch, 1, rng.uniform() >= 0.1);
    alarms += report(*watch).refuted() ? 1 : 0;
  }
  EXPECT_LE(alarms, 10) << "0.05 of 100 are expected at most";
}

TEST_F(RiskWatchTest, ManyThreadsLoseNothing) {
  const auto watch = kept();
  constexpr int kThreads = 4, kEach = 50;
  const std::string shared = give(*watch, 0.9);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = watch->given({.key = kKey, .risk = 0.9, .probability = 0.5});
        watch->scored(kKey, i);
        EXPECT_TRUE(watch->feedback(id, i % 2 == 0, ""));
        EXPECT_TRUE(watch->feedback(shared, (i + t) % 2 == 0, ""));
        watch->standing(kKey);
        if (i % 10 == 0) {
          std::string page;
          write_risks(page, *watch);
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
  const WatchReport all = report(*watch);
  EXPECT_EQ(all.observed, kThreads * kEach + 1U);
  EXPECT_EQ(all.scores, std::uint64_t{kThreads} * kEach);
  EXPECT_GE(all.wrong, kThreads * kEach / 2U);
  EXPECT_LE(all.wrong, kThreads * kEach / 2U + 1);
  EXPECT_EQ(all_of(*open({.file = file_, .file_required = false})), all_of(*watch));
}

TEST_F(RiskWatchTest, ClientsMakeNoTestsWithoutEnd) {
  const auto watch = open();
  for (int i = 0; i < 2'000; ++i) ASSERT_TRUE(watch->feedback(give(*watch, 0.005 + i * 0.00044), true, ""));
  EXPECT_LE(report(*watch).promises.size(), 400U);
  for (const PromiseReport& one : report(*watch).promises) EXPECT_GE(one.risk, 0.005);
  for (int i = 0; i < 2'000; ++i) give(*watch, 0.1, 0, {"kb" + std::to_string(i), "", ""});
  EXPECT_LE(watch->report().size(), 1'000U);
}

TEST_F(RiskWatchTest, QuestionsOfAnotherKindAreNoticed) {
  const auto watch = open();
  base::Rng rng(3);
  for (int i = 0; i < 300; ++i) watch->scored(kKey, rng.uniform());
  EXPECT_FALSE(report(*watch).drifted);
  for (int i = 0; i < 300; ++i) watch->scored(kKey, 0.3 * rng.uniform());
  EXPECT_TRUE(report(*watch).drifted);
  EXPECT_EQ(watch->standing(kKey).level, 0U) << "a warning, and nothing else";
  std::string page;
  write_risks(page, *watch);
  EXPECT_THAT(page, HasSubstr("genkai_drift_alarm{kb=\"handbook\",model=\"llama\"} 1\n"));
}

TEST_F(RiskWatchTest, TheMetricsPageShowsRatesAndAlarms) {
  const auto watch = kept();
  say(*watch, 3, true);
  watch->scored(kKey, 0.5);
  std::string page;
  write_risks(page, *watch);
  EXPECT_THAT(page, HasSubstr("genkai_feedback_total{kb=\"handbook\",model=\"llama\",correct=\"true\"} 3\n"));
  EXPECT_THAT(page, HasSubstr("genkai_risk_observed_rate{kb=\"handbook\",model=\"llama\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("genkai_risk_alarm{kb=\"handbook\",model=\"llama\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("genkai_drift_wealth{kb=\"handbook\",model=\"llama\"} "));
  EXPECT_THAT(page, HasSubstr("genkai_feedback_kept 1\n"));
  say(*watch, 9, false);
  page.clear();
  write_risks(page, *watch);
  EXPECT_THAT(page, HasSubstr("genkai_risk_alarm{kb=\"handbook\",model=\"llama\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("genkai_risk_observed_rate{kb=\"handbook\",model=\"llama\"} 0.75\n"));
  EXPECT_THAT(page, Not(HasSubstr("genkai_risk_level{kb=\"handbook\",model=\"llama\"} 0\n")));
}

}  // namespace
}  // namespace genkai::serve
