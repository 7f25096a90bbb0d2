#include "base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace genkai::base {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  bool open() { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }
  void close(int i) {
    if (ends[static_cast<std::size_t>(i)] >= 0) ::close(std::exchange(ends[static_cast<std::size_t>(i)], -1));
  }
  ~Pipe() {
    close(0);
    close(1);
  }
};

void limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

// Runs in the child between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char* const* argv, char* const* environment, int output, int errors,
                         const SubprocessLimits& limits) {
  ::setpgid(0, 0);
  ::signal(SIGPIPE, SIG_DFL);  // this program may ignore it
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, 0);
  ::dup2(output, 1);
  ::dup2(errors, 2);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.cpu_seconds));
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 64);
  ::execvpe(argv[0], argv, environment);
  ::_exit(errno == ENOENT ? 127 : 126);
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, std::min<std::size_t>(text.find('\n'), 200)));
}

}  // namespace

Result<std::string> run_limited(const std::vector<std::string>& arguments, const SubprocessLimits& limits) {
  const std::string& program = arguments.front();
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::string path = "PATH=/usr/local/bin:/usr/bin:/bin", locale = "LC_ALL=C.UTF-8";
  std::array<char*, 3> environment{path.data(), locale.data(), nullptr};

  Pipe output, errors;
  if (!output.open() || !errors.open()) return fail(system_error("cannot start " + program, errno));
  const pid_t child = ::fork();
  if (child < 0) return fail(system_error("cannot start " + program, errno));
  if (child == 0) become(argv.data(), environment.data(), output.ends[1], errors.ends[1], limits);
  ::setpgid(child, child);
  output.close(1);
  errors.close(1);

  std::string out, err;
  bool too_long = false, too_much = false;
  const auto deadline = SteadyClock::now() + limits.wall;
  std::array<pollfd, 2> polled{{{output.ends[0], POLLIN, 0}, {errors.ends[0], POLLIN, 0}}};
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0) {
      too_long = true;
      break;
    }
    if (::poll(polled.data(), polled.size(), static_cast<int>(left)) < 0 && errno != EINTR) break;
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      char buffer[1 << 16];
      const ssize_t n = ::read(polled[i].fd, buffer, sizeof buffer);
      if (n <= 0) {
        polled[i].fd = -1;
      } else if (i == 0) {
        out.append(buffer, static_cast<std::size_t>(n));
      } else if (err.size() < 4096) {
        err.append(buffer, static_cast<std::size_t>(n));
      }
    }
    if (out.size() > limits.output_bytes) {
      too_much = true;
      break;
    }
  }
  if (too_long || too_much) ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (too_long)
    return fail(Code::resource_exhausted,
                program + " took longer than " + std::to_string(limits.wall.count() / 1000) + " s");
  if (too_much)
    return fail(Code::resource_exhausted,
                program + " wrote more than " + std::to_string(limits.output_bytes >> 20) + " MiB");
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU || signal == SIGKILL)
      return fail(Code::resource_exhausted, program + " used more than its CPU time or memory");
    return fail(Code::unavailable, program + " was ended by signal " + std::to_string(signal));
  }
  const int exit_status = WEXITSTATUS(status);
  if (exit_status == 127) return fail(Code::not_found, program + " is not installed");
  if (exit_status != 0)
    return fail(Code::unavailable, program + " ended with status " + std::to_string(exit_status) +
                                       (err.empty() ? "" : ": " + first_line(err)));
  return out;
}

}  // namespace genkai::base
