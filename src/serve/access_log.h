#pragma once
// One JSON line a request on a descriptor, written by a thread of its own: whoever reads it slowly loses
// lines and holds no request back.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "serve/request_record.h"

namespace genkai::serve {

/// Thread-safe.
class AccessLog {
 public:
  explicit AccessLog(int descriptor);
  /// Writes what waits, for at most a second.
  ~AccessLog();
  void write(const RequestRecord& record);
  std::uint64_t dropped() const { return dropped_; }

 private:
  void work();
  const int descriptor_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<RequestRecord> waiting_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::thread thread_;
};

/// With the line end; the model's name as it is given.
std::string to_log_line(const RequestRecord& record);

}  // namespace genkai::serve
