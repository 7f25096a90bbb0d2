#pragma once
// What each stage of the main path saw, kept, dropped and why, and its milliseconds. --explain, the JSON and
// later the console show it.
//
//   auto stage = trace.stage("gather");
//   stage.note("lexical", "50 passages, best 23.1");
//   stage.counts(100, 20);                             // saw 100, kept 20

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace genkai::core {

struct StageRecord {
  std::string name;
  double milliseconds = 0;
  std::size_t saw = 0, kept = 0;
  std::vector<std::pair<std::string, std::string>> notes;
  std::vector<base::Json> records;  // of single items, where a stage keeps any: the trust of each passage
};

base::Json to_json(const StageRecord& stage);

/// One question's trace. One thread at a time: the stages of a question follow each other, on whatever
/// thread.
class Trace {
 public:
  /// Records from its creation to its destruction.
  class Stage {
   public:
    Stage(Trace& trace, std::string name) : trace_(&trace) { record_.name = std::move(name); }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage() {
      record_.milliseconds = watch_.milliseconds();
      trace_->add(std::move(record_));
    }
    void note(std::string what, std::string text) {
      record_.notes.emplace_back(std::move(what), std::move(text));
    }
    void record(base::Json item) { record_.records.push_back(std::move(item)); }
    void counts(std::size_t saw, std::size_t kept) {
      record_.saw = saw;
      record_.kept = kept;
    }

   private:
    Trace* trace_;
    StageRecord record_;
    base::Stopwatch watch_;
  };

  Stage stage(std::string name) { return Stage(*this, std::move(name)); }
  const std::vector<StageRecord>& stages() const { return stages_; }
  double milliseconds() const { return watch_.milliseconds(); }
  base::Json to_json() const;
  /// Called with each stage as it ends, in order, never two at a time, and never after the question's Task
  /// has ended: for whoever watches while it goes on. The thread is whichever ran the stage, so with a pool
  /// one of its workers: copy the record (the reference holds for the call only) and post it to where it is
  /// used. Must not throw, and must not touch the trace. Set before the question is asked.
  void on_stage(std::function<void(const StageRecord&)> watcher) { watcher_ = std::move(watcher); }

 private:
  void add(StageRecord record) {
    stages_.push_back(std::move(record));
    if (watcher_) watcher_(stages_.back());
  }
  std::vector<StageRecord> stages_;
  std::function<void(const StageRecord&)> watcher_;
  base::Stopwatch watch_;
};

}  // namespace genkai::core
