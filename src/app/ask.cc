#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "answer/answerer.h"
#include "app/batch.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "app/own_calibrations.h"
#include "app/print.h"
#include "app/thinking.h"
#include "base/cancellation.h"

namespace genkai::app {
namespace {

using base::Json;

struct AskArguments {
  std::string question, batch, language;
  KnowledgeChoice knowledge;
  ModelChoice model;
  std::string profile = "balanced";
  std::optional<double> risk;
  std::size_t answers = 1, threads = 0, hypotheses = 0;
  bool json = false, explain = false, python = false;
};

// The model, and how it is shown passages: the same for each line of a batch.
struct Drafting {
  ChosenModel chosen;
  limits::context::Showing showing;
};

base::Result<Drafting> open_drafting(const ModelChoice& choice) {
  Drafting out;
  GENKAI_ASSIGN_OR_RETURN(out.chosen, open_model(choice));
  out.showing = out.chosen.showing(choice);
  return out;
}

answer::Answerer make_answerer(const AskArguments& arguments, const std::string& question,
                               const Drafting& model, const OwnCalibrations& own) {
  answer::AnswererOptions options;
  answer::apply(*limits::hallucination::profile_of(arguments.profile), options);
  if (arguments.risk) options.policy.risk = *arguments.risk;
  own.apply(options.policy);
  options.policy.answers = arguments.answers;
  options.policy.language = message_language(arguments.language, question);
  if (arguments.model.samples > 0) options.samples = arguments.model.samples;
  options.hypotheses = arguments.hypotheses;
  options.python = arguments.python;
  if (arguments.model.programs) options.programs = *arguments.model.programs;
  options.budget.showing = model.showing;
  return answer::Answerer(options, {.model = model.chosen.model});
}

bool use_colour() {
  return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

// The answer names a model that failed; this says why.
void explain_failure(const core::Trace& trace) {
  for (const auto& stage : trace.stages())
    if (stage.name == "fall back")
      for (const auto& [what, text] : stage.notes)
        if (what == "model") std::fprintf(stderr, "genkai: %s\n", printable(text).c_str());
}

int ask_one(const AskArguments& arguments) {
  const auto model = open_drafting(arguments.model);
  if (!model) return report(model.error(), arguments.json);
  auto knowledge = open_knowledge(arguments.knowledge);
  if (!knowledge) return report(knowledge.error(), arguments.json);
  core::Trace trace;
  const core::Question question{"", arguments.question, today()};
  const auto own = calibrations_of(arguments.knowledge, model->chosen);
  if (!own) return report(own.error(), arguments.json);
  const answer::Answerer answerer = make_answerer(arguments, question.text, *model, *own);
  base::end_on_signals();  // reading the documents had to come to an end, waiting for a model has not
  std::optional<Thinking> thinking;
  if (const auto* named = model->chosen.model)
    thinking.emplace(named->name(), message_language(arguments.language, question.text));
  const auto answer = base::run_blocking(answerer.answer(question, *knowledge->view, trace));
  thinking.reset();
  model->chosen.remember();
  if (!answer) return report(answer.error(), arguments.json);
  explain_failure(trace);
  if (arguments.json) {
    Json json = core::to_json(*answer);
    if (arguments.explain) json.set("trace", trace.to_json());
    std::printf("%s\n", json.dump().c_str());
  } else {
    const PrintStyle style{message_language(arguments.language, question.text), use_colour(), true};
    std::fputs(render(*answer, style).c_str(), stdout);
    if (arguments.explain) std::fputs(("\n" + render(trace, style)).c_str(), stdout);
  }
  return exit_code(answer->outcome);
}

base::Result<Json> answer_line(const AskArguments& arguments, const Json& line,
                               const knowledge::KnowledgeView* shared, const Drafting& model,
                               const OwnCalibrations& calibrations) {
  const core::Question question{line.string("id"), line.string("question"), line.string("today", today())};
  if (question.text.empty()) return base::fail(base::Code::invalid_argument, "the line has no \"question\"");
  Knowledge own;
  OwnCalibrations calibrated = calibrations;
  if (const Json* documents = line.find("documents")) {
    GENKAI_ASSIGN_OR_RETURN(own, from_documents(*documents));
    shared = own.view.get();
    calibrated = {};  // the line's own documents are not those that were calibrated with
  }
  if (!shared)
    return base::fail(base::Code::invalid_argument,
                      "the line has no \"documents\", and no --kb or --docs was given");
  core::Trace trace;
  GENKAI_ASSIGN_OR_RETURN(
      const auto answer,
      base::run_blocking(
          make_answerer(arguments, question.text, model, calibrated).answer(question, *shared, trace)));
  Json json = core::to_json(answer);
  if (arguments.explain) json.set("trace", trace.to_json());
  return json;
}

int ask_batch(const AskArguments& arguments) {
  const auto model = open_drafting(arguments.model);
  if (!model) return report(model.error(), arguments.json);
  Knowledge knowledge;
  if (!arguments.knowledge.empty()) {
    auto opened = open_knowledge(arguments.knowledge);
    if (!opened) return report(opened.error(), arguments.json);
    knowledge = std::move(*opened);
  }
  const auto own = calibrations_of(arguments.knowledge, model->chosen);
  if (!own) return report(own.error(), arguments.json);
  const auto errors = run_batch({arguments.batch, arguments.threads, "ask"}, [&](const Json& line) {
    return answer_line(arguments, line, knowledge.view.get(), *model, *own);
  });
  model->chosen.remember();
  if (!errors) return report(errors.error(), arguments.json);
  return *errors == 0 ? kOk : kBadInput;
}

}  // namespace

void add_ask(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<AskArguments>();
  CLI::App* verb = program.add_subcommand("ask", "Answer a question from your documents, or say why not");
  verb->add_option("question", arguments->question, "The question, in English or Japanese");
  add_knowledge_options(*verb, arguments->knowledge);
  add_model_options(*verb, arguments->model);
  verb->add_option(
          "--hypotheses", arguments->hypotheses,
          "Passages that the model makes up to search with, so that documents in other words than the "
          "question's are found: one more request; they are never shown or quoted")
      ->check(CLI::Range(0, 4))
      ->capture_default_str()
      ->needs("--model");
  verb->add_flag(
          "--python", arguments->python,
          "Where a value has to be computed and no expression can say how, let the model write Python; it "
          "runs in a sandbox or not at all (genkai run --check)")
      ->needs("--model");
  verb->add_option("--profile", arguments->profile,
                   "exact, balanced or creative: sets risk, sampling and wording together")
      ->check(CLI::IsMember({"exact", "balanced", "creative"}))
      ->capture_default_str();
  verb->add_option(
          "--risk", arguments->risk,
          "Wanted share of wrong answers among those given; by default the profile's (balanced: 0.1)")
      ->check(CLI::Range(0.005, 0.9));
  verb->add_option("--answers", arguments->answers, "Show up to this many answers from different places")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  verb->add_option(
      "--batch", arguments->batch,
      "JSON lines {\"id\",\"question\"} (- for standard input); a line may bring its own \"documents\"");
  verb->add_option("--threads", arguments->threads, "Workers of a batch, one question each; 0 is one a core")
      ->capture_default_str();
  verb->add_option("--lang", arguments->language, "Language of messages; by default the question's")
      ->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--explain", arguments->explain, "Show what each stage saw, kept, dropped and why");
  verb->add_flag("--json", arguments->json, "Print the answer as JSON (docs/formats/answer.md)");
  verb->callback([arguments, &run] {
    if (arguments->question.empty() == arguments->batch.empty())
      throw CLI::ValidationError("ask", "give either a question or --batch");
    if (arguments->batch.empty() && arguments->knowledge.empty()) throw CLI::RequiredError("--docs or --kb");
    if (const auto models = check(arguments->model); !models)
      throw CLI::ValidationError("--model", models.error().message);
    run = [arguments] { return arguments->batch.empty() ? ask_one(*arguments) : ask_batch(*arguments); };
  });
}

}  // namespace genkai::app
