// `genkai serve` and `genkai key` as their users run them: the real program, real sockets, real signals.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/json.h"

namespace genkai {
namespace {

namespace fs = std::filesystem;
using base::Json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

std::string read_all(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(descriptor, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

/// The program, started; killed when it is still there at the end.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    int out[2], err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) std::abort();
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(err[1], STDERR_FILENO);
      arguments.insert(arguments.begin(), GENKAI_PROGRAM);
      std::vector<char*> pointers;
      for (std::string& argument : arguments) pointers.push_back(argument.data());
      pointers.push_back(nullptr);
      ::execv(GENKAI_PROGRAM, pointers.data());
      ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Program() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    ::close(out_);
    ::close(err_);
  }
  Program(const Program&) = delete;

  /// The port of the line that says that it serves; 0 when there is none within twenty seconds.
  std::uint16_t port() {
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < until) {
      pollfd ready{out_, POLLIN, 0};
      if (::poll(&ready, 1, 100) <= 0) continue;
      char buffer[1024];
      const ssize_t n = ::read(out_, buffer, sizeof buffer);
      if (n <= 0) return 0;
      said_.append(buffer, static_cast<std::size_t>(n));
      const auto at = said_.find("http://");
      if (at == std::string::npos || said_.find("keys:") == std::string::npos) continue;
      const auto colon = said_.find(':', at + 7);
      return static_cast<std::uint16_t>(std::atoi(said_.c_str() + colon + 1));
    }
    return 0;
  }
  void signal(int number) { ::kill(process_, number); }
  /// Exit status, or 1000 and the signal that ended it.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(process_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1'000 + WTERMSIG(status);
  }
  const std::string& said() const { return said_; }
  std::string rest() { return said_ + read_all(out_); }
  std::string errors() { return read_all(err_); }

 private:
  pid_t process_ = -1;
  int out_ = -1, err_ = -1;
  std::string said_;
};

int connect_to(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return descriptor;
  ::close(descriptor);
  return -1;
}

/// The whole response; empty when nobody answers.
std::string get(std::uint16_t port, const std::string& path, const std::string& headers = "") {
  const int descriptor = connect_to(port);
  if (descriptor < 0) return "";
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n" + headers + "\r\n";
  const bool sent =
      ::write(descriptor, request.data(), request.size()) == static_cast<ssize_t>(request.size());
  std::string response = sent ? read_all(descriptor) : "";
  ::close(descriptor);
  return response;
}

class ServeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "genkai-serve-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    ::setenv("GENKAI_HOME", (folder_ / "home").c_str(), 1);
    ::setenv("GENKAI_TODAY", "2026-06-15", 1);
    ::setenv("GENKAI_PROGRESS", "off", 1);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return (folder_ / name).string();
  }
  static std::string run(std::vector<std::string> arguments, int expected = 0) {
    Program program(std::move(arguments));
    const std::string out = program.rest(), errors = program.errors();
    EXPECT_EQ(program.wait(), expected) << errors;
    return expected == 0 ? out : errors;
  }
  fs::path folder_;
};

TEST_F(ServeTest, ServesUntilItIsToldToStop) {
  run({"ingest", GENKAI_EXAMPLES "/handbook", "--kb", "handbook"});
  for (const int number : {SIGTERM, SIGINT}) {
    Program program({"serve", "--port", "0"});
    const std::uint16_t port = program.port();
    ASSERT_NE(port, 0) << program.errors();
    EXPECT_THAT(program.said(), AllOf(StartsWith("genkai serves http://127.0.0.1:"), HasSubstr("handbook")));
    EXPECT_THAT(get(port, "/healthz"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(get(port, "/readyz"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(get(port, "/v1/knowledge_bases"), HasSubstr("\"id\":\"handbook\""));
    EXPECT_THAT(get(port, "/metrics"),
                AllOf(HasSubstr("genkai_connections_open"), HasSubstr("genkai_requests_total")));
    EXPECT_THAT(get(port, "/"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(get(port, "/nothing"), StartsWith("HTTP/1.1 404"));
    program.signal(number);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_EQ(connect_to(port), -1);
    EXPECT_THAT(program.errors(), AllOf(HasSubstr("\"route\":"), HasSubstr("\"status\":200")));
  }
}

TEST_F(ServeTest, ASecondSignalEndsItAtOnce) {
  Program program({"serve", "--port", "0"});
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0) << program.errors();
  const int client = connect_to(port);  // a request under way holds the drain up
  ASSERT_GE(client, 0);
  const std::string begun = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{";
  ASSERT_EQ(::write(client, begun.data(), begun.size()), static_cast<ssize_t>(begun.size()));
  std::this_thread::sleep_for(200ms);
  program.signal(SIGTERM);
  std::this_thread::sleep_for(500ms);
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 1'000 + SIGTERM);
  ::close(client);
}

TEST_F(ServeTest, OthersAreLetInWithKeysOnly) {
  EXPECT_THAT(run({"serve", "--port", "0", "--address", "0.0.0.0"}, 65), HasSubstr("there is no key file"));
  const std::string keys = (folder_ / "keys.jsonl").string();
  EXPECT_THAT(run({"serve", "--port", "0", "--key-file", keys}, 66), HasSubstr("genkai key create"));
  std::string key = run({"key", "create", "--key-file", keys, "--name", "notebook"});
  key.pop_back();
  Program program({"serve", "--port", "0", "--address", "0.0.0.0", "--key-file", keys});
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0) << program.errors();
  EXPECT_THAT(get(port, "/v1/models"), AllOf(StartsWith("HTTP/1.1 401"), HasSubstr("invalid_api_key")));
  EXPECT_THAT(get(port, "/v1/models", "authorization: Bearer wrong\r\n"), StartsWith("HTTP/1.1 401"));
  const std::string header = "authorization: Bearer " + key + "\r\n";
  EXPECT_THAT(get(port, "/v1/models", header), StartsWith("HTTP/1.1 200"));
  const auto listed = Json::parse(run({"key", "list", "--key-file", keys, "--json"}));
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->items().size(), 1U);
  const std::string id = listed->items()[0].string("id");
  EXPECT_EQ(listed->items()[0].string("name"), "notebook");
  EXPECT_THAT(run({"key", "list", "--key-file", keys}), AllOf(HasSubstr(id), HasSubstr("notebook")));
  run({"key", "revoke", id, "--key-file", keys});
  std::string refused;
  for (int i = 0; i < 500 && refused.rfind("HTTP/1.1 401", 0) != 0; ++i) {
    std::this_thread::sleep_for(10ms);
    refused = get(port, "/v1/models", header);
  }
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 401"));
  run({"key", "revoke", id, "--key-file", keys}, 66);
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
  EXPECT_THAT(program.errors(), Not(HasSubstr(key))) << "no key in the log";
}

TEST_F(ServeTest, AWrongConfigurationNamesItsLine) {
  const std::string config = file("genkai.toml", "[server]\nport = 0\nprot = 1\n");
  EXPECT_THAT(run({"serve", "--config", config}, 65),
              AllOf(HasSubstr("genkai.toml, line 3"), HasSubstr("prot")));
  EXPECT_THAT(run({"serve", "--config", (folder_ / "none.toml").string()}, 66), HasSubstr("none.toml"));
  EXPECT_THAT(run({"serve", "--port", "70000"}, 64), HasSubstr("--port"));
  EXPECT_THAT(run({"serve", "--model", "ftp://x"}, 65), HasSubstr("URL"));
}

TEST_F(ServeTest, TheCommandLineGoesBeforeTheConfiguration) {
  const std::string config =
      file("genkai.toml",
           "[server]\nport = 1\n[gateway]\nconsole = false\n[telemetry]\naccess_log = false\n"
           "[models.sim]\nurl = \"http://127.0.0.1:9/v1\"\n");
  Program program({"serve", "--config", config, "--port", "0", "--kb", "later"});
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0) << program.errors();
  EXPECT_THAT(program.said(), AllOf(HasSubstr("models: sim"), HasSubstr("later")));
  EXPECT_THAT(get(port, "/"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(get(port, "/v1/models"), HasSubstr("\"sim+checked\""));
  EXPECT_THAT(get(port, "/metrics"), HasSubstr("genkai_upstream_calls_total{model=\"sim\"} 0"));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
  EXPECT_THAT(program.errors(), Not(HasSubstr("\"route\":")));
}

TEST_F(ServeTest, ATakenPortIsSaid) {
  Program first({"serve", "--port", "0"});
  const std::uint16_t port = first.port();
  ASSERT_NE(port, 0);
  EXPECT_THAT(run({"serve", "--port", std::to_string(port)}, 75), HasSubstr(std::to_string(port)));
}

}  // namespace
}  // namespace genkai
