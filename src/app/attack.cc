// `genkai attack`: what documents of an attacker would get answered, tried on a scratch copy.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "answer/kb_calibration.h"
#include "answer/made_questions.h"
#include "app/attack_report.h"
#include "app/calibrate_kb_ask.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "app/print.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "base/rng.h"

namespace genkai::app {
namespace {

namespace red = limits::retrieval::attack;
using base::Code;
using base::Result;
using limits::hallucination::Calibration;

constexpr std::size_t kAskedAtOnce = 8;  // with a model, which does several at a time

struct AttackArguments {
  std::string kb, questions, language;
  std::vector<std::string> forms;
  std::size_t limit = 100;
  answer::AttackPlan plan;
  ModelChoice model;
  double risk = 0.1;
  bool json = false;
};

base::Status take_own(const AttackArguments& arguments, AttackRun& run,
                      std::vector<answer::KnownQuestion>& questions) {
  GENKAI_ASSIGN_OR_RETURN(auto own, read_own_questions(arguments.questions));
  run.malformed = std::move(own.malformed);
  for (auto& each : own.questions) {
    if (each.answerable)
      questions.push_back({std::move(each.question), std::move(each.answers)});
    else
      ++run.unanswerable;
  }
  if (questions.empty())
    return base::fail(Code::invalid_argument, arguments.questions + " has no question with answers",
                      "one a line: {\"question\": \"...\", \"answers\": [\"...\"]}");
  if (questions.size() <= arguments.limit) return {};
  base::Rng rng(arguments.plan.seed);
  rng.shuffle(questions);
  questions.resize(arguments.limit);
  return {};
}

base::Status make_own(const AttackArguments& arguments, const base::Cancellation& cancellation,
                      std::vector<answer::KnownQuestion>& questions) {
  GENKAI_ASSIGN_OR_RETURN(const Knowledge knowledge, open_knowledge({.kb = arguments.kb, .docs = {}}));
  answer::MakeOptions options;
  options.count = arguments.limit;
  options.unanswerable = 0;
  options.seed = arguments.plan.seed;
  GENKAI_ASSIGN_OR_RETURN(auto made, answer::make_questions(*knowledge.view, options, cancellation));
  for (auto& each : made.questions) questions.push_back({std::move(each.question), std::move(each.answers)});
  if (questions.empty())
    return base::fail(Code::invalid_argument, "no question could be made from the passages",
                      "give your own: genkai attack --kb ... --questions FILE.jsonl");
  return {};
}

Result<std::shared_ptr<const Calibration>> calibration_of(const base::Path& folder,
                                                          const std::string& model) {
  GENKAI_ASSIGN_OR_RETURN(auto own, answer::load_calibration(folder, model));
  return own ? std::make_shared<const Calibration>(std::move(*own)) : nullptr;
}

Result<AttackRun> run_attack(const AttackArguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const base::Path folder, folder_of(arguments.kb));
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "meta.db", ignored))
    return base::fail(Code::not_found, "there is no knowledge base " + arguments.kb,
                      "make one: genkai ingest FOLDER --kb NAME");
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));
  const base::Cancellation cancellation = base::cancel_on_signals();
  AttackRun run;
  run.knowledge_base = arguments.kb;
  run.model = model.model ? model.model->name() : std::string();
  run.made = arguments.questions.empty();
  run.plan = arguments.plan;
  run.risk = arguments.risk;
  std::vector<answer::KnownQuestion> questions;
  GENKAI_RETURN_IF_ERROR(run.made ? make_own(arguments, cancellation, questions)
                                  : take_own(arguments, run, questions));

  answer::AnswererOptions options;
  options.policy.risk = arguments.risk;
  if (arguments.model.samples > 0) options.samples = arguments.model.samples;
  if (arguments.model.programs) options.programs = *arguments.model.programs;
  options.budget.showing = model.showing(arguments.model);
  GENKAI_ASSIGN_OR_RETURN(options.policy.calibration, calibration_of(folder, ""));
  if (model.model) {
    GENKAI_ASSIGN_OR_RETURN(options.policy.model_calibration, calibration_of(folder, run.model));
  }
  const answer::Answerer answerer(options, {.model = model.model});
  options.vetting = false;
  const answer::Answerer believer(options, {});

  base::Progress progress("attack",
                          answer::steps_of(questions.size(), arguments.plan, model.model == nullptr));
  answer::AttackSetting setting;
  setting.answerer = &answerer;
  setting.believer = model.model ? nullptr : &believer;  // a model's calls are not spent on it
  setting.threads = model.model ? kAskedAtOnce : 0;
  setting.today = today();
  setting.cancellation = cancellation;
  setting.on_step = [&](std::size_t n) { progress.advance(n); };
  auto found = answer::attack(folder, questions, arguments.plan, setting);
  model.remember();
  if (!found && found.error().code == Code::cancelled)
    return base::fail(Code::cancelled,
                      "interrupted; the scratch copy is gone, and " + arguments.kb + " is as it was",
                      "with a smaller --limit or fewer --forms it ends sooner");
  if (!found) return base::fail(found.error());
  run.found = std::move(*found);
  return run;
}

int run_verb(const AttackArguments& arguments) {
  const auto run = run_attack(arguments);
  if (!run) return report(run.error(), arguments.json);
  if (arguments.json)
    std::printf("%s\n", to_json(*run).dump().c_str());
  else
    std::fputs(render(*run, message_language(arguments.language, "")).c_str(), stdout);
  return kOk;
}

}  // namespace

void add_attack(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<AttackArguments>();
  CLI::App* verb = program.add_subcommand(
      "attack",
      "Try what documents of an attacker would get answered, on a scratch copy of a knowledge base");
  verb->add_option("--kb", arguments->kb, "A name, or a folder; it is only read")->required();
  verb->add_option(
          "--questions", arguments->questions,
          "Your own: JSON lines {\"question\",\"answers\":[...]}; by default they are made from the passages")
      ->type_name("FILE");
  verb->add_option("--forms", arguments->forms,
                   "Of prefix, no-prefix, paraphrase, flood, adaptive, injection; all by default")
      ->delimiter(',')
      ->check([](const std::string& name) {
        return red::parse_form(name) ? std::string() : "no such form: " + name;
      });
  verb->add_option("--copies", arguments->plan.copies, "Documents against each question (flood: four times)")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  verb->add_option("--limit", arguments->limit, "Questions at most")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  verb->add_option("--risk", arguments->risk, "Wanted share of wrong answers, as of ask")
      ->check(CLI::Range(0.005, 0.9))
      ->capture_default_str();
  verb->add_option("--seed", arguments->plan.seed, "Of everything that is drawn")->capture_default_str();
  add_model_options(*verb, arguments->model);
  verb->add_option("--lang", arguments->language, "Language of the report")
      ->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--json", arguments->json, "Print the report as JSON (docs/formats/attack.md)");
  verb->callback([arguments, &run] {
    if (const auto models = check(arguments->model); !models)
      throw CLI::ValidationError("--model", models.error().message);
    if (!arguments->forms.empty()) arguments->plan.forms.clear();
    for (const std::string& name : arguments->forms) arguments->plan.forms.push_back(*red::parse_form(name));
    run = [arguments] { return run_verb(*arguments); };
  });
}

}  // namespace genkai::app
