#include "logic/solve/first_order.h"

#include "logic/solve/answer.h"
#include "logic/solve/z3_engine.h"

namespace genkai::logic::solve {
namespace {

class FirstOrderAnswer {
 public:
  FirstOrderAnswer(const Theory& theory, const Problem& problem, const Budget& budget, Solution& solution)
      : theory_(theory), problem_(problem), engine_(budget), solution_(solution) {}

  Read<bool> answer() {
    if (auto done = engine_.assert_theory(theory_); !done) return done;
    const Check premises = engine_.check();
    if (premises == Check::unsat) {
      solution_.status = Status::unsatisfiable;
      solution_.why = {What::no_solution, {}};
      return true;
    }
    if (theory_.queries.size() == 1 && theory_.queries[0].name.empty()) return statement();
    return options();
  }

 private:
  Read<bool> statement() {
    const auto& query = theory_.queries[0];
    const auto without = engine_.check_with(query.formula, true);
    if (!without) return tl::unexpected(without.error());
    const auto with = engine_.check_with(query.formula, false);
    if (!with) return tl::unexpected(with.error());
    const auto options = options_of(problem_.options);
    bool yes = *without == Check::unsat, no = *with == Check::unsat;
    if (query.asks == Theory::Asks::follows && yes && no) {
      solution_.status = Status::unsatisfiable;
      solution_.why = {What::no_solution, {}};
      return true;
    }
    if (query.asks != Theory::Asks::follows) {
      if (*with == Check::unknown) return gave_up();
      yes = (*with == Check::sat) == (query.asks == Theory::Asks::possible);
      no = !yes;
    }
    if (!yes && !no && (*with == Check::unknown || *without == Check::unknown)) return gave_up();
    solution_.why = {yes ? What::follows : no ? What::refuted : What::neither_follows, {query.text}};
    choose(yes ? Truth::yes : no ? Truth::no : Truth::unknown, options, solution_);
    return true;
  }

  Read<bool> options() {
    const Modality modality = modality_of(problem_.question);
    std::vector<bool> holds;
    std::vector<std::string> names;
    for (const auto& query : theory_.queries) {
      const bool follows = query.asks == Theory::Asks::follows;
      // An option that says how it is to be checked needs no reading of the question.
      const auto checked = engine_.check_with(query.formula, follows);
      if (!checked) return tl::unexpected(checked.error());
      if (*checked == Check::unknown) return gave_up();
      bool chosen = query.asks == Theory::Asks::possible ? *checked == Check::sat : *checked == Check::unsat;
      if (query.text.rfind("is_", 0) != 0 && modality != Modality::must_be_true) {
        const auto other = engine_.check_with(query.formula, false);
        if (!other) return tl::unexpected(other.error());
        if (*other == Check::unknown) return gave_up();
        chosen = modality == Modality::could_be_true   ? *other == Check::sat
                 : modality == Modality::must_be_false ? *other == Check::unsat
                                                       : *checked == Check::sat;
      }
      holds.push_back(chosen);
      names.push_back(query.name);
      if (chosen) solution_.why = {What::holds_in_all, {query.text}};
    }
    choose_one(holds, names, solution_);
    return true;
  }

  Read<bool> gave_up() {
    solution_.status = Status::undetermined;
    solution_.why = {What::solver_gave_up, {engine_.reason()}};
    return true;
  }

  const Theory& theory_;
  const Problem& problem_;
  Z3Engine engine_;
  Solution& solution_;
};

}  // namespace

Solution solve_first_order(const Source& source, const Problem& problem, const Budget& budget) {
  Solution solution;
  solution.dialect = Dialect::first_order;
  auto theory = read_first_order(source, solution.repairs);
  if (!theory) {
    solution.error = theory.error();
    return solution;
  }
  if (const auto sorts = infer_sorts(*theory); !sorts) {
    solution.error = sorts.error();
    return solution;
  }
  if (const auto done = FirstOrderAnswer(*theory, problem, budget, solution).answer(); !done)
    solution.error = done.error();
  return solution;
}

}  // namespace genkai::logic::solve
