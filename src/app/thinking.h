#pragma once
// A line on standard error that says whose answer is waited for, and for how long.
//
//   Thinking thinking("llama", text::Language::english);
//   ...                                                     // the line goes when it does

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "text/text.h"

namespace genkai::app {

/// Nothing is shown within the first half second, where standard error is no terminal, or when
/// GENKAI_PROGRESS=off.
class Thinking {
 public:
  Thinking(std::string model, text::Language language);
  ~Thinking();
  Thinking(const Thinking&) = delete;
  Thinking& operator=(const Thinking&) = delete;

 private:
  void draw();
  const std::string model_;
  const text::Language language_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread thread_;
};

/// What the line says after so many seconds.
std::string thinking_line(const std::string& model, std::chrono::seconds time, text::Language language);

}  // namespace genkai::app
