#include "logic/sandbox/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"

namespace genkai::logic {
namespace {

using base::Code;
using base::fail;
using base::Result;
using SteadyClock = std::chrono::steady_clock;

constexpr int kNobody = 65534, kFirstFree = 7;
constexpr std::size_t kReportBytes = std::size_t{300} << 10;
constexpr std::chrono::milliseconds kTick{25};     // how often files and the flag are looked at
constexpr std::chrono::milliseconds kGrace{1000};  // from the end of the inner processes to that of bwrap

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    value_ = std::exchange(other.value_, -1);
    return *this;
  }
  ~Descriptor() { reset(); }
  void reset() {
    if (value_ >= 0) ::close(std::exchange(value_, -1));
  }
  int get() const { return value_; }
  explicit operator bool() const { return value_ >= 0; }

 private:
  int value_ = -1;
};

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(base::system_error("cannot make a pipe", errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// A file in memory with these bytes, at its beginning, that nobody can write to or resize.
Result<Descriptor> sealed(const char* name, std::string_view bytes) {
  Descriptor file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return fail(base::system_error("cannot make a file in memory", errno));
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(base::system_error("cannot write a file in memory", errno));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0 ||
      ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    return fail(base::system_error("cannot seal a file in memory", errno));
  return file;
}

void limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

// Between fork and exec: only async-signal-safe calls. `given` are the descriptors that become 0 to 6.
[[noreturn]] void become(char* const* argv, const std::array<int, kFirstFree>& given,
                         const SandboxLimits& limits, int failed) {
  // First out of the way of the numbers that they get.
  std::array<int, kFirstFree> moved{};
  for (std::size_t i = 0; i < given.size(); ++i) moved[i] = ::fcntl(given[i], F_DUPFD_CLOEXEC, 64);
  const int failure = ::fcntl(failed, F_DUPFD_CLOEXEC, 64);
  for (std::size_t i = 0; i < given.size(); ++i) ::dup2(moved[i], static_cast<int>(i));
  ::dup2(failure, kFirstFree);
  ::fcntl(kFirstFree, F_SETFD, FD_CLOEXEC);
  const auto give_up = [](int error) {
    (void)!::write(kFirstFree, &error, sizeof error);
    ::_exit(126);
  };
  if (::syscall(SYS_close_range, kFirstFree + 1, ~0U, 0) != 0) {
    rlimit open{};
    ::getrlimit(RLIMIT_NOFILE, &open);
    for (int i = kFirstFree + 1; i < static_cast<int>(std::min<rlim_t>(open.rlim_max, 1 << 20)); ++i)
      ::close(i);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int i = 1; i < 32; ++i) ::signal(i, SIG_DFL);  // what this program ignores would stay ignored
  ::setsid();
  ::umask(0077);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.cpu_seconds));
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_FSIZE, limits.scratch_bytes);
  limit(RLIMIT_STACK, 8U << 20);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 64);
  limit(RLIMIT_MEMLOCK, 0);
  limit(RLIMIT_MSGQUEUE, 0);
  limit(RLIMIT_SIGPENDING, 64);
  // The C library's own functions would look for other threads, which a forked process has not.
  if (::geteuid() == 0 && (::syscall(SYS_setgroups, 0, nullptr) != 0 ||
                           ::syscall(SYS_setresgid, kNobody, kNobody, kNobody) != 0 ||
                           ::syscall(SYS_setresuid, kNobody, kNobody, kNobody) != 0))
    give_up(errno);
  if (::geteuid() == 0 || ::getuid() == 0) give_up(EPERM);
  char* const environment[] = {nullptr};
  ::execve(argv[0], argv, environment);
  give_up(errno);
  ::_exit(126);
}

// The inner processes, by the one that the rest of them dies with.
class Inner {
 public:
  // `status` is what bwrap said of itself: {"child-pid": 123}. A process of that number counts only while it
  // is the child of `bwrap`, which has no other; so a number that was used again names nobody.
  void learn(std::string_view status, pid_t bwrap) {
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
  bool known() const { return static_cast<bool>(handle_); }
  bool kill() const {
    return known() && ::syscall(SYS_pidfd_send_signal, handle_.get(), SIGKILL, nullptr, 0) == 0;
  }
  bool alive() const {
    pollfd ended{handle_.get(), POLLIN, 0};
    return known() && ::poll(&ended, 1, 0) == 0;
  }
  // Its /tmp, to be counted from outside.
  Descriptor scratch() const {
    return Descriptor(::open(("/proc/" + std::to_string(pid_) + "/root/tmp").c_str(), O_PATH | O_CLOEXEC));
  }

 private:
  Descriptor handle_;
  pid_t pid_ = 0;
};

class Supervisor {
 public:
  Supervisor(pid_t bwrap, const SandboxLimits& limits, const base::Cancellation& cancelled)
      : bwrap_(bwrap), limits_(limits), cancelled_(cancelled), deadline_(SteadyClock::now() + limits.wall) {}
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  Result<Ended> watch(const std::array<int, 4>& descriptors) {
    for (std::size_t i = 0; i < 4; ++i) polled_[i] = {descriptors[i], POLLIN, 0};
    while (open()) {
      const auto now = SteadyClock::now();
      if (now >= stop_at()) {
        if (killed_) break;  // bwrap is gone too by now, or was killed the hard way; nobody is left to write
        stop(Stopped::wall);
        continue;
      }
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(stop_at() - now) +
                        std::chrono::milliseconds(1);
      if (::poll(polled_.data(), polled_.size(), static_cast<int>(std::min(left, kTick).count())) < 0 &&
          errno != EINTR)
        break;
      for (std::size_t i = 0; i < polled_.size(); ++i)
        if (polled_[i].fd >= 0 && polled_[i].revents != 0) read(i);
      look();
    }
    finish();
    if (!unwatched_.empty())
      return fail(Code::unavailable, unwatched_, "run as the user who owns the process");
    return std::move(ended_);
  }

 private:
  bool open() const {
    for (const auto& entry : polled_)
      if (entry.fd >= 0) return true;
    return false;
  }
  SteadyClock::time_point stop_at() const { return killed_ ? *killed_ + kGrace : deadline_; }

  void read(std::size_t i) {
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

  void look() {
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
  void stop(Stopped why) {
    if (killed_) return;
    ended_.stopped = why;
    killed_ = SteadyClock::now();
    if (!inner_.kill()) ::kill(bwrap_, SIGKILL);
  }

  void finish() {
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

  pid_t bwrap_;
  const SandboxLimits& limits_;
  const base::Cancellation& cancelled_;
  SteadyClock::time_point deadline_;
  std::optional<SteadyClock::time_point> killed_;
  std::array<pollfd, 4> polled_{};
  Inner inner_;
  Descriptor scratch_;
  std::string status_, unwatched_;
  Ended ended_;
};

}  // namespace

Result<Ended> supervise(const std::vector<std::string>& command, const Fed& fed, const SandboxLimits& limits,
                        const base::Cancellation& cancelled) {
  const base::Stopwatch watch;
  GENKAI_ASSIGN_OR_RETURN(const Descriptor source, sealed("source", fed.source));
  GENKAI_ASSIGN_OR_RETURN(const Descriptor input, sealed("input", fed.input));
  GENKAI_ASSIGN_OR_RETURN(const Descriptor filter, sealed("filter", fed.filter));
  GENKAI_ASSIGN_OR_RETURN(Pipe out, make_pipe());
  GENKAI_ASSIGN_OR_RETURN(Pipe err, make_pipe());
  GENKAI_ASSIGN_OR_RETURN(Pipe report, make_pipe());
  GENKAI_ASSIGN_OR_RETURN(Pipe status, make_pipe());
  GENKAI_ASSIGN_OR_RETURN(Pipe failure, make_pipe());
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  const pid_t child = ::fork();
  if (child < 0) return fail(base::system_error("cannot start " + command.front(), errno));
  if (child == 0)
    become(argv.data(),
           {input.get(), out.write.get(), err.write.get(), source.get(), report.write.get(), filter.get(),
            status.write.get()},
           limits, failure.write.get());
  for (Pipe* pipe : {&out, &err, &report, &status, &failure}) pipe->write.reset();
  int error = 0;
  if (::read(failure.read.get(), &error, sizeof error) == sizeof error) {  // else exec closed it
    ::waitpid(child, nullptr, 0);
    return fail(base::system_error("cannot start " + command.front(), error));
  }
  Supervisor supervisor(child, limits, cancelled);
  auto ended = supervisor.watch({out.read.get(), err.read.get(), report.read.get(), status.read.get()});
  if (ended) ended->wall_ms = watch.milliseconds();
  return ended;
}

}  // namespace genkai::logic
