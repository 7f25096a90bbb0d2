// What a program may try against the machine that runs it, each refused: as the user who runs this and, when
// that is root, once more as the user nobody.

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <string>

#include "base/file.h"
#include "logic/sandbox/attack_cases.h"
#include "logic/sandbox/isolation_needed.h"

namespace genkai::logic {
namespace {

constexpr const char* kPython = "/usr/bin/python3";

// What attempts could reach: an address of TCP, one of an abstract socket, a file, a variable, a descriptor.
class Bait {
 public:
  Bait() {
    tcp_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in inet{};
    inet.sin_family = AF_INET;
    inet.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof inet;
    if (::bind(tcp_, reinterpret_cast<sockaddr*>(&inet), size) == 0 && ::listen(tcp_, 8) == 0)
      ::getsockname(tcp_, reinterpret_cast<sockaddr*>(&inet), &size);
    port_ = ::ntohs(inet.sin_port);
    name_ = "genkai-attack-" + std::to_string(::getpid());
    unix_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    name_.copy(local.sun_path + 1, sizeof local.sun_path - 1);
    if (::bind(unix_, reinterpret_cast<sockaddr*>(&local),
               static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name_.size())) == 0)
      ::listen(unix_, 8);
    file_ = "/tmp/" + name_;
    inherited_ = ::open(file_.c_str(), O_RDWR | O_CREAT, 0644);  // NOLINT: meant to be inherited
    ::setenv("GENKAI_ATTACK_SECRET", "secret", 1);
  }
  Bait(const Bait&) = delete;
  Bait& operator=(const Bait&) = delete;
  ~Bait() {
    ::unlink(file_.c_str());
    for (const int descriptor : {tcp_, unix_, inherited_}) ::close(descriptor);
    ::unsetenv("GENKAI_ATTACK_SECRET");
  }
  std::string source(const std::string& attack) const {
    static const std::string numbers = [] {
      std::string out = "NR = {";
      std::set<std::string> names(kDeadlyCalls.begin(), kDeadlyCalls.end());
      names.insert(
          {"personality", "capset", "prctl", "mlockall", "prlimit64", "inotify_init1", "clone", "clone3"});
      for (const auto& name : names)
        out += "'" + name + "': " + std::to_string(seccomp_syscall_resolve_name(name.c_str())) + ", ";
      return out + "}\n";
    }();
    return numbers + "PARENT = " + std::to_string(::getpid()) + "\nSECRET_PORT = " + std::to_string(port_) +
           "\nSECRET_NAME = SECRET_FILE = '" + name_ + "'\n" + kPrelude + attack;
  }

 private:
  int tcp_ = -1, unix_ = -1, inherited_ = -1;
  int port_ = 0;
  std::string name_, file_;
};

// The same source by plain python3, with all that this process has: what it prints.
std::string unconfined(const std::string& source) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], 1);
    ::alarm(60);
    ::execl(kPython, kPython, "-I", "-S", "-B", "-c", source.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string out;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    if (out.size() < 1'000'000) out.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return out;
}

class SandboxAttackTest : public ::testing::TestWithParam<Attack> {
 protected:
  void SetUp() override { GENKAI_NEEDS_ISOLATION(); }
};

// Those that wait for the limit have less.
SandboxLimits limits_of(const Attack& attack) {
  SandboxLimits limits;
  limits.wall = std::chrono::milliseconds(attack.ends == SandboxBound::time ? 500 : 20'000);
  return limits;
}

TEST_P(SandboxAttackTest, IsRefused) {
  const Attack& attack = GetParam();
  const Bait bait;
  const std::string source = bait.source(attack.source);
  const auto run = run_python(source, limits_of(attack));
  ASSERT_TRUE(run) << run.error().message;
  const std::string told = run->out + run->err + run->value + run->error;
  EXPECT_EQ(run->out.find("ESCAPED"), std::string::npos) << run->out;
  EXPECT_EQ(run->value.find("ESCAPED"), std::string::npos) << run->value;
  EXPECT_EQ(to_string(run->bound), to_string(attack.ends)) << told.substr(0, 2000);
  EXPECT_EQ(
      to_string(run->outcome),
      to_string(attack.ends == SandboxBound::none ? SandboxOutcome::finished : SandboxOutcome::undetermined))
      << told.substr(0, 2000);
  if (attack.ends == SandboxBound::none) {
    EXPECT_NE(run->out.find("HELD"), std::string::npos) << told;
  }
  EXPECT_LE(run->out.size() + run->err.size(), SandboxLimits{}.output_bytes);
}

std::string name_of(const ::testing::TestParamInfo<Attack>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Escape, SandboxAttackTest, ::testing::ValuesIn(kEscapes), name_of);
INSTANTIATE_TEST_SUITE_P(Exhaustion, SandboxAttackTest, ::testing::ValuesIn(kExhaustions), name_of);

TEST(SandboxControlTest, AttemptsAreRealOnes) {
  if (::access(kPython, X_OK) != 0) GTEST_SKIP() << "there is no " << kPython;
  const Bait bait;
  std::size_t tried = 0;
  for (const auto* attacks : {&kEscapes, &kExhaustions}) {
    for (const Attack& attack : *attacks) {
      if (attack.outside != Outside::escapes) continue;
      ++tried;
      const std::string out = unconfined(bait.source(attack.source));
      EXPECT_NE(out.find("ESCAPED"), std::string::npos) << attack.name << ": " << out.substr(0, 2000);
    }
  }
  EXPECT_GE(tried, 30u);
}

TEST(SandboxCallsTest, CallsThatOnlyAnEscapeMakesKill) {
  GENKAI_NEEDS_ISOLATION();
  const Bait bait;
  std::size_t tried = 0;
  for (const char* name : kDeadlyCalls) {
    if (seccomp_syscall_resolve_name(name) < 0)
      continue;  // not of this architecture, or newer than libseccomp
    ++tried;
    const auto run = run_python(bait.source("call('" + std::string(name) + "', 0, 0, 0, 0, 0, 0)"));
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_EQ(to_string(run->bound), "forbidden") << name << ": " << run->out << run->error;
    EXPECT_EQ(run->out, "") << name;
  }
  EXPECT_GE(tried, 45u);
}

// Processes with `word` among their arguments and `program` in the path of what they run.
std::size_t processes_with(const std::string& word, const std::string& program = {}) {
  std::size_t found = 0;
  DIR* folder = ::opendir("/proc");
  while (const dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    const auto line = base::read_file("/proc/" + std::string(entry->d_name) + "/cmdline", 1 << 20);
    if (line && line->find('\0' + word + '\0') != std::string::npos &&
        line->substr(0, line->find('\0')).find(program) != std::string::npos)
      ++found;
  }
  ::closedir(folder);
  return found;
}

// The number of threads is python3's last argument, so one that nobody else uses finds it among all
// processes.
TEST(SandboxCallsTest, NothingOutlivesARun) {
  GENKAI_NEEDS_ISOLATION();
  SandboxLimits limits;
  limits.threads = 100'000 + static_cast<std::size_t>(::getpid());
  limits.wall = std::chrono::milliseconds(400);
  const std::string word = std::to_string(limits.threads);
  for (const char* source :
       {"import time, os\nos.closerange(0, 64)\ntime.sleep(600)", "while True: pass",
        "import threading, time, os\nfor i in range(5): threading.Thread(target=time.sleep, "
        "args=(600,)).start()\n"
        "os._exit(0)",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()"}) {
    const auto run = run_python(source, limits);
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_EQ(processes_with(word), 0u) << source;
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no child is left to wait for
  }
}

TEST(SandboxCallsTest, ItDiesWithItsStarter) {
  GENKAI_NEEDS_ISOLATION();
  SandboxLimits limits;
  limits.threads = 200'000 + static_cast<std::size_t>(::getpid());
  const std::string word = std::to_string(limits.threads);
  const pid_t starter = ::fork();
  if (starter == 0) {
    (void)run_python("import time\ntime.sleep(600)", limits);
    ::_exit(0);
  }
  // Before python3 runs, bubblewrap has a moment in which its own end leaves its child waiting for ever; that
  // child is no program yet.
  for (int i = 0; i < 2000 && processes_with(word, "/python") == 0; ++i) ::usleep(10'000);
  EXPECT_EQ(processes_with(word, "/python"), 1u);
  ::kill(starter, SIGKILL);
  ::waitpid(starter, nullptr, 0);
  for (int i = 0; i < 500 && processes_with(word) != 0; ++i) ::usleep(10'000);
  EXPECT_EQ(processes_with(word), 0u);
}

TEST(SandboxCallsTest, TheSameAsAnOrdinaryUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "this is an ordinary user already";
  GENKAI_NEEDS_ISOLATION();
  const int program = ::open("/proc/self/exe", O_RDONLY);  // also where its folder is closed to others
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(65534, 65534, 65534) != 0 ||
        ::setresuid(65534, 65534, 65534) != 0)
      ::_exit(126);
    char name[] = "sandbox_test", brief[] = "--gtest_brief=1", colour[] = "--gtest_color=no",
         filter[] = "--gtest_filter=*SandboxAttackTest.*:SandboxCallsTest.*-*.TheSameAsAnOrdinaryUser";
    char* const arguments[] = {name, filter, brief, colour, nullptr};
    ::fexecve(program, arguments, environ);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(program);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace genkai::logic
