#include "gateway_load_programs.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace genkai::bench {
namespace {

namespace fs = std::filesystem;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Fields of /proc/<pid>/stat after the name: [0] is the state, [1] the parent, [11] and [12] the ticks.
std::vector<std::string> stat_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  std::vector<std::string> fields;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return fields;
  std::istringstream rest(line.substr(name_end + 1));
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

std::vector<pid_t> with_children(pid_t root) {
  std::vector<pid_t> pids{root};
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t pid = static_cast<pid_t>(std::strtol(entry.path().filename().c_str(), nullptr, 10));
    if (pid <= 0 || pid == root) continue;
    const auto fields = stat_of(pid);
    if (fields.size() > 12 && std::stol(fields[1]) == root) pids.push_back(pid);
  }
  return pids;
}

}  // namespace

Program::Program(const std::vector<std::string>& arguments, const std::string& log,
                 const std::vector<std::pair<std::string, std::string>>& environment) {
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  ::execvp(pointers[0], pointers.data());
  ::_exit(127);
}

Program::~Program() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 300; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Program::running() const {
  const auto fields = stat_of(pid_);
  return !fields.empty() && fields[0] != "Z";
}

Used Program::used() const {
  Used used;
  const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  for (const pid_t pid : with_children(pid_)) {
    const auto fields = stat_of(pid);
    if (fields.size() > 12) used.cpu_seconds += (std::stod(fields[11]) + std::stod(fields[12])) / ticks;
    std::ifstream memory("/proc/" + std::to_string(pid) + "/statm");
    double total = 0, resident = 0;
    memory >> total >> resident;
    used.resident_mib += resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
    std::error_code error;
    for (fs::directory_iterator at("/proc/" + std::to_string(pid) + "/fd", error), end; at != end; ++at)
      ++used.descriptors;
  }
  return used;
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

void wait_for_port(std::uint16_t port, const Program& program, std::string_view name) {
  for (int i = 0; i < 1'000 && program.running(); ++i) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(port);
    const bool open = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    if (open) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error(std::string(name) + " does not listen at its port");
}

bool in_path(std::string_view program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/sbin");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (::access((folder + "/" + std::string(program)).c_str(), X_OK) == 0) return true;
  return false;
}

void raise_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string nginx_config(const std::string& folder, std::size_t workers, std::uint16_t port,
                         std::uint16_t fast, std::uint16_t slow_port, std::uint16_t slow) {
  std::ostringstream out;
  const auto server = [&](std::uint16_t listen, const char* upstream) {
    out << "  server {\n    listen 127.0.0.1:" << listen << ";\n    location / {\n      proxy_pass http://"
        << upstream << ";\n      proxy_http_version 1.1;\n      proxy_set_header Connection \"\";\n"
        << "      proxy_buffering off;\n    }\n  }\n";
  };
  const auto upstream = [&](const char* name, std::uint16_t at) {
    out << "  upstream " << name << " {\n    server 127.0.0.1:" << at
        << ";\n    keepalive 2048;\n    keepalive_requests 1000000000;\n  }\n";
  };
  if (::geteuid() == 0) out << "user root;\n";
  out << "daemon off;\nworker_processes " << workers << ";\npid " << folder << "/nginx.pid;\nerror_log "
      << folder << "/nginx.log crit;\nevents {\n  worker_connections 8192;\n}\nhttp {\n  access_log off;\n"
      << "  keepalive_requests 1000000000;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    out << "  " << kind << "_temp_path " << folder << "/" << kind << ";\n";
  upstream("fast", fast);
  upstream("slow", slow);
  server(port, "fast");
  server(slow_port, "slow");
  out << "}\n";
  return out.str();
}

std::string genkai_config(std::uint16_t port, std::uint16_t fast, std::uint16_t slow,
                          const std::vector<std::string>& faulty) {
  std::ostringstream out;
  const auto model = [&](const std::string& name, std::uint16_t at, const std::string& remote) {
    out << "[models." << name << "]\nurl = \"http://127.0.0.1:" << at << "/v1\"\nmodel = \"" << remote
        << "\"\nconcurrency = 4096\n\n";
  };
  out << "[server]\nport = " << port
      << "\n\n[gateway]\nconsole = false\n\n[telemetry]\naccess_log = false\n\n";
  model("test-model", fast, "test-model");
  model("slow-model", slow, "slow-model");
  for (const std::string& fault : faulty) model("faulty-" + fault, slow, "fault:" + fault);
  return out.str();
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace genkai::bench
