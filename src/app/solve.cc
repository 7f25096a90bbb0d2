#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include "app/batch.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/model_choice.h"
#include "app/print.h"
#include "app/thinking.h"
#include "base/async.h"
#include "base/cancellation.h"
#include "base/file.h"
#include "limits/reasoning/formal/answer_formally.h"
#include "logic/solve/solve.h"

namespace genkai::app {
namespace {

using base::Code;
using base::Json;
using base::Result;
using limits::reasoning::FormalAnswer;
using logic::solve::Solution;
using logic::solve::Status;

constexpr std::size_t kLongest = 1 << 20;
constexpr std::size_t kMostPrograms = 100;  // that vote on one question

struct SolveArguments {
  std::string what, batch, question, premises, language;
  std::vector<std::string> options;
  ModelChoice model;
  std::size_t rounds = 2, threads = 0;
  double seconds = 5;
  bool json = false;
  logic::solve::Budget budget() const {
    logic::solve::Budget budget;
    budget.time = std::chrono::milliseconds(static_cast<long>(seconds * 1000));
    return budget;
  }
  text::Language spoken(const std::string& text = {}) const { return message_language(language, text); }
};

// 0 for an answer; without one, whether the program is malformed or the question stays open.
int exit_status(Status status) {
  return status == Status::ok ? kOk : status == Status::syntax ? kBadInput : kAbstained;
}

Result<std::string> read_text(const std::string& path) {
  if (path != "-") return base::read_file(path, kLongest);
  std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  if (text.size() > kLongest)
    return base::fail(Code::resource_exhausted, "standard input is longer than 1 MiB");
  return text;
}

// ["A) True", "B) False"] or {"A": "True", "B": "False"}
std::vector<std::string> options_in(const Json& line) {
  std::vector<std::string> options;
  const Json* given = line.find("options");
  if (!given) return options;
  for (const Json& one : given->items()) options.emplace_back(one.as_string());
  for (const auto& [label, text] : given->members())
    options.push_back(label + ") " + std::string(text.as_string()));
  return options;
}

Result<Json> solve_line(const SolveArguments& arguments, const Json& line) {
  std::vector<std::string> programs;
  const Json* program = line.find("program");
  if (!program) program = line.find("raw_logic_programs");
  if (program && program->is_string()) programs.emplace_back(program->as_string());
  if (program)
    for (const Json& one : program->items()) programs.emplace_back(one.as_string());
  if (programs.empty() || programs.size() > kMostPrograms)
    return base::fail(Code::invalid_argument,
                      "a line needs \"program\", a text or a list of up to 100 texts");
  const Solution solution =
      logic::solve::solve_all(programs, {"", line.string("question"), options_in(line)}, arguments.budget());
  return to_json(solution, arguments.spoken(line.string("question")));
}

int run_lines(const SolveArguments& arguments) {
  const auto errors = run_batch({arguments.batch, arguments.threads, "solve"},
                                [&](const Json& line) { return solve_line(arguments, line); });
  if (!errors) return report(errors.error(), arguments.json);
  return *errors == 0 ? kOk : kBadInput;
}

int print_whole(const std::string& text, const SolveArguments& arguments, int status) {
  std::fputs(text.c_str(), stdout);
  if (std::fflush(stdout) != 0)
    return report({Code::resource_exhausted, "cannot write to standard output", ""}, arguments.json);
  return status;
}

// A program is untrusted text: no line of it drives the terminal.
std::string printable_lines(const std::string& text) {
  std::string lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    lines += line.substr(0, indent) + printable(line.substr(indent)) + "\n";
    at = end + 1;
  }
  return lines;
}

int run_program_file(const SolveArguments& arguments) {
  const auto program = read_text(arguments.what);
  if (!program) return report(program.error(), arguments.json);
  const Solution solution =
      logic::solve::solve({*program, arguments.question, arguments.options}, arguments.budget());
  const auto language = arguments.spoken(arguments.question);
  const std::string text = arguments.json ? to_json(solution, language).dump() + "\n"
                                          : printable_lines(describe(solution, language));
  return print_whole(text, arguments, exit_status(solution.status));
}

Result<FormalAnswer> formalise(const SolveArguments& arguments) {
  limits::reasoning::FormalQuestion question{arguments.what, "", arguments.options};
  if (!arguments.premises.empty()) {
    GENKAI_ASSIGN_OR_RETURN(question.premises, read_text(arguments.premises));
  }
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));
  limits::reasoning::FormalOptions options;
  options.formalisations = arguments.model.samples > 0 ? arguments.model.samples : 3;
  options.rounds = arguments.rounds;
  options.budget = arguments.budget();
  base::end_on_signals();  // nothing is stored that had to come to an end
  core::Trace trace;
  std::optional<Thinking> thinking;
  thinking.emplace(model.model->name(), arguments.spoken(arguments.what));
  auto answer = base::run_blocking(
      limits::reasoning::answer_formally(*model.model, std::move(question), options, trace));
  thinking.reset();
  model.remember();
  return answer;
}

int run_question(const SolveArguments& arguments) {
  const auto answer = formalise(arguments);
  if (!answer) return report(answer.error(), arguments.json);
  const auto language = arguments.spoken(arguments.what);
  std::string text;
  if (arguments.json) {
    text = to_json(*answer, language).dump() + "\n";
  } else {
    const bool japanese = language == text::Language::japanese;
    text = answer->answered()
               ? (japanese ? "答え: " : "Answer: ") + answer->answer + "\n"
               : (japanese ? "答えなし: " : "No answer: ") + std::string(to_string(answer->status)) + "\n";
    text += "  " + say(answer->why, language) + "\n";
    if (const auto* best = answer->best()) {
      text += std::string(japanese ? "\nプログラム\n" : "\nThe program\n") + best->program + "\n\n";
      text += describe(best->solution, language);
    }
    text = printable_lines(text);
  }
  return print_whole(text, arguments, exit_status(answer->status));
}

}  // namespace

void add_solve(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<SolveArguments>();
  CLI::App* verb = program.add_subcommand(
      "solve", "Execute a program in logic exactly, or have a model write one for a question");
  verb->add_option("program", arguments->what,
                   "A file with the program, - for standard input; with --model the question itself");
  verb->add_option("--batch", arguments->batch,
                   "JSON lines with id, program, question, options (docs/limits/reasoning/solvers.md)")
      ->type_name("FILE");
  verb->add_option("--question", arguments->question, "What the program formalises, in words");
  verb->add_option("--option", arguments->options, "An option of the answer, such as \"A) True\"; repeatable")
      ->allow_extra_args(false);
  verb->add_option("--premises", arguments->premises, "With --model: a file with what may be used")
      ->type_name("FILE");
  add_model_options(*verb, arguments->model);
  verb->add_option("--rounds", arguments->rounds,
                   "With --model: how often a program that cannot be read goes back")
      ->check(CLI::Range(0, 10))
      ->capture_default_str();
  verb->add_option("--seconds", arguments->seconds, "Bound of one program")
      ->check(CLI::Range(0.001, 600.0))
      ->capture_default_str();
  verb->add_option("--threads", arguments->threads, "With --batch: workers; 0 is one a core")
      ->capture_default_str();
  verb->add_option("--lang", arguments->language, "Language of messages; by default the question's")
      ->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->callback([arguments, &run] {
    const bool batch = !arguments->batch.empty();
    if (batch == !arguments->what.empty()) throw CLI::RequiredError("a program, or --batch FILE");
    if (!arguments->model.empty()) {
      if (batch) throw CLI::ValidationError("--model", "goes with a question, not with --batch");
      if (const auto models = check(arguments->model); !models)
        throw CLI::ValidationError("--model", models.error().message);
    }
    run = [arguments, batch] {
      if (batch) return run_lines(*arguments);
      return arguments->model.empty() ? run_program_file(*arguments) : run_question(*arguments);
    };
  });
}

}  // namespace genkai::app
