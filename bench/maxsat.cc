// Optima of sets of related claims, and how long they take, beside Z3's optimiser and cbc; CPU time.
//
//   nice build/release/bench/maxsat                          # families of 100 claims, sessions
//   nice build/release/bench/maxsat --claims 100,1000,10000 --peers 60
//   nice build/release/bench/maxsat --resisting --claims 1000,10000 --budget 10
//   GENKAI_DATA=... nice build/release/bench/maxsat --beliefs --peers 60
//   nice build/release/bench/maxsat --random 500             # small formulas: costs against Z3's

#include <sys/resource.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "base/rng.h"
#include "logic/maxsat/maxsat.h"
#include "logic/maxsat/peer/z3_optimum.h"
#include "maxsat_families.h"
#include "maxsat_peers.h"

namespace genkai::bench {
namespace {

using logic::MaxSatResult;
using logic::MaxSatStatus;
using logic::WeightedFormula;

double cpu_now() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

struct Timed {
  MaxSatResult result;
  double seconds;  // the middle of the repetitions
};

Timed time_solve(const WeightedFormula& formula, int repetitions, double budget) {
  Timed timed{};
  std::vector<double> times;
  for (int r = 0; r < repetitions; ++r) {
    const double before = cpu_now();
    timed.result = logic::solve_maxsat(formula, {.seconds = budget});
    times.push_back(cpu_now() - before);
    if (times.back() > 2) break;
  }
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  timed.seconds = times[times.size() / 2];
  return timed;
}

int disagreements = 0;

std::string beside(const std::optional<PeerRun>& peer, const Timed& own) {
  if (!peer) return "not there";
  char text[80];
  if (!peer->optimum) {
    std::snprintf(text, sizeof text, "> %8.1f s", peer->cpu_seconds);
    return text;
  }
  const bool equal = own.result.status == MaxSatStatus::optimal && own.result.upper == *peer->optimum;
  const bool within = own.result.lower <= *peer->optimum && *peer->optimum <= own.result.upper;
  disagreements += !within;
  std::snprintf(text, sizeof text, "%10.1f ms (x%.0f)%s", 1e3 * peer->cpu_seconds,
                peer->cpu_seconds / std::max(own.seconds, 1e-6),
                equal    ? ""
                : within ? " within"
                         : " DIFFERS");
  return text;
}

void print_row(std::string_view name, const WeightedFormula& formula, const Timed& own, int peer_seconds) {
  std::printf("%-19.*s %6d %7zu %11s %12llu %12llu %9.2f ms", static_cast<int>(name.size()), name.data(),
              formula.variables, formula.hard.size() + formula.soft.size(),
              std::string(to_string(own.result.status)).c_str(),
              static_cast<unsigned long long>(own.result.lower),
              static_cast<unsigned long long>(own.result.upper), 1e3 * own.seconds);
  std::fflush(stdout);
  if (peer_seconds > 0) {
    std::printf("  Z3 %s", beside(run_z3(formula, peer_seconds), own).c_str());
    std::fflush(stdout);
    std::printf("  cbc %s", beside(run_cbc(formula, peer_seconds), own).c_str());
  }
  std::printf("\n");
  std::fflush(stdout);
}

template <class Families>
void families(const Families& wanted, const std::vector<int>& sizes, std::uint64_t seed, int peer_seconds,
              double budget) {
  std::printf("%-19s %6s %7s %11s %12s %12s %12s\n", "family", "claims", "clauses", "status", "lower",
              "upper", "CPU");
  for (const int size : sizes)
    for (const Family family : wanted) {
      const WeightedFormula formula = make_family(family, size, seed);
      print_row(to_string(family), formula, time_solve(formula, 7, budget), peer_seconds);
    }
}

// All entities one after the other, and all in one formula.
int beliefs(const std::string& folder, int peer_seconds, double budget) {
  const auto read = read_beliefs(folder);
  if (!read) {
    std::fprintf(stderr, "maxsat: %s\n", read.error().message.c_str());
    return 1;
  }
  WeightedFormula all;
  double sum = 0, longest = 0;
  std::size_t optimal = 0;
  for (const Belief& belief : *read) {
    const Timed own = time_solve(belief.formula, 3, budget);
    sum += own.seconds;
    longest = std::max(longest, own.seconds);
    optimal += own.result.status == MaxSatStatus::optimal;
    const int shift = all.variables;
    for (const logic::SoftClause& soft : belief.formula.soft) {
      logic::Clause clause = soft.literals;
      for (logic::Literal& literal : clause) literal += literal > 0 ? shift : -shift;
      all.add_soft(std::move(clause), soft.weight);
    }
  }
  std::printf("beliefbank: %zu entities, %zu optimal, %.2f ms together, the longest %.3f ms\n", read->size(),
              optimal, 1e3 * sum, 1e3 * longest);
  print_row("beliefbank one", read->front().formula, time_solve(read->front().formula, 7, budget),
            peer_seconds);
  print_row("beliefbank all", all, time_solve(all, 3, budget), peer_seconds);
  return 0;
}

// A session of soft rules that grows to twice its size: each round adds a claim and two rules that join it to
// earlier ones, and solves again.
void sessions(int claims, std::uint64_t seed) {
  const WeightedFormula formula = make_family(Family::one_component, claims, seed);
  logic::MaxSatSession session;
  for (const logic::SoftClause& soft : formula.soft) session.add_soft(soft.literals, soft.weight);
  session.solve({});
  base::Rng rng(seed);
  std::vector<double> times;
  for (int claim = claims + 1; claim <= 2 * claims; ++claim) {
    const auto either = [&](int literal) { return rng.below(2) == 0 ? literal : -literal; };
    const double before = cpu_now();
    session.add_soft({either(claim)}, 500 + rng.below(2000));
    for (int rule = 0; rule < 2; ++rule) {
      const auto earlier = 1 + static_cast<int>(rng.below(static_cast<std::uint64_t>(claim - 1)));
      session.add_soft({either(claim), either(earlier)}, 1000 + rng.below(2000));
    }
    session.solve({});
    times.push_back(cpu_now() - before);
  }
  std::sort(times.begin(), times.end());
  std::printf(
      "session of %d claims in one component, growing to %d: solved again after each in %.3f ms (median), "
      "%.3f ms (95 %%), %.3f ms (longest)\n",
      claims, 2 * claims, 1e3 * times[times.size() / 2], 1e3 * times[times.size() * 95 / 100],
      1e3 * times.back());
}

// As the unit test, with more and larger formulas.
void against_z3(int rounds, std::uint64_t seed) {
  base::Rng rng(seed);
  int ended = 0, equal = 0;
  double own_seconds = 0, z3_seconds = 0;
  for (int round = 0; round < rounds; ++round) {
    WeightedFormula formula;
    const auto below = [&](std::uint64_t n) { return static_cast<int>(rng.below(n)); };
    const int variables = 5 + below(40);
    const auto clause = [&] {
      logic::Clause literals;
      for (int length = 1 + below(4); length > 0; --length) {
        const int variable = 1 + below(static_cast<std::uint64_t>(variables));
        literals.push_back(below(2) == 0 ? variable : -variable);
      }
      return literals;
    };
    for (int i = below(static_cast<std::uint64_t>(2 * variables)); i > 0; --i) formula.add_hard(clause());
    for (int i = below(static_cast<std::uint64_t>(3 * variables)); i > 0; --i)
      formula.add_soft(clause(), 1 + rng.below(round % 2 == 0 ? 3 : 1000));
    double before = cpu_now();
    const MaxSatResult own = logic::solve_maxsat(formula, {.seconds = 20});
    own_seconds += cpu_now() - before;
    before = cpu_now();
    const logic::Z3Optimum z3 = logic::z3_optimum(formula, 20'000);
    z3_seconds += cpu_now() - before;
    if (z3.status == MaxSatStatus::unknown) continue;
    ++ended;
    equal += own.status == z3.status && (own.status != MaxSatStatus::optimal || own.upper == z3.cost);
  }
  disagreements += ended - equal;
  std::printf("random formulas: Z3 ended on %d of %d, %d of them equal; %.2f s CPU, Z3 %.2f s\n", ended,
              rounds, equal, own_seconds, z3_seconds);
}

int run(int argc, char** argv) {
  CLI::App program("Optima of sets of related claims, beside Z3 and cbc");
  std::vector<int> sizes{100};
  std::uint64_t seed = 1;
  int peer_seconds = 0, random = 0;
  double budget = 60;
  bool with_beliefs = false, resisting = false;
  program.add_option("--claims", sizes, "Sizes of the families")->delimiter(',')->capture_default_str();
  program.add_option("--seed", seed)->capture_default_str();
  program.add_option("--peers", peer_seconds, "Run Z3 and cbc, each so many seconds of CPU at most");
  program.add_option("--budget", budget, "Seconds for each of our own")->capture_default_str();
  program.add_option("--random", random, "So many random formulas against Z3 instead");
  program.add_flag("--resisting", resisting, "Families that may end as an interval instead");
  program.add_flag("--beliefs", with_beliefs, "The claims of $GENKAI_DATA/beliefbank instead");
  CLI11_PARSE(program, argc, argv);
  if (random > 0) {
    against_z3(random, seed);
  } else if (resisting) {
    families(kResisting, sizes, seed, peer_seconds, budget);
  } else if (with_beliefs) {
    const char* data = std::getenv("GENKAI_DATA");
    if (data == nullptr) {
      std::fprintf(stderr, "maxsat: set GENKAI_DATA\n");
      return 1;
    }
    if (const int failed = beliefs(std::string(data) + "/beliefbank", peer_seconds, budget)) return failed;
  } else {
    families(kFamilies, sizes, seed, peer_seconds, budget);
    sessions(100, seed);
  }
  return disagreements == 0 ? 0 : 1;
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  return genkai::bench::run(argc, argv);
}
