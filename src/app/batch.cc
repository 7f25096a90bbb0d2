#include "app/batch.h"

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>

#include "base/cancellation.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/thread_pool.h"

namespace genkai::app {
namespace {

using base::Code;
using base::Json;

constexpr std::size_t kLinesInFlight = 64;

// Prints lines in the order of their numbers, holding back those that come early. Thread-safe.
class OrderedOutput {
 public:
  void put(std::size_t number, std::string line) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, std::move(line));
    for (auto next = waiting_.find(next_); next != waiting_.end(); next = waiting_.find(next_)) {
      const std::string& text = next->second;
      if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fputc('\n', stdout) == EOF)
        failed_ = true;
      waiting_.erase(next);
      ++next_;
    }
    if (std::fflush(stdout) != 0) failed_ = true;
    changed_.notify_all();
  }
  void wait_until(std::size_t printed) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ >= printed || failed_ || stopped_; });
  }
  /// Lines are left out from now on, so nobody need wait for them.
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  std::size_t printed() {
    const std::lock_guard lock(mutex_);
    return next_;
  }
  bool failed() const { return failed_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, std::string> waiting_;
  std::size_t next_ = 0;
  bool stopped_ = false;
  std::atomic<bool> failed_ = false;
};

// The id as the line has it, be it a string or a number.
Json id_of(const Json& line) {
  const Json* id = line.find("id");
  return id ? *id : Json("");
}

Json error_line(const Json& line, const base::Error& error) {
  return Json::object(
      {{"id", id_of(line)},
       {"error", Json::object({{"code", base::to_string(error.code)}, {"message", error.message}})}});
}

std::size_t count_lines(const std::string& path) {
  if (path == "-") return 0;
  std::ifstream file(path, std::ios::binary);
  std::size_t lines = 0;
  std::string line;
  while (std::getline(file, line)) ++lines;
  return lines;
}

}  // namespace

base::Result<std::size_t> run_batch(const BatchOptions& options,
                                    const std::function<base::Result<Json>(const Json& line)>& answer) {
  std::ifstream file;
  if (options.path != "-") {
    file.open(options.path, std::ios::binary);
    if (!file) return base::fail(Code::not_found, "cannot open " + options.path);
  }
  std::istream& in = options.path == "-" ? std::cin : file;
  OrderedOutput output;
  std::atomic<std::size_t> errors = 0;
  const base::Cancellation cancellation = base::cancel_on_signals();
  std::size_t number = 0;
  {
    base::Progress progress(options.label, count_lines(options.path));
    base::ThreadPool pool(options.threads);
    const std::size_t window = kLinesInFlight * pool.size();
    std::string text;
    while (!cancellation.cancelled() && !output.failed() && std::getline(in, text)) {
      if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
      if (number >= window) output.wait_until(number - window + 1);
      pool.submit([&, number, line_text = std::move(text)] {
        if (cancellation.cancelled()) return output.stop();  // those under way may take long enough
        auto line = Json::parse(line_text);
        if (line && !line->is_object())
          line = base::fail(Code::invalid_argument, "a batch line must be a JSON object");
        auto result = line ? answer(*line) : base::Result<Json>(base::fail(line.error()));
        if (!result) ++errors;
        if (result) result->set("id", id_of(*line));
        output.put(number,
                   result ? result->dump() : error_line(line ? *line : Json(), result.error()).dump());
        progress.advance(1);
      });
      ++number;
      text.clear();
    }
  }
  if (output.failed()) return base::fail(Code::resource_exhausted, "cannot write to standard output");
  if (cancellation.cancelled())
    return base::fail(Code::cancelled, "interrupted after " + std::to_string(output.printed()) + " lines");
  return errors.load();
}

}  // namespace genkai::app
