#pragma once
// Progress of long work on standard error: one redrawn line on a terminal, a line every ten seconds in a log.
//
//   Progress progress("ingest", files.size());
//   for (...) progress.advance(1, file.name);
//
// Thread-safe. Nothing is printed for work that ends within half a second, or when GENKAI_PROGRESS=off.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace genkai::base {

class Progress {
 public:
  /// `total` 0 when it is not known beforehand.
  Progress(std::string label, std::uint64_t total, bool enabled = true);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();
  void advance(std::uint64_t n, std::string_view detail = {});
  /// Corrects a total that was not known at the start.
  void set_total(std::uint64_t total);

 private:
  void draw(bool last);
  std::mutex mutex_;
  std::string label_, detail_;
  std::uint64_t total_, done_ = 0;
  bool enabled_, terminal_, drawn_ = false;
  std::chrono::steady_clock::time_point start_, next_;
};

}  // namespace genkai::base
