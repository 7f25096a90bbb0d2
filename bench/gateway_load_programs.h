#pragma once
// The programs that a load benchmark starts and looks at from outside: what they use is read from /proc.
//
//   Programs programs(folder);
//   Program& nginx = programs.start({"nginx", "-c", conf});
//   Used before = nginx.used(); ...; nginx.used().cpu_seconds - before.cpu_seconds

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::bench {

/// Of a process and its children.
struct Used {
  double cpu_seconds = 0;
  double resident_mib = 0;
  std::size_t descriptors = 0;  // open files and sockets
};

/// Ended (SIGTERM, then SIGKILL after three seconds) when it is destroyed.
class Program {
 public:
  /// `arguments[0]` is looked up in PATH; output goes to `log`. Throws when it cannot be started.
  Program(const std::vector<std::string>& arguments, const std::string& log,
          const std::vector<std::pair<std::string, std::string>>& environment = {});
  Program(Program&& other) noexcept : pid_(other.pid_) { other.pid_ = -1; }
  Program& operator=(Program&&) = delete;
  ~Program();
  Used used() const;
  bool running() const;

 private:
  pid_t pid_ = -1;
};

/// A port of 127.0.0.1 that was free a moment ago.
std::uint16_t free_port();
/// Waits until something listens; throws after ten seconds, or when `program` has ended.
void wait_for_port(std::uint16_t port, const Program& program, std::string_view name);
bool in_path(std::string_view program);
/// Lets this process and its children open as many files as the system allows.
void raise_file_limit();

/// genkai.toml for the models "test-model" (at `fast`) and "slow-model" (at `slow`), and one for each name in
/// `faulty`, which `slow` acts out.
std::string genkai_config(std::uint16_t port, std::uint16_t fast, std::uint16_t slow,
                          const std::vector<std::string>& faulty = {});
/// nginx.conf: `workers` processes that pass port to fast and slow_port to slow, with kept connections,
/// without buffering and without a log.
std::string nginx_config(const std::string& folder, std::size_t workers, std::uint16_t port,
                         std::uint16_t fast, std::uint16_t slow_port, std::uint16_t slow);
void write_file(const std::string& path, std::string_view text);

}  // namespace genkai::bench
