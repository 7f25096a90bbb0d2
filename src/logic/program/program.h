#pragma once
// Runs a program that somebody wrote into a question, in bounds, and says what became of it. The program is
// untrusted: it is interpreted in memory, with no files, network, clock, input or imports to reach.
//
//   GENKAI_ASSIGN_OR_RETURN(const Program program, Program::parse("while True: pass"));
//   const Execution ran = run(program, {.steps = 1'000'000});
//   ran.ending          // Ending::never_halts: after step 5 it is in the state it was in after step 3
//
// The language is a subset of Python 3 with the same meaning: exact integers, booleans, strings, None, lists
// (shared by reference), tuples and ranges; assignment (also augmented, chained and to tuples), if, while and
// for with else, break, continue, pass, def at the outermost level with defaults, recursion, return, global,
// assert; arithmetic without floats, comparisons (chained), and/or/not, in, `is`, conditional expressions,
// indexing and slicing; abs all any bool chr divmod int len list max min ord pow print range sorted str sum
// tuple, and some methods of lists and strings. All else is refused by name and line before anything runs:
// floats and true division, input, imports, classes, lambda, comprehensions, dictionaries, try.
//
// A step is the execution of one simple statement (def, pass, break and return included), or one test of if,
// elif or while, or one attempt of a for loop to take its next item, the one that finds none included. Calls
// inside a statement add the steps of the function's body.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace genkai::logic {

struct Budget {
  std::uint64_t steps = 1'000'000;
  std::uint64_t operations = 50'000'000;             // instructions and inner work of a step: about 1 s
  std::size_t memory_bytes = std::size_t{64} << 20;  // of values that are alive
  std::size_t integer_bits = 65'536;                 // of any one integer
  std::size_t depth = 10'000;         // calls within calls; Python's own limit of 1,000 is not kept
  std::size_t output_bytes = 65'536;  // kept of what is printed; more does not end the run
  std::size_t source_bytes = std::size_t{256} << 10;  // reading takes about 150 times that in memory
};

struct Code;  // compiled; code.h

struct FunctionInfo {
  std::string name;
  std::size_t required = 0, parameters = 0;
};

/// Immutable; copies are cheap and share. Thread-safe.
class Program {
 public:
  /// Errors: invalid_argument (it breaks Python's syntax, with the line), unsupported (outside the subset,
  /// with construct and line), resource_exhausted (longer than `source_bytes`, or nested deeper than 100).
  static base::Result<Program> parse(std::string_view source,
                                     std::size_t source_bytes = Budget{}.source_bytes);

  /// Functions defined at the outermost level, in order of definition.
  std::vector<FunctionInfo> functions() const;
  /// Whether it only defines functions and constants, so that running it without a call says nothing of them.
  bool only_defines() const;
  const Code& code() const { return *code_; }

 private:
  explicit Program(std::shared_ptr<const Code> code) : code_(std::move(code)) {}
  std::shared_ptr<const Code> code_;
};

enum class Ending {
  halted,        // it came to its end
  failed,        // it came to its end by an error, such as a division by zero
  never_halts,   // proven: its whole state repeated exactly, and what it does depends on its state alone
  undetermined,  // a bound was reached first
};
std::string_view to_string(Ending ending);

enum class Bound { none, steps, operations, memory, integer_bits, depth, unsupported };
std::string_view to_string(Bound bound);

struct Execution {
  Ending ending = Ending::undetermined;
  std::uint64_t steps = 0;  // executed
  std::string output;       // printed, UTF-8, at most output_bytes
  bool output_cut = false;  // more was printed than is kept
  std::string result;       // call(): repr of what the function returned, and of lists that it was given
  std::string error;        // failed: "ZeroDivisionError: ..."; undetermined by `unsupported`: what it is
  std::uint32_t line = 0;   // where it failed or stopped, 1-based; 0 when nowhere
  std::uint64_t earlier_step = 0;  // never_halts: after this step it was in the state ...
  std::uint64_t later_step = 0;    // ... that it is in after this one
  Bound bound = Bound::none;       // undetermined: which
};

/// Runs from the first line to the end. never_halts is claimed only when every frame, variable, list and
/// iterator equals, shared references included, what it was at an earlier loop edge (found by Brent's
/// algorithm: R. P. Brent, An improved Monte Carlo factorization algorithm, BIT 20, 1980); printed output
/// cannot be read by the program and is no part of the state. Deterministic; linear in operations.
Execution run(const Program& program, const Budget& budget = {});

/// Runs the program and then calls one of its functions; `arguments` are Python literals ("3", "[1, 2]",
/// "'ab'"). Steps count both. Errors: not_found (no such function), invalid_argument (not literals, or not
/// as many as it takes).
base::Result<Execution> call(const Program& program, std::string_view function,
                             const std::vector<std::string>& arguments, const Budget& budget = {});

}  // namespace genkai::logic
