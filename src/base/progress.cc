#include "base/progress.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace genkai::base {
namespace {
using SteadyClock = std::chrono::steady_clock;

// Cuts at a byte limit without splitting a UTF-8 sequence, and drops control characters.
std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out += c;
  if (out.size() <= limit) return out;
  std::size_t cut = limit;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
  out.resize(cut);
  return out;
}
}  // namespace

Progress::Progress(std::string label, std::uint64_t total, bool enabled)
    : label_(std::move(label)), total_(total), enabled_(enabled), terminal_(::isatty(STDERR_FILENO) == 1) {
  const char* setting = std::getenv("GENKAI_PROGRESS");
  if (setting && std::string_view(setting) == "off") enabled_ = false;
  start_ = SteadyClock::now();
  next_ = start_ + (terminal_ ? std::chrono::milliseconds(500) : std::chrono::milliseconds(10'000));
}

Progress::~Progress() {
  const std::lock_guard lock(mutex_);
  if (enabled_ && drawn_) draw(true);
}

void Progress::advance(std::uint64_t n, std::string_view detail) {
  const std::lock_guard lock(mutex_);
  done_ += n;
  if (!enabled_) return;
  if (!detail.empty()) detail_ = detail;
  if (SteadyClock::now() < next_) return;
  next_ =
      SteadyClock::now() + (terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000));
  draw(false);
}

void Progress::set_total(std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  total_ = total;
}

void Progress::draw(bool last) {
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
  std::string line = label_ + " ";
  char buffer[96];
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    if (terminal_) {
      line += '[';
      for (int i = 0; i < 24; ++i) line += i < static_cast<int>(share * 24) ? '#' : '.';
      line += "] ";
    }
    const double left = rate > 0 && done_ < total_ ? static_cast<double>(total_ - done_) / rate : 0;
    std::snprintf(buffer, sizeof buffer, "%3.0f%% %llu/%llu, %.0f/s, %.0f s left", share * 100,
                  static_cast<unsigned long long>(done_), static_cast<unsigned long long>(total_), rate,
                  left);
  } else {
    std::snprintf(buffer, sizeof buffer, "%llu, %.0f/s, %.0f s", static_cast<unsigned long long>(done_), rate,
                  seconds);
  }
  line += buffer;
  if (!detail_.empty() && !last) line += "  " + printable(detail_, 40);
  if (terminal_)
    std::fprintf(stderr, "\r\033[K%s%s", line.c_str(), last ? "\n" : "");
  else
    std::fprintf(stderr, "%s\n", line.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace genkai::base
