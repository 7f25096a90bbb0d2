#pragma once
// The file that feedback is kept in (docs/formats/feedback.md): JSON lines, only ever appended to.
//
//   GENKAI_ASSIGN_OR_RETURN(auto log, FeedbackLog::open(file, [&](const FeedbackLine& line) { ... }, read));
//   log->append(line, FeedbackLog::Durable::yes);

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "knowledge/store/folder_lock.h"

namespace genkai::serve {

/// An answer that was given under a promise, or with `correct` what was said of one. It never holds the
/// question or the answer.
struct FeedbackLine {
  std::string answer_id;                 // 32 hexadecimal digits
  std::int64_t time = 0;                 // seconds since 1970
  std::string knowledge, model;          // empty: documents that came with the question; verbatim quotes
  std::string hash;                      // of the calibration that the promise rests on
  double risk = 0;                       // promised, (0, 1); 0: nothing was promised
  unsigned level = 0;                    // how often the promise had been halved by then
  std::optional<double> probability{};   // of a given answer
  std::optional<bool> correct{}, was{};  // the verdict, and the one that it replaces
  std::string note{};                    // of who said so
};

std::string to_line(const FeedbackLine& line);
/// corrupt for what is no such line, unsupported for one of another version.
base::Result<FeedbackLine> read_feedback_line(std::string_view text);

/// Thread-safe; one process at a time appends.
class FeedbackLog {
 public:
  using Replay = std::function<void(const FeedbackLine&)>;
  enum class Durable { no, yes };
  /// What was in the file.
  struct Found {
    std::uint64_t lines = 0;      // that were understood
    std::uint64_t malformed = 0;  // and passed over
    bool torn = false;            // the last line has no end: it was cut off
  };

  /// Reads the file line by line, drops a torn last one, and holds the file (mode 0600) for appending.
  /// unavailable while another process holds it, unsupported for a line of another version, corrupt for a
  /// file without any line of ours.
  static base::Result<std::unique_ptr<FeedbackLog>> open(const base::Path& file, const Replay& replay,
                                                         Found& found);
  /// Only reads; a file that is not there has no lines.
  static base::Status read(const base::Path& file, const Replay& replay, Found& found);
  ~FeedbackLog();
  FeedbackLog(const FeedbackLog&) = delete;

  /// Whole or not at all. Once it returns, a killed process loses nothing; with `Durable::yes` neither does a
  /// power cut. Waits for the disk.
  base::Status append(const FeedbackLine& line, Durable durable);

 private:
  FeedbackLog(base::Path file, int descriptor, std::uint64_t size, knowledge::FolderLock lock)
      : file_(std::move(file)), descriptor_(descriptor), size_(size), lock_(std::move(lock)) {}
  const base::Path file_;
  const int descriptor_;
  std::mutex mutex_;
  std::uint64_t size_;   // of its whole lines
  bool ragged_ = false;  // something stands behind them that could not be cut off
  const knowledge::FolderLock lock_;
};

}  // namespace genkai::serve
