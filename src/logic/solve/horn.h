#pragma once
// Horn rules with classical negation and negation as failure, evaluated bottom-up.
//
//   HornProgram program;                       // read by read_horn
//   Model model = derive(program, budget);     // everything that follows
//   model.find({cat, true, {tom}})             // the fact's number, or nothing
//
// A predicate has two relations, what holds of and what does not; P and not-P may both be derived, which is
// a contradiction. There are no function symbols, so that the set of derivable facts is finite.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "logic/solve/expression.h"
#include "logic/solve/names.h"
#include "logic/solve/sections.h"
#include "logic/solve/solve.h"

namespace genkai::logic::solve {

struct Term {
  bool variable = false;
  std::uint32_t id = 0;  // of a constant, or of a variable within its rule
};

struct Literal {
  std::uint32_t predicate = 0;
  bool positive = true;
  bool absent = false;             // negation as failure
  std::optional<Op> comparison{};  // instead of a predicate: two terms compared
  std::vector<Term> terms{};
  std::uint32_t relation() const { return predicate * 2 + (positive ? 1 : 0); }
};

struct HornRule {
  std::vector<Literal> body;  // ordered: each absent literal and comparison after what binds its variables
  Literal head;
  std::uint32_t variables = 0;
  Place place{};
};

struct Fact {
  std::uint32_t relation = 0;
  std::vector<std::uint32_t> constants{};
  auto operator<=>(const Fact&) const = default;
};

struct HornQuery {
  Literal literal;
  std::uint32_t variables = 0;
  bool truth_open = false;  // it asks which of the two holds: Blue(Polly, X)
  std::string text;
};

struct HornProgram {
  Names predicates, constants;
  std::vector<std::optional<std::int64_t>> numbers;  // of constants that are numbers
  std::vector<std::pair<Fact, Place>> facts;
  std::vector<HornRule> rules;
  HornQuery query;
};

/// Errors: what cannot be read, a variable of a head that no atom of the body binds, no query or several.
Read<HornProgram> read_horn(const Source& source, std::vector<Repair>& repairs);

struct Model {
  struct Origin {
    std::optional<std::uint32_t> rule;  // none: stated
    std::vector<std::uint32_t> from{};  // facts that the rule used
    Place place{};
  };
  std::vector<Fact> facts;  // in the order in which they were derived
  std::vector<Origin> origins;
  std::map<Fact, std::uint32_t> numbers;
  bool complete = true;  // false: a bound was reached
  std::optional<std::uint32_t> find(const Fact& fact) const;
};

/// Semi-naive evaluation (Bancilhon and Ramakrishnan 1986), stratum by stratum (Apt, Blair and Walker 1988).
/// Error: a predicate that depends on its own absence.
Read<Model> derive(const HornProgram& program, const Budget& budget);

/// The facts that `fact` rests on, itself last, each after what it was derived from.
std::vector<std::uint32_t> proof_of(const Model& model, std::uint32_t fact);

std::string to_text(const HornProgram& program, const Fact& fact);

/// The whole dialect: read, derive, answer.
Solution solve_horn(const Source& source, const Problem& problem, const Budget& budget);

}  // namespace genkai::logic::solve
