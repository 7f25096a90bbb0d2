#pragma once
// Programs in logic, as language models write them, executed exactly.
//
//   Solution s = solve({.program = "Facts:\nCat(Tom, True)\nRules:\nCat($x, True) >>> Soft($x, True)\n"
//                                  "Query:\nSoft(Tom, False)",
//                       .options = {"A) True", "B) False"}});
//   if (s.status == Status::ok) use(s.answer);                 // "B"
//   else if (s.status == Status::syntax) ask_again(to_model(s));
//
// Dialects (docs/limits/reasoning/solvers.md): Horn rules with negation, finite-domain constraints,
// first-order logic with sorts and arithmetic, SMT-LIB 2. A program is read leniently, and everything that
// was read otherwise than it stands is in `repairs`; what cannot be read is a syntax error with its place.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "logic/solve/message.h"

namespace genkai::logic::solve {

enum class Dialect { horn, constraints, first_order, smt };
std::string_view to_string(Dialect dialect);

enum class Status {
  ok,             // exactly one answer follows
  syntax,         // the program cannot be read
  ambiguous,      // several options follow, or none, so that the program does not settle the question
  unsatisfiable,  // the program contradicts itself
  undetermined,   // a bound was reached, or the rules do not reach the query
};
std::string_view to_string(Status status);

/// A place in the program as it was given; both 1-based, columns in characters. Line 0: the whole program.
struct Place {
  std::uint32_t line = 0, column = 0;
};

struct Repair {
  Message message;
  Place place;
};

struct SyntaxError {
  Message message;
  Place place;
};

struct Problem {
  std::string program;
  std::string question{};              // what the program formalises; may be empty
  std::vector<std::string> options{};  // "A) True", "B) False"; without any the answer is a value
};

/// Bounds of one program. All engines stop at the first that is reached and say undetermined.
struct Budget {
  std::size_t program_bytes = 256 * 1024;
  std::size_t facts = 200'000;    // derived by Horn rules
  std::size_t steps = 5'000'000;  // of a join, or of a propagation
  std::size_t nodes = 100'000;    // of a search
  std::chrono::milliseconds time{5'000};
  std::uint32_t z3_megabytes = 512;
};

struct Solution {
  Status status = Status::syntax;
  std::string answer{};  // of ok: the option's label ("B"), or without options the value ("True", "7")
  Dialect dialect = Dialect::horn;
  Message why{};
  std::vector<std::string> steps{};  // of ok: how it follows, in the program's own words; English
  std::vector<Repair> repairs{};
  std::optional<SyntaxError> error{};   // of syntax
  std::size_t votes = 1, programs = 1;  // of solve_all: how many programs gave this answer
};

/// Never throws on bad input; the same problem gives the same solution, except where time ran out.
/// Thread-safe.
Solution solve(const Problem& problem, const Budget& budget = {});

/// Several programs for one question vote: the answer that most of the programs that are ok give, a tie is
/// ambiguous. Without any answer, the most frequent failure. REQUIRES: `programs` is not empty.
Solution solve_all(const std::vector<std::string>& programs, const Problem& question,
                   const Budget& budget = {});

/// The dialect that a program is read as.
Dialect dialect_of(std::string_view program);

/// "line 3, column 7: expected ) after the arguments; write ..." as it goes back to a model. REQUIRES:
/// syntax.
std::string to_model(const Solution& solution);

/// Status, answer and why in one paragraph, the steps, and what was repaired.
std::string describe(const Solution& solution, text::Language language);

/// {"status","answer","why","dialect", "steps", "repairs", "error"}; docs/limits/reasoning/solvers.md.
base::Json to_json(const Solution& solution, text::Language language);

}  // namespace genkai::logic::solve
