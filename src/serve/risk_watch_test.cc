#include "serve/risk_watch.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "base/json.h"
#include "base/rng.h"
#include "serve/risk_metrics.h"

namespace genkai::serve {
namespace {

using base::Code;
using testing::HasSubstr;
using testing::Not;

const WatchKey kKey{"handbook", "llama", "abc"};
constexpr std::int64_t kNow = 1'750'000'000, kDay = 86'400;

class RiskWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai-risk-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    file_ = folder_ / "state" / "feedback.jsonl";
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::unique_ptr<RiskWatch> open(RiskWatchOptions options = {}) {
    if (!options.clock || options.clock == &base::system_clock()) options.clock = &clock_;
    auto watch = RiskWatch::open(std::move(options));
    EXPECT_TRUE(watch) << watch.error().message;
    return watch ? std::move(*watch) : nullptr;
  }
  std::unique_ptr<RiskWatch> kept() { return open({.file = file_}); }
  static std::string give(RiskWatch& watch, double risk = 0.1, unsigned level = 0, WatchKey key = kKey) {
    const std::string id = watch.given({.key = std::move(key), .risk = risk, .level = level});
    EXPECT_EQ(id.size(), 32U);
    return id;
  }
  /// Answers under the promise that stands, with feedback at once.
  static void say(RiskWatch& watch, int times, bool correct, double wanted = 0.1,
                  const WatchKey& key = kKey) {
    for (int i = 0; i < times; ++i) {
      const Standing standing = watch.standing(key);
      const auto counted =
          watch.feedback(give(watch, standing.risk(wanted), standing.level, key), correct, "");
      ASSERT_TRUE(counted) << counted.error().message;
      EXPECT_TRUE(counted->counted);
    }
  }
  static WatchReport report(const RiskWatch& watch, const WatchKey& key = kKey) {
    for (const WatchReport& one : watch.report())
      if (one.key == key) return one;
    ADD_FAILURE() << "nothing is under watch";
    return {};
  }
  std::string content() const {
    std::ifstream in(file_, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  void write(const std::string& text) const {
    std::filesystem::create_directories(file_.parent_path());
    std::ofstream(file_, std::ios::binary) << text;
  }
  static std::string all_of(const RiskWatch& watch) {
    std::ostringstream out;
    for (const WatchReport& one : watch.report()) {
      out << one.key.knowledge << '|' << one.key.model << '|' << one.key.hash << '|' << one.standing.level
          << one.standing.stopped << '|' << one.since << '\n';
      for (const PromiseReport& promise : one.promises)
        out << promise.risk << ' ' << promise.level << ' ' << promise.observed << ' ' << promise.wrong << ' '
            << promise.refuted.value_or(0) << '\n';
    }
    return out.str();
  }

  base::FixedClock clock_{kNow};
  std::filesystem::path folder_, file_;
};

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

TEST_F(RiskWatchTest, ARestartForgetsNothing) {
  std::string before, id;
  {
    const auto watch = kept();
    say(*watch, 12, true);
    say(*watch, 9, false);
    say(*watch, 3, false, 0.3, {"other", "", "abc"});
    id = give(*watch, 0.05, 1);
    ASSERT_TRUE(watch->feedback(id, true, "looked it up"));
    before = all_of(*watch);
    EXPECT_THAT(before, HasSubstr("handbook|llama|abc|"));
  }
  EXPECT_EQ(std::filesystem::status(file_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  for (int again = 0; again < 2; ++again) EXPECT_EQ(all_of(*kept()), before);
  const auto watch = kept();
  ASSERT_TRUE(watch->feedback(id, true, ""));
  EXPECT_EQ(all_of(*watch), before) << "what was said before is still known";
  EXPECT_TRUE(report(*watch).current);
}

TEST_F(RiskWatchTest, AnotherActionHoldsForBreachesOfBefore) {
  { say(*open({.file = file_, .on_breach = OnBreach::warn}), 5, false); }
  EXPECT_TRUE(open({.file = file_, .on_breach = OnBreach::stop})->standing(kKey).stopped);
  EXPECT_EQ(open({.file = file_, .on_breach = OnBreach::warn})->standing(kKey).level, 0U);
}

TEST_F(RiskWatchTest, WhatIsKeptHoldsNoQuestionAndNoAnswer) {
  const auto watch = kept();
  const std::string id =
      watch->given({.key = kKey, .risk = 0.1, .level = 0, .probability = 0.75, .answered = true});
  ASSERT_TRUE(watch->feedback(id, false, "it is painted \"green\"\nsince 1990"));
  std::istringstream lines(content());
  std::vector<std::set<std::string>> members;
  for (std::string line; std::getline(lines, line);) {
    const auto json = base::Json::parse(line);
    ASSERT_TRUE(json) << line;
    members.emplace_back();
    for (const auto& [name, value] : json->members()) members.back().insert(name);
  }
  ASSERT_EQ(members.size(), 2U);
  const std::set<std::string> given{
      "genkai_feedback", "time", "answer_id", "kb", "model", "hash", "risk", "level", "probability"};
  EXPECT_EQ(members[0], given);
  EXPECT_TRUE(members[1].contains("correct") && members[1].contains("note"));
  EXPECT_EQ(read_feedback_line(content().substr(content().find('\n') + 1))->note,
            "it is painted \"green\"\nsince 1990");
}

TEST_F(RiskWatchTest, ALastLineThatWasCutOffIsDropped) {
  std::string id;
  {
    const auto watch = kept();
    say(*watch, 2, true);
    id = give(*watch);
  }
  const std::string whole = content();
  const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t cut = last; cut < whole.size(); cut += 7) {
    write(whole.substr(0, cut));
    {
      const auto watch = kept();
      ASSERT_NE(watch, nullptr);
      EXPECT_EQ(report(*watch).observed, 2U);
      EXPECT_EQ(watch->feedback(id, false, "").error().code, Code::not_found) << "its line is lost";
      EXPECT_EQ(content(), whole.substr(0, last)) << "the rest of it is cut off";
      say(*watch, 1, false);
    }
    EXPECT_EQ(report(*kept()).observed, 3U) << "what came later is whole";
  }
}

TEST_F(RiskWatchTest, DamagedLinesArePassedOver) {
  { say(*kept(), 3, false); }
  const std::string whole = content();
  write("\0\0\0\n" + std::string(200'000, 'x') + "\n{}\n" + whole +
        R"({"genkai_feedback":1,"answer_id":"short","time":1})" + "\n\n" +
        R"({"genkai_feedback":1,"answer_id":"0123456789abcdef0123456789abcdef","time":1,"risk":7})" + "\n");
  const auto watch = kept();
  EXPECT_EQ(report(*watch).wrong, 3U);
  say(*watch, 1, true);
  EXPECT_EQ(report(*watch).observed, 4U);
}

TEST_F(RiskWatchTest, AVerdictWhoseFirstLineIsDamagedCountsOnce) {
  std::string id;
  {
    const auto watch = kept();
    id = give(*watch);
    ASSERT_TRUE(watch->feedback(id, false, ""));
    ASSERT_TRUE(watch->feedback(id, true, ""));
  }
  std::string text = content();
  text.replace(text.find('{', text.find('\n')), 1, "#");
  text.replace(0, 1, "#");
  write(text);
  const auto watch = kept();
  EXPECT_EQ(report(*watch).observed, 1U);
  EXPECT_EQ(report(*watch).wrong, 0U);
}

TEST_F(RiskWatchTest, AFileOfAnotherVersionOrKindIsLeftAlone) {
  { say(*kept(), 1, false); }
  const std::string newer = content() + R"({"genkai_feedback":2,"breach":"handbook"})" + "\n";
  const std::string keys = R"({"v":1,"id":"5f0c9a1e"})"
                           "\n";
  for (const auto& [text, code] : {std::pair{newer, Code::unsupported}, {keys, Code::corrupt}}) {
    write(text);
    for (const bool required : {true, false}) {
      const auto watch = RiskWatch::open({.file = file_, .file_required = required});
      ASSERT_FALSE(watch) << text;
      EXPECT_EQ(watch.error().code, code);
      EXPECT_THAT(watch.error().message, HasSubstr(file_.string()));
      EXPECT_NE(watch.error().hint, "");
    }
    EXPECT_EQ(content(), text);
  }
}

TEST_F(RiskWatchTest, AFileOfAnotherServerIsOnlyRead) {
  const auto first = kept();
  say(*first, 5, false);
  EXPECT_EQ(RiskWatch::open({.file = file_}).error().code, Code::unavailable);
  const auto second = open({.file = file_, .file_required = false});
  EXPECT_FALSE(second->counters().kept);
  EXPECT_TRUE(first->counters().kept);
  EXPECT_GT(first->standing(kKey).level, 0U);
  EXPECT_EQ(second->standing(kKey).level, first->standing(kKey).level)
      << "what is known to be broken is not promised";
  const std::string before = content();
  say(*second, 1, true);
  EXPECT_EQ(content(), before);
  EXPECT_FALSE(RiskWatch::open({.file = "/proc/genkai/feedback"}));
  EXPECT_FALSE(open({.file = "/proc/genkai/feedback", .file_required = false})->counters().kept);
}

TEST_F(RiskWatchTest, AFullDiskCostsFeedbackAndNoAnswers) {
  const auto watch = kept();
  say(*watch, 1, true);
  const std::string known = give(*watch), before = content();
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit full = old;
  full.rlim_cur = before.size() + 10;  // the next line fits in part
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  const std::string id = watch->given({.key = kKey, .risk = 0.1});
  const auto refused = watch->feedback(known, false, "");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  std::signal(SIGXFSZ, handler);

  EXPECT_EQ(id.size(), 32U) << "the answer goes out with its id";
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_EQ(report(*watch).observed, 1U) << "what was not kept was not counted";
  EXPECT_EQ(watch->counters().lost, 2U);
  EXPECT_EQ(content(), before) << "no half line is left";
  EXPECT_TRUE(watch->feedback(known, false, "")) << "sent again";
  EXPECT_TRUE(watch->feedback(id, true, "")) << "the lost answer is remembered";
  const std::string all = all_of(*watch);
  EXPECT_EQ(report(*watch).observed, 3U);
  EXPECT_EQ(all_of(*open({.file = file_, .file_required = false})), all);
}

TEST_F(RiskWatchTest, OldAnswersAreForgottenAndTheirVerdictsStay) {
  std::string id, judged;
  {
    const auto watch = kept();
    id = give(*watch);
    judged = give(*watch);
    ASSERT_TRUE(watch->feedback(judged, false, ""));
  }
  const base::FixedClock later(kNow + 91 * kDay), sooner(kNow + 89 * kDay);
  {
    const auto watch = open({.file = file_, .clock = &sooner});
    EXPECT_TRUE(watch->feedback(id, true, ""));
  }
  const auto watch = open({.file = file_, .remember_days = 1, .clock = &later});
  EXPECT_EQ(watch->feedback(judged, true, "").error().code, Code::not_found);
  EXPECT_EQ(report(*watch).observed, 2U);

  const auto small = open({.most_remembered = 10});
  const std::string first = give(*small), second = give(*small);
  for (int i = 0; i < 9; ++i) give(*small);
  EXPECT_FALSE(small->feedback(first, true, ""));
  EXPECT_TRUE(small->feedback(second, true, ""));
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
