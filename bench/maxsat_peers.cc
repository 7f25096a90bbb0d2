#include "maxsat_peers.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "logic/maxsat/peer/z3_optimum.h"
#include "logic/maxsat/simplify.h"

namespace genkai::bench {
namespace {

struct Ended {
  int status = 0;
  double cpu_seconds = 0;
  std::string output;
};

// Runs `work` in a child that may use so many seconds of CPU; what it writes to the descriptor is the output.
Ended in_child(int cpu_seconds, const std::function<void(int)>& work) {
  Ended ended;
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    const auto limit = static_cast<rlim_t>(cpu_seconds);
    const rlimit cpu{limit, limit + 1};
    setrlimit(RLIMIT_CPU, &cpu);
    work(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  char buffer[4096];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    ended.output.append(buffer, static_cast<std::size_t>(got));
  close(ends[0]);
  rusage used{};
  wait4(child, &ended.status, 0, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  ended.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  return ended;
}

// Clause c as a sum of literals: the text of it, and how many negative literals stand on the other side.
int write_sum(const logic::Clause& clause, std::ofstream& out) {
  int negative = 0;
  for (const logic::Literal literal : clause) {
    out << (literal > 0 ? " + x" : " - x") << std::abs(literal);
    negative += literal < 0;
  }
  return negative;
}

void write_program(const logic::WeightedFormula& formula, const std::string& path) {
  std::ofstream out(path);
  out << "Minimize\n obj:";
  for (std::size_t s = 0; s < formula.soft.size(); ++s)
    out << " + " << formula.soft[s].weight << " s" << s << '\n';
  out << "Subject To\n";
  for (const logic::Clause& clause : formula.hard) {
    const int negative = write_sum(clause, out);
    out << " >= " << 1 - negative << '\n';
  }
  for (std::size_t s = 0; s < formula.soft.size(); ++s) {
    const int negative = write_sum(formula.soft[s].literals, out);
    out << " + s" << s << " >= " << 1 - negative << '\n';
  }
  out << "Binary\n";
  for (int v = 1; v <= formula.variables; ++v) out << " x" << v << '\n';
  for (std::size_t s = 0; s < formula.soft.size(); ++s) out << " s" << s << '\n';
  out << "End\n";
}

}  // namespace

PeerRun run_z3(const logic::WeightedFormula& formula, int seconds) {
  const Ended ended = in_child(seconds, [&](int out) {
    const logic::Z3Optimum found = logic::z3_optimum(formula, 3'600'000);  // CPU time is what ends it
    if (found.status != logic::MaxSatStatus::optimal) return;
    const std::string text = std::to_string(found.cost);
    if (write(out, text.data(), text.size()) < 0) std::abort();
  });
  PeerRun run{std::nullopt, ended.cpu_seconds};
  if (!ended.output.empty()) run.optimum = std::strtoull(ended.output.c_str(), nullptr, 10);
  return run;
}

std::optional<PeerRun> run_cbc(const logic::WeightedFormula& formula, int seconds) {
  const std::string folder = std::filesystem::temp_directory_path() / ("maxsat." + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string program = folder + "/program.lp", solution = folder + "/solution";
  // Repeated literals and tautologies are no rows of a linear program.
  const logic::Simplified simple = logic::simplify(formula, {});
  write_program(simple.formula, program);
  const Ended ended = in_child(seconds + 5, [&](int out) {
    dup2(out, 1);
    dup2(out, 2);
    execlp("cbc", "cbc", program.c_str(), "ratio", "0", "allow", "0", "sec", std::to_string(seconds).c_str(),
           "solve", "solu", solution.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  });
  PeerRun run{std::nullopt, ended.cpu_seconds};
  std::ifstream in(solution);
  std::string line;
  if (std::getline(in, line) && line.starts_with("Optimal"))
    run.optimum = simple.offset + static_cast<std::uint64_t>(
                                      std::llround(std::strtod(line.c_str() + line.rfind(' '), nullptr)));
  std::filesystem::remove_all(folder);
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 127) return std::nullopt;
  return run;
}

}  // namespace genkai::bench
