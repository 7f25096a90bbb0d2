#pragma once
// A folder, a clock that stands still, and short words for what is done to a watch.

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "serve/risk_watch.h"

namespace genkai::serve {

inline const WatchKey kKey{"handbook", "llama", "abc"};
constexpr std::int64_t kNow = 1'750'000'000, kDay = 86'400;

class RiskWatchRig : public testing::Test {
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

}  // namespace genkai::serve
