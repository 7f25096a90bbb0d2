#include <algorithm>

#include "logic/solve/answer.h"
#include "logic/solve/constraints.h"

namespace genkai::logic::solve {
namespace {

class ConstraintAnswer {
 public:
  ConstraintAnswer(const ConstraintProgram& program, const Problem& problem, const Budget& budget,
                   Solution& solution)
      : program_(program),
        problem_(problem),
        options_(options_of(problem.options)),
        search_(program, budget),
        solution_(solution) {}

  void answer() {
    std::vector<std::int64_t> some;
    const Found any = search_.solve({}, &some);
    if (any == Found::no) {
      solution_.status = Status::unsatisfiable;
      solution_.why = {What::no_solution, {}};
      return;
    }
    if (any == Found::unknown) return out_of_budget();
    if (program_.asked) return value(some);
    const bool labelled = std::any_of(program_.queries.begin(), program_.queries.end(),
                                      [](const auto& one) { return !one.name.empty(); });
    if (!labelled && program_.queries.size() == 1) return statement(some);
    option(some);
  }

 private:
  /// Whether it holds in some solution, and whether in all.
  struct Holds {
    Found somewhere = Found::unknown, somewhere_not = Found::unknown;
    bool known() const { return somewhere != Found::unknown && somewhere_not != Found::unknown; }
  };
  Holds holds(const Constraint& constraint) {
    const Constraint negation = negated(constraint);
    return {search_.solve({&constraint}), search_.solve({&negation})};
  }

  void option(const std::vector<std::int64_t>& some) {
    const Modality modality = modality_of(problem_.question);
    std::vector<bool> chosen;
    std::vector<std::string> names;
    for (const auto& query : program_.queries) {
      if (!options_.empty() && std::none_of(options_.begin(), options_.end(),
                                            [&](const Option& one) { return one.name() == query.name; })) {
        solution_.repairs.push_back(
            {{What::option_ignored, {query.name.empty() ? query.text : query.name}}, {}});
        continue;
      }
      const Holds held = holds(query.constraint);
      if (!held.known()) return out_of_budget();
      const bool could = held.somewhere == Found::yes, could_not = held.somewhere_not == Found::yes;
      chosen.push_back(modality == Modality::must_be_true    ? !could_not
                       : modality == Modality::could_be_true ? could
                       : modality == Modality::must_be_false ? !could
                                                             : could_not);
      names.push_back(query.name.empty() ? query.text : query.name);
      if (chosen.back()) solution_.why = {What::holds_in_all, {query.text}};
    }
    explain(some);
    choose_one(chosen, names, solution_);
  }

  void statement(const std::vector<std::int64_t>& some) {
    const Holds held = holds(program_.queries[0].constraint);
    if (!held.known()) return out_of_budget();
    explain(some);
    const std::string& text = program_.queries[0].text;
    const bool yes = held.somewhere_not == Found::no, no = held.somewhere == Found::no;
    solution_.why = {yes ? What::follows : no ? What::refuted : What::neither_follows, {text}};
    choose(yes ? Truth::yes : no ? Truth::no : Truth::unknown, options_, solution_);
  }

  void value(const std::vector<std::int64_t>& some) {
    const std::int64_t first = some[*program_.asked];
    const Constraint other = negated(equal_to(*program_.asked, first));
    const std::string& name = program_.variables[*program_.asked];
    const std::string text = value_text(program_, first);
    std::vector<std::int64_t> another;
    const Found more = search_.solve({&other}, &another);
    if (more == Found::unknown) return out_of_budget();
    explain(some);
    if (more == Found::yes) {
      solution_.status = Status::ambiguous;
      solution_.why = {What::value_open, {name, text, value_text(program_, another[*program_.asked])}};
      return;
    }
    solution_.why = {What::value_found, {name, text}};
    solution_.status = Status::ok;
    solution_.answer = text;
    if (options_.empty()) return;
    const auto option = option_with(options_, text);
    if (option) {
      solution_.answer = options_[*option].name();
      return;
    }
    solution_.status = Status::ambiguous;
    solution_.answer.clear();
    solution_.why = {What::no_such_option, {text}};
  }

  // One solution; where the answer holds in all, any will do.
  void explain(const std::vector<std::int64_t>& some) {
    for (std::size_t i = 0; i < some.size() && i < 200; ++i)
      solution_.steps.push_back(program_.variables[i] + " = " + value_text(program_, some[i]));
  }
  void out_of_budget() {
    solution_.status = Status::undetermined;
    solution_.why = {What::out_of_budget, {}};
    solution_.answer.clear();
  }

  const ConstraintProgram& program_;
  const Problem& problem_;
  const std::vector<Option> options_;
  Search search_;
  Solution& solution_;
};

}  // namespace

Solution solve_constraints(const Source& source, const Problem& problem, const Budget& budget) {
  Solution solution;
  solution.dialect = Dialect::constraints;
  const auto program = read_constraints(source, problem, solution.repairs);
  if (!program) {
    solution.error = program.error();
    return solution;
  }
  ConstraintAnswer(*program, problem, budget, solution).answer();
  return solution;
}

}  // namespace genkai::logic::solve
