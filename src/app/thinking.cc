#include "app/thinking.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "app/print.h"

namespace genkai::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

bool is_wanted() {
  const char* setting = std::getenv("GENKAI_PROGRESS");
  return ::isatty(STDERR_FILENO) == 1 && !(setting && std::string_view(setting) == "off");
}

}  // namespace

std::string thinking_line(const std::string& model, std::chrono::seconds time, text::Language language) {
  const std::string seconds = std::to_string(time.count());
  return language == text::Language::japanese
             ? "言語モデル(" + printable(model) + ")に尋ねています… " + seconds + "秒"
             : "asking the language model (" + printable(model) + ") … " + seconds + " s";
}

Thinking::Thinking(std::string model, text::Language language)
    : model_(std::move(model)), language_(language) {
  if (is_wanted()) thread_ = std::thread([this] { draw(); });
}

Thinking::~Thinking() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Thinking::draw() {
  const auto start = SteadyClock::now();
  bool drawn = false;
  std::unique_lock lock(mutex_);
  for (auto next = start + std::chrono::milliseconds(500);
       !ended_.wait_until(lock, next, [this] { return ending_; }); next += std::chrono::seconds(1)) {
    const auto time = std::chrono::duration_cast<std::chrono::seconds>(SteadyClock::now() - start);
    std::fprintf(stderr, "\r\033[K%s", thinking_line(model_, time, language_).c_str());
    std::fflush(stderr);
    drawn = true;
  }
  if (!drawn) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace genkai::app
