// `genkai probe`: measures where a language model fails, with intervals and baselines.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "app/print.h"
#include "app/probe_context.h"
#include "app/probe_reasoning.h"
#include "app/probe_report.h"
#include "app/probe_retrieval.h"
#include "app/probe_run.h"
#include "base/file.h"

namespace genkai::app {
namespace {

namespace probe = limits::hallucination::probe;
using base::Result;

struct ProbeArguments {
  ModelChoice model;
  ProbeAsking asking;
  std::string facts, parts, report, language = "en";
  std::size_t items = 0;
  probe::AskOptions options;
  bool json = false;
};

text::Language language_of(const ProbeArguments& arguments) {
  return arguments.language == "ja" ? text::Language::japanese : text::Language::english;
}

std::size_t unanswerable_questions(const probe::FactSet& facts, const probe::Parts& parts) {
  std::size_t n = 0;
  for (const auto& fact : facts.facts)
    n += (fact.answerable() ? 0 : 1) + (parts.abstention && !fact.twin.empty() ? 1 : 0);
  return n;
}

Result<int> probe_hallucination(const ProbeArguments& arguments) {
  const text::Language language = language_of(arguments);
  GENKAI_ASSIGN_OR_RETURN(const std::string file, base::read_file(arguments.facts));
  GENKAI_ASSIGN_OR_RETURN(probe::FactSet facts, probe::parse_facts(file));
  for (const std::string& problem : facts.problems)
    std::fprintf(stderr, "genkai: %s: %s\n", printable(arguments.facts).c_str(), printable(problem).c_str());
  if (arguments.items > 0) facts = probe::choose(std::move(facts), arguments.items, arguments.options.seed);
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));

  probe::Replies replies(model.model->name(), arguments.options.seed);
  const auto plan = probe::plan_asks(facts, arguments.options);
  const auto& options = arguments.options;
  ProbeAsking asking = arguments.asking;
  asking.language = language;
  GENKAI_ASSIGN_OR_RETURN(
      const auto asked,
      ask_and_record(model, plan, replies,
                     {options.seed, options.parallel, options.max_tokens, options.deadline}, asking));

  ProbeRun run;
  run.model = model.model->name();
  run.facts_file = arguments.facts;
  run.exposure_is = facts.exposure_is;
  run.today = today();
  run.facts = facts.facts.size();
  run.unanswerable = unanswerable_questions(facts, arguments.options.parts);
  run.malformed = facts.malformed;
  run.options = arguments.options;
  run.asked = asked;
  run.all = replies.usage();
  run.replies = replies.size();
  const auto found = probe::measure(facts, replies, arguments.options, run.today);
  const ProbeResult where{{}, arguments.report, arguments.json, language};
  GENKAI_RETURN_IF_ERROR(
      hand_over(where, to_json(run, found), page_of(run, language), sections(run, found, language)));
  return asked.failed > 0 ? kUnavailable : facts.malformed > 0 ? kBadInput : kOk;
}

int run_hallucination(const ProbeArguments& arguments) {
  const auto status = probe_hallucination(arguments);
  return status ? *status : report(status.error(), arguments.json);
}

void add_hallucination(CLI::App& verb, Action& run) {
  auto arguments = std::make_shared<ProbeArguments>();
  CLI::App* part = verb.add_subcommand(
      "hallucination",
      "Ask a model questions with known answers: what it knows, how far its certainty can be trusted, "
      "whether it "
      "declines what has no answer, contradicts itself, defends errors, and how stale it is");
  part->add_option(
          "--model", arguments->model.urls,
          "http://host:port/v1#name of an OpenAI-compatible server. The key comes from $GENKAI_API_KEY")
      ->type_name("URL")
      ->expected(1)
      ->required()
      ->check(wrong_model_url);
  part->add_option(
          "--facts", arguments->facts,
          "Questions with known answers as JSON lines (docs/formats/facts.md); examples/facts.jsonl has some")
      ->type_name("FILE");
  part->add_option("--items", arguments->items, "Ask this many of them, drawn by the seed; 0 is all")
      ->capture_default_str();
  part->add_option("--repeats", arguments->options.repeats, "Wordings in which a question is asked again")
      ->check(CLI::Range(2, 8))
      ->capture_default_str();
  part->add_option("--parts", arguments->parts,
                   "Of accuracy, calibration, abstention, contradiction, snowballing, freshness, with commas "
                   "between; all by default");
  part->add_option("--report", arguments->report, "Write a page with figures")->type_name("FILE.html");
  part->add_option("--seed", arguments->options.seed, "Of everything that is drawn")->capture_default_str();
  part->add_option("--parallel", arguments->options.parallel, "Requests in flight")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  add_asking_options(*part, arguments->asking);
  part->add_option("--lang", arguments->language, "Language of the report")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  part->add_flag("--json", arguments->json, "Print the report as JSON (docs/formats/facts.md)");
  part->callback([arguments, &run] {
    if (arguments->facts.empty())
      throw CLI::RequiredError("--facts FILE (examples/facts.jsonl is there to begin with)");
    auto parts = probe::parse_parts(arguments->parts);
    if (!parts) throw CLI::ValidationError("--parts", parts.error().message + "; " + parts.error().hint);
    arguments->options.parts = *parts;
    run = [arguments] { return run_hallucination(*arguments); };
  });
}

}  // namespace

void add_probe(CLI::App& program, Action& run) {
  CLI::App* verb =
      program.add_subcommand("probe", "Measure where a language model, or genkai's own reader, fails");
  verb->require_subcommand(1);
  add_hallucination(*verb, run);
  add_probe_retrieval(*verb, run);
  add_probe_reasoning(*verb, run);
  add_probe_context(*verb, run);
}

}  // namespace genkai::app
