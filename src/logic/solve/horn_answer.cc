#include <algorithm>
#include <set>

#include "logic/solve/answer.h"
#include "logic/solve/horn.h"

namespace genkai::logic::solve {
namespace {

Fact opposite(Fact fact) {
  fact.relation ^= 1;
  return fact;
}

class HornAnswer {
 public:
  HornAnswer(const HornProgram& program, const Model& model, const Problem& problem, Solution& solution)
      : program_(program),
        model_(model),
        question_(problem.question),
        options_(options_of(problem.options)),
        solution_(solution) {}

  void answer() {
    if (program_.query.variables > 0)
      bindings();
    else
      statement();
  }

 private:
  void statement() {
    const Fact asked = as_the_question_says();
    const auto yes = model_.find(asked), no = model_.find(opposite(asked));
    if (yes && no) return contradicts(asked);
    if (!yes && !no) {
      solution_.why = {What::not_derived, {to_text(program_, asked)}};
      if (!model_.complete) return out_of_budget();
      return choose(Truth::unknown, options_, solution_);
    }
    if (!rests_on_sound(yes ? *yes : *no)) return;
    explain(yes ? *yes : *no);
    solution_.why = {yes ? What::derived : What::refuted, {to_text(program_, asked)}};
    if (const auto option = option_that_states(asked, yes.has_value())) {
      solution_.status = Status::ok;
      solution_.answer = options_[*option].name();
      return;
    }
    choose(yes ? Truth::yes : Truth::no, options_, solution_);
  }

  // The question in words is what is asked; the query is the model's rendering of it, and gets the truth
  // value wrong where the model already thought ahead to the answer.
  Fact as_the_question_says() {
    Fact asked = stated_by_query();
    const auto words = words_of_query();
    const auto positive = stated(question_, words);
    if (positive && *positive != (asked.relation % 2 == 1)) {
      if (!program_.query.truth_open)
        solution_.repairs.push_back({{What::polarity_from_question, {program_.query.text}}, {}});
      asked = opposite(asked);
    }
    return asked;
  }
  Fact stated_by_query() const {
    Fact fact{program_.query.literal.relation(), {}};
    for (const Term& term : program_.query.literal.terms) fact.constants.push_back(term.id);
    return fact;
  }
  std::vector<std::string> words_of_query() const {
    std::vector<std::string> words{program_.predicates[program_.query.literal.predicate]};
    for (const Term& term : program_.query.literal.terms) words.push_back(program_.constants[term.id]);
    return words;
  }

  // Options that are sentences themselves: "A) Max is sour", "B) Max is not sour".
  std::optional<std::size_t> option_that_states(const Fact& asked, bool holds) const {
    const bool truth = (asked.relation % 2 == 1) == holds;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < options_.size(); ++i) {
      if (stated(options_[i].text, words_of_query()) != truth) continue;
      if (found) return std::nullopt;
      found = i;
    }
    return found;
  }

  void bindings() {
    if (!model_.complete) return out_of_budget();
    std::set<std::string> values;
    const Literal& query = program_.query.literal;
    std::optional<std::uint32_t> last;
    for (std::uint32_t i = 0; i < model_.facts.size(); ++i) {
      const Fact& fact = model_.facts[i];
      if (fact.relation != query.relation()) continue;
      std::vector<std::optional<std::uint32_t>> bound(program_.query.variables);
      bool fits = true;
      std::string value;
      for (std::size_t k = 0; k < query.terms.size() && fits; ++k) {
        const Term& term = query.terms[k];
        if (!term.variable) {
          fits = term.id == fact.constants[k];
          continue;
        }
        fits = !bound[term.id] || bound[term.id] == fact.constants[k];
        if (!bound[term.id]) value += (value.empty() ? "" : ", ") + program_.constants[fact.constants[k]];
        bound[term.id] = fact.constants[k];
      }
      if (!fits) continue;
      if (model_.find(opposite(fact))) return contradicts(fact);
      values.insert(value);
      last = i;
    }
    choose_value(values, last);
  }

  void choose_value(const std::set<std::string>& values, std::optional<std::uint32_t> last) {
    if (values.empty()) {
      solution_.status = Status::undetermined;
      solution_.why = {What::not_derived, {program_.query.text}};
      return;
    }
    std::string list;
    for (const std::string& value : values) list += (list.empty() ? "" : "; ") + value;
    solution_.why = {What::value_found, {program_.query.text, list}};
    if (values.size() == 1) explain(*last);
    if (options_.empty()) {
      solution_.status = Status::ok;
      solution_.answer = list;
      return;
    }
    std::vector<bool> holds(options_.size(), false);
    std::vector<std::string> names;
    for (const Option& option : options_) names.push_back(option.name());
    for (const std::string& value : values)
      if (const auto option = option_with(options_, value)) holds[*option] = true;
    const Message why = solution_.why;
    choose_one(holds, names, solution_);
    if (solution_.status == Status::ok) solution_.why = why;
  }

  // An answer that rests on P where not-P follows too rests on nothing. A contradiction elsewhere is told.
  bool rests_on_sound(std::uint32_t fact) {
    for (const std::uint32_t one : proof_of(model_, fact))
      if (model_.find(opposite(model_.facts[one]))) {
        contradicts(model_.facts[one]);
        return false;
      }
    for (const Fact& one : model_.facts)
      if (one.relation % 2 == 1 && model_.find(opposite(one))) {
        solution_.repairs.push_back({{What::contradiction_elsewhere, {to_text(program_, one)}}, {}});
        break;
      }
    return true;
  }

  void contradicts(const Fact& fact) {
    solution_.status = Status::unsatisfiable;
    solution_.why = {What::self_contradiction, {to_text(program_, fact)}};
    for (const Fact& side : {fact, opposite(fact)}) explain(*model_.find(side));
  }
  void out_of_budget() {
    solution_.status = Status::undetermined;
    solution_.why = {What::out_of_budget, {}};
  }

  void explain(std::uint32_t fact) {
    constexpr std::size_t kMostSteps = 200;
    for (const std::uint32_t one : proof_of(model_, fact)) {
      if (solution_.steps.size() >= kMostSteps) return;
      const Model::Origin& origin = model_.origins[one];
      std::string step = to_text(program_, model_.facts[one]);
      for (const std::uint32_t from : origin.from)
        step +=
            (from == origin.from.front() ? "  because " : " and ") + to_text(program_, model_.facts[from]);
      step += "  (line " + std::to_string(origin.place.line) + ")";
      solution_.steps.push_back(std::move(step));
    }
  }

  const HornProgram& program_;
  const Model& model_;
  const std::string& question_;
  const std::vector<Option> options_;
  Solution& solution_;
};

bool uses_absence(const HornProgram& program) {
  return std::any_of(program.rules.begin(), program.rules.end(), [](const HornRule& rule) {
    return std::any_of(rule.body.begin(), rule.body.end(), [](const Literal& one) { return one.absent; });
  });
}

}  // namespace

Solution solve_horn(const Source& source, const Problem& problem, const Budget& budget) {
  Solution solution;
  solution.dialect = Dialect::horn;
  const auto program = read_horn(source, solution.repairs);
  if (!program) {
    solution.error = program.error();
    return solution;
  }
  const auto model = derive(*program, budget);
  if (!model) {
    solution.error = model.error();
    return solution;
  }
  if (!model->complete && uses_absence(*program)) {  // what is absent may only not have been reached
    solution.status = Status::undetermined;
    solution.why = {What::out_of_budget, {}};
    return solution;
  }
  HornAnswer(*program, *model, problem, solution).answer();
  return solution;
}

}  // namespace genkai::logic::solve
