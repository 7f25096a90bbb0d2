// What a run in the sandbox costs beside a plain start of python3 and the in-memory interpreter, in one run.
//
//   build/release/bench/sandbox [--runs 200] [--threads 2]
//
// The three take turns, so that a busy machine slows each alike. Intervals of the median are of order
// statistics (95 %).

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/subprocess.h"
#include "logic/sandbox/isolation.h"
#include "logic/sandbox/sandbox.h"

namespace genkai::bench {
namespace {

// A program as models write them for questions about amounts; the interpreter knows all of it.
constexpr const char* kSource =
    "def solution():\n"
    "  eggs = 16\n"
    "  eaten = 3\n"
    "  baked = 4\n"
    "  sold = eggs - eaten - baked\n"
    "  return sold * 2\n"
    "print(solution())\n";

struct Times {
  const char* name;
  std::vector<double> ms;
  void print() {
    std::sort(ms.begin(), ms.end());
    const auto n = static_cast<double>(ms.size());
    const auto at = [&](double rank) {
      return ms[static_cast<std::size_t>(std::clamp(std::floor(rank), 0.0, n - 1))];
    };
    const double half = 1.96 * std::sqrt(n) / 2;
    std::printf("%-34s %8.3f [%.3f, %.3f] %9.3f %9.3f\n", name, at(n / 2), at(n / 2 - half), at(n / 2 + half),
                at(n * 0.99), ms.front());
  }
};

int run(std::size_t runs, std::size_t threads) {
  const auto found = logic::probe({});
  if (!found) {
    std::fprintf(stderr, "%s\n%s\n", found.error().message.c_str(), found.error().hint.c_str());
    return 1;
  }
  (void)logic::sandbox_available();
  Times sandbox{"sandbox: bwrap and python3", {}}, plain{"python3 -I -S -B, no sandbox", {}},
      interpreter{"interpreter, in memory", {}};
  for (std::size_t i = 0; i < runs; ++i) {
    base::Stopwatch watch;
    const auto isolated = logic::run_python(kSource);
    sandbox.ms.push_back(watch.milliseconds());
    base::Stopwatch again;
    const auto bare = base::run_limited({found->python, "-I", "-S", "-B", "-c", kSource});
    plain.ms.push_back(again.milliseconds());
    base::Stopwatch third;
    const auto quick = logic::run_python_safely(kSource);
    interpreter.ms.push_back(third.milliseconds());
    if (!isolated || isolated->value != "18" || !bare || *bare != "18\n" || !quick || quick->value != "18" ||
        quick->ran_in != logic::RanIn::interpreter) {
      std::fprintf(stderr, "a run did not say 18\n");
      return 1;
    }
  }
  std::printf("%zu runs each, in turns; ms\n%-34s %8s %18s %9s %9s\n", runs, "", "p50", "[95 %]", "p99",
              "least");
  sandbox.print();
  plain.print();
  interpreter.print();

  std::atomic<std::size_t> left{runs};
  base::Stopwatch watch;
  std::vector<std::thread> pool;
  for (std::size_t t = 0; t < threads; ++t)
    pool.emplace_back([&] {
      for (std::size_t n = left.load(); n > 0;)
        if (left.compare_exchange_weak(n, n - 1)) (void)logic::run_python(kSource);
    });
  for (auto& thread : pool) thread.join();
  std::printf("sandbox, %zu threads: %.0f runs a second\n", threads,
              static_cast<double>(runs) / watch.milliseconds() * 1000);
  base::Stopwatch loop;
  std::size_t done = 0;
  for (; loop.milliseconds() < 500; ++done) (void)logic::run_python_safely(kSource);
  std::printf("interpreter, 1 thread: %.0f runs a second\n",
              static_cast<double>(done) / loop.milliseconds() * 1000);
  return 0;
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  CLI::App program{"What a run in the sandbox costs"};
  std::size_t runs = 200, threads = 2;
  program.add_option("--runs", runs)->check(CLI::Range(1, 100'000));
  program.add_option("--threads", threads)->check(CLI::Range(1, 64));
  CLI11_PARSE(program, argc, argv);
  return genkai::bench::run(runs, threads);
}
