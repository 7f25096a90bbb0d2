#include "logic/solve/solve.h"

#include <algorithm>
#include <map>

#include "logic/solve/constraints.h"
#include "logic/solve/first_order.h"
#include "logic/solve/horn.h"
#include "logic/solve/sections.h"
#include "logic/solve/smt.h"
#include "text/utf8.h"

namespace genkai::logic::solve {
namespace {

using base::Json;

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

Dialect dialect_of(std::string_view program, const Source& source) {
  if (looks_like_smt(program)) return Dialect::smt;
  if (contains_any(program, {"[IN]", "AllDifferent"}) || source.has(Section::variables) ||
      source.has(Section::constraints)) {
    if (!source.has(Section::declarations)) return Dialect::constraints;
  }
  if (source.has(Section::declarations) ||
      contains_any(program, {"EnumSort", "∀", "∃", "ForAll(", "Exists("}))
    return Dialect::first_order;
  if (contains_any(program, {">>>", ":-"}) || source.has(Section::facts) || source.has(Section::rules))
    return Dialect::horn;
  if (source.has(Section::premises) || source.has(Section::conclusion) ||
      contains_any(program, {"→", "->", "forall ", "exists ", "all "}))
    return Dialect::first_order;
  return source.has(Section::domain) ? Dialect::constraints : Dialect::horn;
}

Solution syntax_error(What what) {
  Solution solution;
  solution.error = SyntaxError{{what, {}}, {}};
  return solution;
}

}  // namespace

std::string_view to_string(Dialect dialect) {
  switch (dialect) {
    case Dialect::horn:
      return "horn";
    case Dialect::constraints:
      return "constraints";
    case Dialect::first_order:
      return "first_order";
    case Dialect::smt:
      return "smt";
  }
  return "";
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::syntax:
      return "syntax";
    case Status::ambiguous:
      return "ambiguous";
    case Status::unsatisfiable:
      return "unsatisfiable";
    case Status::undetermined:
      return "undetermined";
  }
  return "";
}

Dialect dialect_of(std::string_view program) {
  return dialect_of(program, read_sections(program));
}

Solution solve(const Problem& problem, const Budget& budget) {
  if (problem.program.size() > budget.program_bytes) return syntax_error(What::too_long);
  const Problem valid{text::to_valid_utf8(problem.program), problem.question, problem.options};
  const Source source = read_sections(valid.program);
  Solution solution;
  switch (dialect_of(valid.program, source)) {
    case Dialect::horn:
      solution = solve_horn(source, valid, budget);
      break;
    case Dialect::constraints:
      solution = solve_constraints(source, valid, budget);
      break;
    case Dialect::first_order:
      solution = solve_first_order(source, valid, budget);
      break;
    case Dialect::smt:
      solution = solve_smt(valid, budget);
      break;
  }
  if (solution.error) {
    solution.status = Status::syntax;
    solution.why = solution.error->message;
    solution.steps.clear();
  }
  if (solution.status != Status::ok) solution.answer.clear();
  solution.repairs.insert(solution.repairs.begin(), source.repairs.begin(), source.repairs.end());
  return solution;
}

Solution solve_all(const std::vector<std::string>& programs, const Problem& question, const Budget& budget) {
  std::vector<Solution> solutions;
  std::map<std::string, std::size_t> votes;
  std::map<Status, std::size_t> failures;
  for (const std::string& program : programs) {
    solutions.push_back(solve({program, question.question, question.options}, budget));
    const Solution& last = solutions.back();
    ++(last.status == Status::ok ? votes[last.answer] : failures[last.status]);
  }
  if (solutions.size() == 1) return std::move(solutions[0]);
  std::size_t most = 0;
  for (const auto& [answer, count] : votes) most = std::max(most, count);
  std::vector<std::string> best;
  std::string split;
  for (const auto& [answer, count] : votes) {
    if (count == most) best.push_back(answer);
    split += (split.empty() ? "" : ", ") + answer + " (" + std::to_string(count) + ")";
  }
  if (best.size() > 1) {
    Solution solution;
    solution.status = Status::ambiguous;
    solution.dialect = solutions[0].dialect;
    solution.why = {What::votes_split, {split}};
    solution.votes = most;
    solution.programs = programs.size();
    return solution;
  }
  Status failure = Status::syntax;
  for (const auto& [status, count] : failures)
    if (count > failures[failure]) failure = status;
  auto chosen = std::find_if(solutions.begin(), solutions.end(), [&](const Solution& one) {
    return best.empty() ? one.status == failure : one.status == Status::ok && one.answer == best[0];
  });
  chosen->votes = best.empty() ? failures[failure] : most;
  chosen->programs = programs.size();
  return std::move(*chosen);
}

std::string to_model(const Solution& solution) {
  const SyntaxError& error = *solution.error;
  std::string text;
  if (error.place.line > 0)
    text =
        "line " + std::to_string(error.place.line) + ", column " + std::to_string(error.place.column) + ": ";
  text += say(error.message, text::Language::english);
  const std::string advice = advise(error.message, text::Language::english);
  return advice.empty() ? text : text + "; " + advice;
}

std::string describe(const Solution& solution, text::Language language) {
  const bool japanese = language == text::Language::japanese;
  std::string text;
  if (solution.status == Status::ok)
    text = (japanese ? "答え: " : "Answer: ") + solution.answer + "\n";
  else
    text =
        std::string(japanese ? "答えなし: " : "No answer: ") + std::string(to_string(solution.status)) + "\n";
  const auto at = [&](Place place) {
    if (place.line == 0) return std::string();
    const std::string line = std::to_string(place.line), column = std::to_string(place.column);
    return japanese ? line + " 行 " + column + " 字目: " : "line " + line + ", column " + column + ": ";
  };
  if (const std::string why = say(solution.why, language); !why.empty())
    text += "  " + (solution.error ? at(solution.error->place) : "") + why + "\n";
  if (solution.error)
    if (const std::string advice = advise(solution.error->message, language); !advice.empty())
      text += "  " + advice + "\n";
  if (solution.programs > 1)
    text +=
        "  " +
        say({What::votes, {std::to_string(solution.votes), std::to_string(solution.programs)}}, language) +
        "\n";
  if (!solution.steps.empty()) text += japanese ? "\n根拠\n" : "\nHow it follows\n";
  for (const std::string& step : solution.steps) text += "  " + step + "\n";
  if (!solution.repairs.empty()) text += japanese ? "\n注記\n" : "\nTo know\n";
  for (const Repair& repair : solution.repairs)
    text += "  " + at(repair.place) + say(repair.message, language) + "\n";
  return text;
}

Json to_json(const Solution& solution, text::Language language) {
  Json out = Json::object({{"status", to_string(solution.status)},
                           {"answer", solution.status == Status::ok ? Json(solution.answer) : Json()},
                           {"why", say(solution.why, language)},
                           {"dialect", to_string(solution.dialect)}});
  if (solution.programs > 1) out.set("votes", solution.votes).set("programs", solution.programs);
  Json steps = Json::array(), repairs = Json::array();
  for (const std::string& step : solution.steps) steps.push(step);
  for (const Repair& repair : solution.repairs)
    repairs.push(Json::object({{"line", repair.place.line}, {"what", say(repair.message, language)}}));
  if (!solution.steps.empty()) out.set("steps", std::move(steps));
  if (!solution.repairs.empty()) out.set("repairs", std::move(repairs));
  if (solution.error)
    out.set("error", Json::object({{"line", solution.error->place.line},
                                   {"column", solution.error->place.column},
                                   {"message", say(solution.error->message, language)},
                                   {"hint", advise(solution.error->message, language)}}));
  return out;
}

}  // namespace genkai::logic::solve
