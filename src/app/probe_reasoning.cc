#include "app/probe_reasoning.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <set>

#include "answer/kb_calibration.h"
#include "app/exit_codes.h"
#include "app/model_choice.h"
#include "app/probe_reasoning_report.h"
#include "app/probe_run.h"
#include "knowledge/store/knowledge_base.h"
#include "limits/reasoning/steps/step_check.h"

namespace genkai::app {
namespace {

namespace probe = limits::reasoning::probe;
using base::Result;

struct Arguments {
  ModelChoice model;
  ProbeAsking asking;
  std::string parts, report, language = "en", tongue = "both";
  std::size_t budget = 0;
  probe::ProbeOptions options;
  model::asking::AskSettings settings{.max_tokens = 800};
  bool json = false, save = false;
};

probe::StepVerdict check(const std::string& question, const std::vector<std::string>& steps) {
  const auto report = limits::reasoning::steps::check_steps(question, steps);
  std::set<std::size_t> wrong;
  for (const auto& claim : report.claims)
    if (claim.verdict == core::Verdict::contradicted) wrong.insert(claim.step);
  return {report.first_wrong, report.checked, wrong.size()};
}

Result<int> probe_reasoning(const Arguments& arguments) {
  const text::Language language =
      arguments.language == "ja" ? text::Language::japanese : text::Language::english;
  ReasoningRun run;
  run.options = arguments.options;
  if (arguments.budget > 0) {
    run.options.count = probe::count_within(arguments.options, arguments.budget);
    if (run.options.count == 0)
      return base::fail(base::Code::invalid_argument, "the budget does not allow one item of each kind",
                        "give more calls to --budget, or fewer --parts");
  }
  run.items_wanted = arguments.options.count;
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));
  run.model = model.model->name();
  const probe::Items items = probe::make_items(run.options);
  model::asking::Replies replies(run.model, run.options.seed);
  ProbeAsking asking = arguments.asking;
  asking.language = language;
  model::asking::AskSettings settings = arguments.settings;
  settings.seed = run.options.seed;
  const auto plan = probe::plan_asks(items, run.options);
  GENKAI_ASSIGN_OR_RETURN(run.asked, ask_and_record(model, plan, replies, settings, asking));
  run.replies = replies.size();
  const auto found = probe::measure(items, replies, run.options, check);
  ProbeResult where{{}, arguments.report, arguments.json, language};
  if (arguments.save) where.save = answer::probe_file("reasoning", run.model);
  GENKAI_RETURN_IF_ERROR(
      hand_over(where, to_json(run, found), page_of(run, language), sections(run, found, language)));
  return run.asked.failed > 0 ? kUnavailable : kOk;
}

int run_reasoning(const Arguments& arguments) {
  const auto status = probe_reasoning(arguments);
  return status ? *status : report(status.error(), arguments.json);
}

}  // namespace

void add_probe_reasoning(CLI::App& verb, Action& run) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* part =
      verb.add_subcommand("reasoning",
                          "Ask generated questions whose truth is computed: whether answers contradict each "
                          "other, steps err, and "
                          "names, numbers, order or irrelevant sentences change what is answered");
  part->add_option(
          "--model", arguments->model.urls,
          "http://host:port/v1#name of an OpenAI-compatible server. The key comes from $GENKAI_API_KEY")
      ->type_name("URL")
      ->expected(1)
      ->required()
      ->check(wrong_model_url);
  part->add_option("--items", arguments->options.count, "Of each kind")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  part->add_option(
          "--budget", arguments->budget,
          "Calls at most, those recorded included: so many items are left out that the rest is asked whole")
      ->check(CLI::PositiveNumber);
  part->add_option("--language", arguments->tongue, "Of the items")
      ->check(CLI::IsMember({"en", "ja", "both"}))
      ->capture_default_str();
  part->add_option(
      "--parts", arguments->parts,
      "Of consistency, steps, variants, order, irrelevant, corruption, with commas between; all by "
      "default");
  add_asking_options(*part, arguments->asking);
  part->add_option("--report", arguments->report, "Write a page with figures")->type_name("FILE.html");
  part->add_flag("--save", arguments->save, "Keep the result for this model, beside the knowledge bases");
  part->add_option("--seed", arguments->options.seed, "Of everything that is drawn")->capture_default_str();
  part->add_option("--parallel", arguments->settings.parallel, "Requests in flight")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  part->add_option("--lang", arguments->language, "Language of the report")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  part->add_flag("--json", arguments->json,
                 "Print the report as JSON (docs/limits/reasoning/bounds-and-probe.md)");
  part->callback([arguments, &run] {
    auto parts = probe::parse_parts(arguments->parts);
    if (!parts) throw CLI::ValidationError("--parts", parts.error().message + "; " + parts.error().hint);
    arguments->options.parts = *parts;
    arguments->options.tongue = arguments->tongue == "en"   ? probe::Tongue::english
                                : arguments->tongue == "ja" ? probe::Tongue::japanese
                                                            : probe::Tongue::both;
    run = [arguments] { return run_reasoning(*arguments); };
  });
}

}  // namespace genkai::app
