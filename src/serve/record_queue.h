#pragma once
// Records of requests on their way to a thread that writes or sends them. Whoever takes them too slowly loses
// records; nobody who adds one ever waits.
//
//   queue.add(record);                                      // on any thread
//   while (auto batch = queue.take(256, 1s); !batch.empty()) ...   // on the thread that they are for

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "serve/request_record.h"

namespace genkai::serve {

/// Thread-safe; one thread takes.
class RecordQueue {
 public:
  /// Counts the record as dropped when too many wait.
  void add(const RequestRecord& record);
  /// Waits for a record, then until there are `most` or `gather` has passed, and takes up to `most`. Empty
  /// once it was stopped and everything has been taken.
  std::vector<RequestRecord> take(std::size_t most, std::chrono::milliseconds gather = {});
  /// What waits can still be taken; within a second it is to be done with.
  void stop();
  /// That second has passed.
  bool out_of_time() const;
  void drop(std::size_t records) { dropped_ += records; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<RequestRecord> waiting_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point give_up_{};
  std::atomic<std::uint64_t> dropped_ = 0;
};

}  // namespace genkai::serve
