#pragma once
// Whether two programs do the same, as far as running them on a set of inputs tells: one input on which they
// differ proves that they do not; none found proves nothing, since equivalence cannot be decided in general
// (H. G. Rice, Classes of recursively enumerable sets and their decision problems, Trans. AMS 74, 1953).
//
//   const Comparison found = compare(first, second, {.runs = 200});
//   found.verdict           // Verdict::different: first(3) gives 6, second(3) gives 9

#include <cstddef>
#include <cstdint>
#include <string>

#include "logic/program/program.h"

namespace genkai::logic {

enum class Verdict {
  different,     // proven by `input`
  same_run,      // both take no input and halted with the same output: there is no other run
  undetermined,  // no difference was found
};
std::string_view to_string(Verdict verdict);

struct ComparisonOptions {
  std::size_t runs = 200;                                   // inputs at most
  std::uint64_t seed = 1;                                   // of the inputs that are drawn
  Budget budget{.steps = 20'000, .operations = 1'000'000};  // of each run of each program
};

struct Comparison {
  Verdict verdict = Verdict::undetermined;
  std::size_t inputs = 0;     // run on both
  std::size_t unsettled = 0;  // of them: a bound was reached in one, or both fail alike
  std::string input;          // of `different`: the arguments, "(3, -1)"; empty for programs without input
  Execution first, second;    // of `different` and of programs without input: how they ended
  std::string why;            // undetermined for another reason than that no difference was found
};

/// Two programs that only define functions are compared by the function that each defines last (or by the
/// last name that both define) with as many arguments as both take: integers from -3 to 12, then seeded
/// larger ones; where integers are of no use to either (all runs fail), lists of integers, then strings. A
/// run counts as different when both come to an end (one may be proven to have none) and the returned value,
/// what is printed, the lists that were given, or whether it fails differs; a failure's kind does not. All
/// others are run as they are, once. Deterministic.
Comparison compare(const Program& first, const Program& second, const ComparisonOptions& options = {});

}  // namespace genkai::logic
