#pragma once
// SMT-LIB 2 scripts, as far as they only declare, define, assert and ask.
//
//   (declare-const x Int)                       (define-fun A () Bool (> x 3))
//   (assert (= (+ x 2) 9))                      (define-fun B () Bool (< x 3))
//   (get-value (x))
//
// What is asked: definitions of truth values that are called like an option (A, B ...), else one called
// query, goal or conclusion, else the terms of get-value, else whether the assertions can hold together.
// Commands that reach outside (options that name files, include, echo) never come to Z3.

#include <string>
#include <string_view>
#include <vector>

#include "logic/solve/expression.h"
#include "logic/solve/solve.h"

namespace genkai::logic::solve {

struct Script {
  std::string text;                  // declarations, definitions and assertions only
  std::vector<std::string> queries;  // truth values that are defined: A, B, ..., or query
  std::vector<std::string> terms;    // of get-value
};

bool looks_like_smt(std::string_view program);

/// Errors: brackets that do not match, nesting deeper than 200, a command that is not allowed.
Read<Script> read_smt(std::string_view program, std::vector<Repair>& repairs);

/// The whole dialect: read, check, answer.
Solution solve_smt(const Problem& problem, const Budget& budget);

}  // namespace genkai::logic::solve
