#pragma once
// One JSON line a request on a descriptor, written by a thread of its own: whoever reads it slowly loses
// lines and holds no request back.

#include <cstdint>
#include <string>
#include <thread>

#include "serve/record_queue.h"
#include "serve/request_record.h"

namespace genkai::serve {

/// Thread-safe.
class AccessLog {
 public:
  explicit AccessLog(int descriptor);
  /// Writes what waits, for at most a second.
  ~AccessLog();
  void write(const RequestRecord& record) { queue_.add(record); }
  std::uint64_t dropped() const { return queue_.dropped(); }

 private:
  void work();
  const int descriptor_;
  RecordQueue queue_;
  std::thread thread_;
};

/// With the line end; the model's name as it is given.
std::string to_log_line(const RequestRecord& record);

}  // namespace genkai::serve
