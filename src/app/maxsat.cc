// `genkai maxsat`: the optimum of a weighted formula, as the MaxSAT Evaluation prints it.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <string>

#include "app/command.h"
#include "app/exit_codes.h"
#include "base/cancellation.h"
#include "base/file.h"
#include "base/json.h"
#include "logic/maxsat/maxsat.h"
#include "logic/maxsat/wcnf.h"

namespace genkai::app {
namespace {

struct MaxSatArguments {
  std::string file;
  double budget = 60;
  bool json = false;
};

constexpr std::size_t kFileLimit = std::size_t{1} << 30;

base::Result<logic::WeightedFormula> read_formula(const std::string& file) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(file, kFileLimit));
  auto formula = logic::read_wcnf(text);
  if (!formula) formula.error().message = file + ", " + formula.error().message;
  return formula;
}

const char* evaluation_name(logic::MaxSatStatus status) {
  switch (status) {
    case logic::MaxSatStatus::optimal:
      return "OPTIMUM FOUND";
    case logic::MaxSatStatus::satisfiable:
      return "SATISFIABLE";
    case logic::MaxSatStatus::unsatisfiable:
      return "UNSATISFIABLE";
    case logic::MaxSatStatus::unknown:
      return "UNKNOWN";
  }
  return "UNKNOWN";
}

void print(const logic::MaxSatResult& found) {
  std::printf("c lower bound %llu\n", static_cast<unsigned long long>(found.lower));
  std::printf("s %s\n", evaluation_name(found.status));
  if (found.upper == logic::kNoCost) return;
  std::string values;
  for (const bool value : found.model) values += value ? '1' : '0';
  std::printf("v %s\n", values.c_str());
}

base::Json to_json(const logic::MaxSatResult& found) {
  base::Json json = base::Json::object({{"status", logic::to_string(found.status)}});
  const bool possible = found.status != logic::MaxSatStatus::unsatisfiable;
  json.set("lower", possible ? base::Json(found.lower) : base::Json());
  json.set("upper", found.upper != logic::kNoCost ? base::Json(found.upper) : base::Json());
  base::Json model = base::Json::array();
  for (std::size_t v = 0; v < found.model.size(); ++v) {
    const auto variable = static_cast<logic::Literal>(v + 1);
    model.push(found.model[v] ? variable : -variable);
  }
  return std::move(json.set("model", found.upper != logic::kNoCost ? std::move(model) : base::Json()));
}

int run_maxsat(const MaxSatArguments& arguments) {
  const auto formula = read_formula(arguments.file);
  if (!formula) return report(formula.error(), arguments.json);
  const base::Cancellation cancellation = base::cancel_on_signals();
  logic::MaxSatBudget budget;
  budget.seconds = arguments.budget;
  budget.conflicts = ~std::uint64_t{0};
  budget.stop = [&] { return cancellation.cancelled(); };
  if (!arguments.json) {
    std::printf("c genkai maxsat: %d variables, %zu hard clauses, %zu soft clauses\n", formula->variables,
                formula->hard.size(), formula->soft.size());
    budget.improved = [last = logic::kNoCost](std::uint64_t upper) mutable {
      if (upper == std::exchange(last, upper)) return;
      std::printf("o %llu\n", static_cast<unsigned long long>(upper));
      std::fflush(stdout);
    };
  }
  const logic::MaxSatResult found = logic::solve_maxsat(*formula, budget);
  if (arguments.json)
    std::printf("%s\n", to_json(found).dump().c_str());
  else
    print(found);
  const bool decided =
      found.status == logic::MaxSatStatus::optimal || found.status == logic::MaxSatStatus::unsatisfiable;
  return decided ? kOk : cancellation.cancelled() ? kInterrupted : kAbstained;
}

}  // namespace

void add_maxsat(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<MaxSatArguments>();
  CLI::App* verb = program.add_subcommand(
      "maxsat", "Find the assignment that keeps the hard clauses and violates the least weight of soft ones");
  verb->add_option("file", arguments->file, "A WCNF file, with the header \"p wcnf\" or without")->required();
  verb->add_option("--budget", arguments->budget,
                   "Seconds; then the best assignment found and a lower bound of the cost are printed")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->footer(
      "Prints comments (c), each better cost (o), the status (s) and the values of the variables (v), as "
      "the\n"
      "MaxSAT Evaluation does. Exit status: 0 the optimum is found or there is none, 2 the budget ended "
      "first,\n"
      "130 stopped by a signal (the best found is printed), 65 the file is malformed, 66 it is not there.");
  verb->callback([arguments, &run] { run = [arguments] { return run_maxsat(*arguments); }; });
}

}  // namespace genkai::app
