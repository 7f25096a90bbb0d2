#pragma once
// Whether the promises of certificates hold in service. Each answer that was given under one gets an id; what
// is later said of it enters a running test, and a promise that the test refutes is tightened or taken back.
//
//   GENKAI_ASSIGN_OR_RETURN(auto watch, RiskWatch::open({.file = "feedback.jsonl"}));
//   const Standing standing = watch->standing({"handbook", "llama", hash});
//   policy.risk = standing.risk(policy.risk), policy.suspended = standing.suspends(policy.risk);
//   const std::string id = watch->given({.key = {"handbook", "llama", hash}, .risk = 0.1});
//   watch->feedback(id, false, "");                       // it was wrong
//
// The test is stats::RiskMonitor, one for each promised risk: a false alarm of one, ever, has probability at
// most delta, provided that whether an answer is reported does not depend on whether it is right.

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "serve/feedback_log.h"
#include "stats/sequential.h"

namespace genkai::serve {

/// What happens when a promise is refuted.
enum class OnBreach {
  warn,     // the alarm alone
  tighten,  // answers are given at half the risk, with a fresh test; below kLowestRisk none are
  stop,     // none are, until calibrated anew
};

struct RiskWatchOptions {
  base::Path file{};          // docs/formats/feedback.md; empty: in memory alone
  bool file_required = true;  // false: a file that cannot be written is a warning
  double delta = 0.05;        // of a false alarm of one test, (0, 1)
  OnBreach on_breach = OnBreach::tighten;
  unsigned remember_days = 90;                       // of an answer, for feedback that comes later
  std::size_t most_remembered = 1'000'000;           // answers; the oldest goes first. About 100 bytes each
  const base::Clock* clock = &base::system_clock();  // outlives the watch
};

/// What makes promises: a calibration, for a knowledge base and a model.
struct WatchKey {
  std::string knowledge, model, hash;  // empty: documents that came with the question; quotes; none
  auto operator<=>(const WatchKey&) const = default;
};

struct Standing {
  static constexpr double kLowestRisk = 0.01;  // below it a promise is taken back instead of halved
  unsigned level = 0;                          // how often it was refuted
  bool stopped = false;
  /// The risk to answer with where `wanted` was asked for.
  double risk(double wanted) const;
  /// Nothing is answered any more.
  bool suspends(double wanted) const { return stopped || (level > 0 && risk(wanted) < kLowestRisk); }
};
/// "good", "tightened" or "stopped", for answers at the risk `wanted`.
std::string_view name_of(const Standing& standing, double wanted);

/// An answer as it is sent.
struct GivenAnswer {
  WatchKey key;
  double risk = 0;     // that its certificate promises; 0: it has none
  unsigned level = 0;  // of the standing it was made under
  std::optional<double> probability{};
  bool answered = true;  // false: it says why there is none
};

struct Counted {
  bool counted = false;
  std::string why;  // not
};

/// One running test.
struct PromiseReport {
  double risk = 0;
  unsigned level = 0;
  std::uint64_t observed = 0, wrong = 0;
  stats::Interval rate;  // of wrong ones: a confidence sequence at 1 - delta
  double log_wealth = 0;
  std::optional<std::int64_t> refuted;  // when, in seconds since 1970
};

struct WatchReport {
  WatchKey key;
  Standing standing;
  bool current = false;                   // in use, of the calibrations of this knowledge base and model
  std::int64_t since = 0;                 // seconds since 1970
  std::uint64_t observed = 0, wrong = 0;  // over all promises
  std::vector<PromiseReport> promises{};  // by level, then risk
  std::uint64_t scores = 0;               // seen by the drift test since the start
  double drift_wealth = 1;
  bool drifted = false;
  bool refuted() const;
};

/// Thread-safe.
class RiskWatch {
 public:
  /// Replays the file. unsupported when it is of another version, corrupt when it is no such file; what else
  /// keeps it from being written is an error only when it is required.
  static base::Result<std::unique_ptr<RiskWatch>> open(RiskWatchOptions options);
  ~RiskWatch();

  /// Of the calibration that the next answer will rest on. Takes a microsecond.
  Standing standing(const WatchKey& key) const;
  /// Remembers the answer and returns its id, 32 random hexadecimal digits; empty when the system gives no
  /// random bytes. One with a promise is written down too, which waits for the disk's cache: call it on a
  /// pool. What cannot be written is still remembered, counted as lost and logged.
  std::string given(const GivenAnswer& answer);
  /// The score of a question's best answer, given or not; needs no feedback (stats::DriftMonitor). `key` is
  /// from now on the one in use.
  void scored(const WatchKey& key, double score);
  /// What is said of an answer; the last word counts, and the same again changes nothing. not_found for an
  /// id that was not given or is forgotten, unavailable when it cannot be written down, so that it was not
  /// counted. Waits for the disk: call it on a pool.
  base::Result<Counted> feedback(std::string_view answer_id, bool correct, const std::string& note);

  /// In the order of the keys.
  std::vector<WatchReport> report() const;
  struct Counters {
    std::map<std::tuple<std::string, std::string, bool>, std::uint64_t> verdicts;  // kb, model, correct
    std::uint64_t lost = 0;  // lines that could not be written
    bool kept = false;       // there is a file
  };
  Counters counters() const;

 private:
  struct Test {
    stats::RiskMonitor monitor;
    std::optional<std::int64_t> refuted;
  };
  struct Watch {
    WatchKey key;
    unsigned level = 0;
    std::int64_t since = 0;
    std::map<std::pair<unsigned, unsigned>, Test> tests;  // by level and promise
    std::unique_ptr<stats::DriftMonitor> drift;
    bool drift_logged = false;
    bool current = false;
  };
  using Id = std::pair<std::uint64_t, std::uint64_t>;
  struct IdHash {
    std::size_t operator()(const Id& id) const { return id.first; }  // random already
  };
  struct Remembered {
    Watch* watch = nullptr;
    float risk = 0;
    std::uint16_t level = 0;
    std::int8_t verdict = -1;  // 0 wrong, 1 correct
    bool answered = true;
  };

  explicit RiskWatch(RiskWatchOptions options) : options_(std::move(options)) {}
  void replay(const FeedbackLine& line);
  void say_what_was_found(const FeedbackLog::Found& found) const;
  Watch* watch_of(const WatchKey& key, std::int64_t now);
  void use(Watch& watch);
  Standing standing_of(const Watch& watch) const;
  void remember(const Id& id, const Remembered& answer, std::int64_t now);
  void count(Watch& watch, double risk, unsigned level, std::optional<bool> was, bool correct,
             std::int64_t now, bool say);
  void keep_failed(const base::Error& error);
  void keep_worked();

  const RiskWatchOptions options_;
  std::unique_ptr<FeedbackLog> log_;  // none: in memory alone
  std::mutex saying_;                 // one verdict at a time; before mutex_
  mutable std::mutex mutex_;
  std::map<WatchKey, std::unique_ptr<Watch>> watches_;  // none is ever removed
  std::unordered_map<Id, Remembered, IdHash> answers_;
  std::deque<std::pair<Id, std::int64_t>> order_;  // oldest first, with its time
  std::map<std::tuple<std::string, std::string, bool>, std::uint64_t> verdicts_;
  std::atomic<std::uint64_t> lost_ = 0;
  std::atomic<bool> failing_ = false;
  bool crowded_ = false;
};

}  // namespace genkai::serve
