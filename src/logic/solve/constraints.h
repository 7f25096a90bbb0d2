#pragma once
// Constraints over finite domains of integers: a small search that propagates.
//
//   ConstraintProgram program;                                   // read by read_constraints
//   Search(program, budget).solve({&extra}, &assignment)          // Found::yes, no, or unknown
//
// Sound and complete within the budget: a value is removed only where interval arithmetic shows that it can
// be in no solution.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "logic/solve/expression.h"
#include "logic/solve/names.h"
#include "logic/solve/sections.h"
#include "logic/solve/solve.h"

namespace genkai::logic::solve {

/// A constraint in postfix order: cheap to evaluate over intervals.
struct Constraint {
  enum class Code : std::uint8_t { number, variable, apply };
  struct Step {
    Code code = Code::number;
    Op op = Op::number;
    std::int64_t value = 0;  // the number; the variable; of apply how many operands
    // Of apply: Op::call is "all different", Op::list one of these.
    bool absolute = false;  // abs(x)
    int extreme = 0;        // max when > 0, min when < 0
  };
  std::vector<Step> steps;
  std::vector<std::uint32_t> scope;  // distinct variables
  bool different = false;            // AllDifferent over `scope` and nothing else
  std::string text;
};

struct ConstraintProgram {
  Names variables;
  std::vector<std::vector<std::int64_t>> domains;  // of each variable, ascending
  Names symbols;                                   // values that are names; their number is their value
  std::vector<Constraint> constraints;
  struct Query {
    std::string name;  // of the option
    Constraint constraint;
    std::string text;
  };
  std::vector<Query> queries;
  std::optional<std::uint32_t> asked;  // a query that is a variable: its value is wanted
};

/// Errors: what cannot be read, an unknown variable, a variable without a domain, no query.
Read<ConstraintProgram> read_constraints(const Source& source, const Problem& problem,
                                         std::vector<Repair>& repairs);

/// A value as the program writes it: a number, or a name.
std::string value_text(const ConstraintProgram& program, std::int64_t value);

/// not(constraint)
Constraint negated(Constraint constraint);
/// variable = value
Constraint equal_to(std::uint32_t variable, std::int64_t value);

enum class Found { yes, no, unknown };

class Search {
 public:
  /// `program` outlives the search; the budget is that of all calls together.
  Search(const ConstraintProgram& program, const Budget& budget);
  /// Whether all constraints of the program and `extra` have a solution; it is in `solution` when given.
  Found solve(const std::vector<const Constraint*>& extra, std::vector<std::int64_t>* solution = nullptr);

 private:
  using Domains = std::vector<std::vector<std::int64_t>>;
  bool propagate(Domains& domains, std::vector<bool> waiting);
  bool revise(const Constraint& constraint, Domains& domains, std::vector<std::uint32_t>& changed);
  bool revise_different(const Constraint& constraint, Domains& domains, std::vector<std::uint32_t>& changed);
  Found branch(Domains domains, std::vector<bool> waiting);
  bool spend(std::size_t steps);

  const ConstraintProgram& program_;
  const Budget budget_;
  std::vector<const Constraint*> constraints_;        // of this call
  std::vector<std::vector<std::uint32_t>> watching_;  // constraints of each variable
  std::vector<std::int64_t> found_;
  std::size_t nodes_ = 0, steps_ = 0;
  bool exhausted_ = false;
  base::Stopwatch watch_;
};

/// The whole dialect: read, search, answer.
Solution solve_constraints(const Source& source, const Problem& problem, const Budget& budget);

}  // namespace genkai::logic::solve
