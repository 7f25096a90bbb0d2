// What a watch keeps in its file, and what becomes of it when that is damaged, foreign, full or killed over.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "base/json.h"
#include "serve/risk_watch_rig.h"

namespace genkai::serve {
namespace {

using base::Code;
using testing::HasSubstr;

using RiskWatchFileTest = RiskWatchRig;

TEST_F(RiskWatchFileTest, ARestartForgetsNothing) {
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

TEST_F(RiskWatchFileTest, AnotherActionHoldsForBreachesOfBefore) {
  { say(*open({.file = file_, .on_breach = OnBreach::warn}), 5, false); }
  EXPECT_TRUE(open({.file = file_, .on_breach = OnBreach::stop})->standing(kKey).stopped);
  EXPECT_EQ(open({.file = file_, .on_breach = OnBreach::warn})->standing(kKey).level, 0U);
}

TEST_F(RiskWatchFileTest, WhatIsKeptHoldsNoQuestionAndNoAnswer) {
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

TEST_F(RiskWatchFileTest, ALastLineThatWasCutOffIsDropped) {
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

TEST_F(RiskWatchFileTest, DamagedLinesArePassedOver) {
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

TEST_F(RiskWatchFileTest, AVerdictWhoseFirstLineIsDamagedCountsOnce) {
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

TEST_F(RiskWatchFileTest, AFileOfAnotherVersionOrKindIsLeftAlone) {
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

TEST_F(RiskWatchFileTest, AFileOfAnotherServerIsOnlyRead) {
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

TEST_F(RiskWatchFileTest, AFullDiskCostsFeedbackAndNoAnswers) {
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

TEST_F(RiskWatchFileTest, OldAnswersAreForgottenAndTheirVerdictsStay) {
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

TEST_F(RiskWatchFileTest, AKilledServerLosesNothingThatItHadSaidYesTo) {
  int pipes[2];
  ASSERT_EQ(::pipe(pipes), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto watch = RiskWatch::open({.file = file_, .on_breach = OnBreach::warn});
    while (watch) {
      const std::string id = (*watch)->given({.key = kKey, .risk = 0.1});
      if (!(*watch)->feedback(id, false, "") || ::write(pipes[1], "y", 1) != 1) break;
    }
    ::_exit(1);
  }
  ::close(pipes[1]);
  std::uint64_t said = 0;
  for (char c = 0; said < 25 && ::read(pipes[0], &c, 1) == 1;) ++said;
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  for (char c = 0; ::read(pipes[0], &c, 1) == 1;) ++said;
  ::close(pipes[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto watch = kept();
  EXPECT_GE(report(*watch).observed, said);
  EXPECT_LE(report(*watch).observed, said + 1) << "written, and killed before it said so";
  EXPECT_EQ(report(*watch).wrong, report(*watch).observed);
}

}  // namespace
}  // namespace genkai::serve
