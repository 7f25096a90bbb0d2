#include "logic/sandbox/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/file.h"
#include "base/json.h"

namespace genkai::logic {
namespace {

using base::Code;
using base::fail;
using base::Result;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReportBytes = std::size_t{300} << 10;
constexpr std::chrono::milliseconds kTick{25};     // how often files and the flag are looked at
constexpr std::chrono::milliseconds kGrace{1000};  // from the end of the inner processes to that of bwrap

}  // namespace

void Inner::learn(std::string_view status, pid_t bwrap) {
  const auto line = base::Json::parse(status.substr(0, status.find('\n')));
  const auto pid = line ? static_cast<pid_t>(line->number("child-pid")) : 0;
  if (pid <= 1) return;
  Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const auto stat = base::read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
  const auto after = stat ? stat->rfind(')') : std::string::npos;  // "pid (name) S parent ..."
  if (!handle || after == std::string::npos || stat->size() < after + 5) return;
  if (std::atoi(stat->c_str() + after + 4) != bwrap) return;
  handle_ = std::move(handle);
  pid_ = pid;
}

bool Inner::kill() const {
  return known() && ::syscall(SYS_pidfd_send_signal, handle_.get(), SIGKILL, nullptr, 0) == 0;
}

bool Inner::alive() const {
  pollfd ended{handle_.get(), POLLIN, 0};
  return known() && ::poll(&ended, 1, 0) == 0;
}

Descriptor Inner::scratch() const {
  return Descriptor(::open(("/proc/" + std::to_string(pid_) + "/root/tmp").c_str(), O_PATH | O_CLOEXEC));
}

Supervisor::Supervisor(pid_t bwrap, const SandboxLimits& limits, const base::Cancellation& cancelled)
    : bwrap_(bwrap), limits_(limits), cancelled_(cancelled), deadline_(SteadyClock::now() + limits.wall) {}

Result<Ended> Supervisor::watch(const std::array<int, 4>& descriptors) {
  for (std::size_t i = 0; i < 4; ++i) polled_[i] = {descriptors[i], POLLIN, 0};
  while (open()) {
    const auto now = SteadyClock::now();
    if (now >= stop_at()) {
      if (killed_) break;  // bwrap is gone too by now, or was killed the hard way; nobody is left to write
      stop(Stopped::wall);
      continue;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(stop_at() - now) + std::chrono::milliseconds(1);
    if (::poll(polled_.data(), polled_.size(), static_cast<int>(std::min(left, kTick).count())) < 0 &&
        errno != EINTR)
      break;
    for (std::size_t i = 0; i < polled_.size(); ++i)
      if (polled_[i].fd >= 0 && polled_[i].revents != 0) read(i);
    look();
  }
  finish();
  if (!unwatched_.empty()) return fail(Code::unavailable, unwatched_, "run as the user who owns the process");
  return std::move(ended_);
}

bool Supervisor::open() const {
  return std::any_of(polled_.begin(), polled_.end(), [](const pollfd& entry) { return entry.fd >= 0; });
}

Supervisor::Time Supervisor::stop_at() const {
  return killed_ ? *killed_ + kGrace : deadline_;
}

void Supervisor::read(std::size_t i) {
  std::array<char, 1 << 16> buffer;
  const ssize_t n = ::read(polled_[i].fd, buffer.data(), buffer.size());
  if (n < 0 && errno == EINTR) return;
  if (n <= 0) {
    polled_[i].fd = -1;
    return;
  }
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
  if (i < 2) {
    ended_.output_bytes += bytes.size();
    std::string& kept = i == 0 ? ended_.out : ended_.err;
    const std::size_t room = limits_.output_bytes - ended_.out.size() - ended_.err.size();
    kept.append(bytes.substr(0, room));
    if (bytes.size() > room) stop(Stopped::output);
  } else if (i == 2) {
    ended_.report.append(bytes.substr(0, kReportBytes - ended_.report.size()));
    if (ended_.report.size() >= kReportBytes) stop(Stopped::output);
  } else if (status_.size() < 4096) {
    status_.append(bytes);
    if (!inner_.known() && status_.find('\n') != std::string::npos) inner_.learn(status_, bwrap_);
  }
}

void Supervisor::look() {
  if (killed_) return;
  if (cancelled_.cancelled()) stop(Stopped::cancelled);
  // The folder is what it will be once the runner has reported that it begins.
  if (limits_.scratch_bytes == 0 || ended_.report.empty() || !inner_.known()) return;
  if (!scratch_) {
    scratch_ = inner_.scratch();
    if (!scratch_ && (errno == EACCES || errno == EPERM) && inner_.alive()) {
      unwatched_ = "the files of a program cannot be watched: " + std::string(std::strerror(errno));
      stop(Stopped::scratch);
    }
  }
  struct statfs used {};
  if (scratch_ && ::fstatfs(scratch_.get(), &used) == 0 &&
      used.f_files - used.f_ffree > limits_.scratch_files + 1)
    stop(Stopped::scratch);
}

// The process that the others die with is killed, so that bwrap can still tell what it all cost.
void Supervisor::stop(Stopped why) {
  if (killed_) return;
  ended_.stopped = why;
  killed_ = SteadyClock::now();
  if (!inner_.kill()) ::kill(bwrap_, SIGKILL);
}

void Supervisor::finish() {
  // The pipes are closed, so the inner processes are gone or have closed all; bwrap ends with them.
  int status = 0;
  rusage used{};
  for (;;) {
    const pid_t ended = ::wait4(bwrap_, &status, WNOHANG, &used);
    if (ended == bwrap_ || (ended < 0 && errno != EINTR)) break;
    if (SteadyClock::now() >= stop_at()) {
      if (!killed_) {
        stop(Stopped::wall);
      } else {
        ::kill(bwrap_, SIGKILL);  // the others have its death as their own signal
      }
    }
    if (cancelled_.cancelled()) stop(Stopped::cancelled);
    ::usleep(500);
  }
  while (inner_.alive()) ::usleep(500);
  ended_.status = status;
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  ended_.cpu_ms = ms(used.ru_utime) + ms(used.ru_stime);
  ended_.peak_bytes = static_cast<std::size_t>(used.ru_maxrss) << 10;
}

}  // namespace genkai::logic
