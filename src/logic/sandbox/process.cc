#include "logic/sandbox/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/clock.h"
#include "logic/sandbox/descriptor.h"
#include "logic/sandbox/supervisor.h"

namespace genkai::logic {
namespace {

using base::fail;
using base::Result;

constexpr int kNobody = 65534, kFirstFree = 7;

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
                         const SandboxLimits& limits, int failed, pid_t parent) {
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
  // bubblewrap asks for this too, but only a while after its start; a parent that died before is another by
  // now. While bubblewrap builds, the pipe of the report watches: the runner does not begin when nobody reads
  // it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(126);
  char* const environment[] = {nullptr};
  ::execve(argv[0], argv, environment);
  give_up(errno);
  ::_exit(126);
}

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

  const pid_t parent = ::getpid(), child = ::fork();
  if (child < 0) return fail(base::system_error("cannot start " + command.front(), errno));
  if (child == 0)
    become(argv.data(),
           {input.get(), out.write.get(), err.write.get(), source.get(), report.write.get(), filter.get(),
            status.write.get()},
           limits, failure.write.get(), parent);
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
