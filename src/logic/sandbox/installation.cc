#include "logic/sandbox/installation.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>

#include "base/file.h"
#include "base/subprocess.h"

extern "C" const char genkai_sandbox_runner[];  // runner.S

namespace genkai::logic {
namespace {

using base::Code;
using base::fail;

constexpr const char* kAsk =
    "import sys, sysconfig\n"
    "print(sys.version_info[0] * 100 + sys.version_info[1])\n"
    "print(sysconfig.get_path('stdlib'))\n"
    "print(sysconfig.get_config_var('MULTIARCH') or '')\n"
    "print(sysconfig.get_config_var('INSTSONAME') or '')\n"
    "print(sysconfig.get_config_var('LIBDIR') or '')\n";

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

std::string first_of(const std::vector<std::string>& candidates) {
  for (const auto& path : candidates)
    if (::access(path.c_str(), X_OK) == 0) return path;
  return {};
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The first word of a settings file below /proc/sys, or nothing where there is none.
std::string setting(const char* path) {
  auto text = base::read_file(path, 4096);
  if (!text) return {};
  return text->substr(0, text->find_first_of(" \n\t"));
}

}  // namespace

std::string install_hint(std::string_view package) {
  return "install it: apt-get install " + std::string(package) + " (Debian, Ubuntu), dnf install " +
         std::string(package) + " (Fedora), apk add " + std::string(package) +
         " (Alpine); genkai run --check tells whether it suffices";
}

base::Result<Installation> find_installation(const Places& places) {
  Installation found;
  found.bwrap = first_of(places.bwrap);
  if (found.bwrap.empty())
    return fail(Code::unavailable, "programs cannot be isolated: bubblewrap (bwrap) is not installed",
                install_hint("bubblewrap"));
  const std::string python = first_of(places.python);
  std::array<char, PATH_MAX> real{};
  if (python.empty() || !::realpath(python.c_str(), real.data()))
    return fail(Code::unavailable,
                "programs cannot be run: there is no python3 in /usr/bin or /usr/local/bin",
                install_hint("python3"));
  found.python = real.data();
  const auto answer = base::run_limited({found.python, "-I", "-S", "-B", "-c", kAsk},
                                        {.wall = std::chrono::seconds(20), .cpu_seconds = 10});
  const auto lines = answer ? lines_of(*answer) : std::vector<std::string>{};
  if (lines.size() != 5 || std::atoi(lines[0].c_str()) < 308 || !exists(lines[1]))
    return fail(Code::unavailable,
                "programs cannot be run: " + python + " is no Python 3.8 or newer with its standard library",
                install_hint("python3"));
  found.library = lines[1];
  std::vector<std::string> wanted = {"/usr/lib64", "/usr/share/zoneinfo"};
  if (!lines[2].empty()) wanted.push_back("/usr/lib/" + lines[2]);
  if (!lines[3].empty() && !lines[4].empty() && lines[4] != "/usr/lib")
    wanted.push_back(lines[4] + "/" + lines[3]);
  for (auto& path : wanted)
    if (exists(path)) found.visible.push_back(std::move(path));
  return found;
}

std::vector<std::string> command_line(const Installation& installation, const SandboxLimits& limits,
                                      const Descriptors& descriptors) {
  std::vector<std::string> out = {installation.bwrap};
  const auto add = [&out](std::initializer_list<std::string> more) {
    out.insert(out.end(), more.begin(), more.end());
  };
  add({"--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
       "--unshare-cgroup"});
  add({"--uid", "65534", "--gid", "65534", "--hostname", "sandbox", "--cap-drop", "ALL", "--clearenv"});
  // python3 is the first process of its namespace, so that its own end is the end of all, and bwrap, which
  // waits for it, knows what it cost.
  add({"--die-with-parent", "--new-session", "--as-pid-1"});
  add({"--seccomp", std::to_string(descriptors.filter), "--json-status-fd",
       std::to_string(descriptors.status)});
  add({"--ro-bind", installation.python, installation.python});
  add({"--ro-bind", installation.library, installation.library});
  for (const auto& path : installation.visible) add({"--ro-bind", path, path});
  for (const std::string name : {"lib", "lib64"}) {  // links into /usr on most systems
    std::array<char, PATH_MAX> target{};
    const std::string path = "/" + name;
    if (::readlink(path.c_str(), target.data(), target.size() - 1) > 0)
      add({"--symlink", target.data(), path});
    else if (exists(path))
      add({"--ro-bind", path, path});
  }
  for (const std::string device : {"/dev/null", "/dev/zero", "/dev/urandom"})
    add({"--dev-bind", device, device});
  if (limits.scratch_bytes > 0)
    add({"--size", std::to_string(limits.scratch_bytes), "--tmpfs", "/tmp"});
  else
    add({"--dir", "/tmp"});
  add({"--remount-ro", "/", "--chdir", "/", "--"});
  add({installation.python, "-I", "-S", "-B", "-X", "utf8", "-c", genkai_sandbox_runner,
       std::to_string(limits.threads)});
  return out;
}

base::Error no_isolation(std::string_view said) {
  base::Error error{Code::unavailable, "programs cannot be isolated on this machine", {}};
  const std::string detail(said.substr(0, std::min<std::size_t>(said.find('\n'), 200)));
  if (!detail.empty()) error.message += ": " + detail;
  if (said.find("nknown option") != std::string_view::npos)
    error.hint = "bubblewrap 0.8 or newer is needed; update it";
  else if (setting("/proc/sys/kernel/unprivileged_userns_clone") == "0")
    error.hint = "allow user namespaces, as root: sysctl -w kernel.unprivileged_userns_clone=1";
  else if (setting("/proc/sys/user/max_user_namespaces") == "0")
    error.hint = "allow user namespaces, as root: sysctl -w user.max_user_namespaces=10000";
  else if (setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1")
    error.hint =
        "allow bwrap user namespaces, as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or "
        "an "
        "AppArmor profile for /usr/bin/bwrap that says `userns,`";
  else
    error.hint =
        "in a container, start it so that it may make user namespaces: docker run --security-opt "
        "seccomp=unconfined "
        "--security-opt apparmor=unconfined (podman: the same; Kubernetes: hostUsers: false or a seccomp "
        "profile that "
        "allows clone, unshare, mount and pivot_root). Under systemd: RestrictNamespaces=no";
  return error;
}

}  // namespace genkai::logic
