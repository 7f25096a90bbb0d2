#pragma once
// First-order logic with sorts and integer arithmetic: premises and what is asked of them.
//
//   Premises:                                  # Declarations
//   ∀x (Cat(x) → Soft(x))                      people = EnumSort([Ann, Bob])
//   Cat(tom)                                   seat = Function([people] -> [int])
//   Conclusion:                                # Constraints
//   Soft(tom)                                  Distinct([p:people], seat(p))
//                                              # Options
//                                              is_valid(seat(Ann) < seat(Bob)) ::: (A)
//
// Names are no different things unless a sort lists them. Read here, decided by Z3 (z3_engine.h).

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "logic/solve/expression.h"
#include "logic/solve/sections.h"
#include "logic/solve/solve.h"

namespace genkai::logic::solve {

struct Theory {
  struct Enumeration {
    std::vector<std::string> members;   // distinct; empty when they are numbers
    std::vector<std::int64_t> numbers;  // a range of integers under a name
  };
  struct Symbol {
    std::vector<std::string> arguments;  // their sorts
    std::string result;                  // "Bool", "Int", "Entity", or an enumeration
  };
  std::map<std::string, Enumeration> enumerations;
  std::map<std::pair<std::string, std::size_t>, Symbol> symbols;  // by name and number of arguments
  std::vector<Expression> premises;                               // closed; each bound variable has its sort
  enum class Asks { follows, possible, impossible };
  struct Query {
    std::string name;  // of the option; may be empty
    Expression formula;
    Asks asks = Asks::follows;
    std::string text;
  };
  std::vector<Query> queries;
};

/// Errors: what cannot be read, free variables, no premises, nothing asked.
Read<Theory> read_first_order(const Source& source, std::vector<Repair>& repairs);

/// Fills in the sorts of symbols and variables (by unification; "Entity" where nothing says more). Error: a
/// name of two sorts.
Read<bool> infer_sorts(Theory& theory);

/// The whole dialect: read, infer, decide.
Solution solve_first_order(const Source& source, const Problem& problem, const Budget& budget);

}  // namespace genkai::logic::solve
