// `genkai trace`: which evidence decided an answer.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <optional>

#include "answer/attribution.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "app/own_calibrations.h"
#include "app/print.h"
#include "app/thinking.h"
#include "app/trace_report.h"
#include "base/cancellation.h"

namespace genkai::app {
namespace {

using base::Result;

struct TraceArguments {
  std::string question, language, by = "document", profile = "balanced";
  KnowledgeChoice knowledge;
  ModelChoice model;
  std::optional<double> risk;
  std::size_t calls = 0;
  bool json = false;
  text::Language spoken() const { return message_language(language, question); }
};

// Said before it runs: calls may cost money.
void announce(const answer::Attributor& attributor, std::size_t calls, const std::string& model,
              text::Language language) {
  std::fprintf(stderr,
               language == text::Language::japanese
                   ? "genkai: %s の呼び出しは最大 %zu 回 (一度の質問に最大 %zu 回)\n"
                   : "genkai: %s will be called at most %zu times, up to %zu for each asking\n",
               printable(model).c_str(), calls, attributor.calls_per_ask());
}

Result<answer::Attribution> attribute(const TraceArguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));
  GENKAI_ASSIGN_OR_RETURN(const Knowledge knowledge, open_knowledge(arguments.knowledge));
  GENKAI_ASSIGN_OR_RETURN(const OwnCalibrations own, calibrations_of(arguments.knowledge, model));
  answer::AnswererOptions options;
  answer::apply(*limits::hallucination::profile_of(arguments.profile), options);
  if (arguments.risk) options.policy.risk = *arguments.risk;
  own.apply(options.policy);
  options.policy.language = arguments.spoken();
  if (arguments.model.samples > 0) options.samples = arguments.model.samples;
  if (arguments.model.programs) options.programs = *arguments.model.programs;
  const answer::Attributor attributor({"", arguments.question, today()}, *knowledge.view, options,
                                      {.model = model.model});
  answer::AttributionOptions tracing;
  tracing.by = *answer::group_by_of(arguments.by);
  tracing.calls = arguments.calls > 0 ? arguments.calls : attributor.default_calls();
  base::end_on_signals();  // nothing is stored that had to come to an end
  std::optional<Thinking> thinking;
  if (model.model) {
    announce(attributor, tracing.calls, model.model->name(), arguments.spoken());
    thinking.emplace(model.model->name(), arguments.spoken());
  }
  auto found = attributor.attribute(tracing);
  thinking.reset();
  model.remember();
  return found;
}

int run_trace(const TraceArguments& arguments) {
  const auto found = attribute(arguments);
  if (!found) return report(found.error(), arguments.json);
  const auto by = *answer::group_by_of(arguments.by);
  if (arguments.json)
    std::printf("%s\n", to_json(*found, by).dump().c_str());
  else
    std::fputs(render(*found, {arguments.spoken(), false, true}).c_str(), stdout);
  return found->failure.empty() ? exit_code(found->before.outcome) : kUnavailable;
}

}  // namespace

void add_trace(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<TraceArguments>();
  CLI::App* verb = program.add_subcommand(
      "trace", "Tell which evidence decided an answer: ask again, leaving out one group of it at a time");
  verb->add_option("question", arguments->question, "The question, in English or Japanese")->required();
  add_knowledge_options(*verb, arguments->knowledge);
  verb->add_option(
          "--by", arguments->by,
          "What is left out at a time: a passage, a document (each with its near copies) or all of a "
          "source")
      ->check(CLI::IsMember({"passage", "document", "source"}))
      ->capture_default_str();
  verb->add_option(
          "--calls", arguments->calls,
          "At most so many samples of the model, or askings without one; by default ten askings of a "
          "model, 96 without")
      ->check(CLI::Range(1, 100'000));
  add_model_options(*verb, arguments->model);
  verb->add_option("--profile", arguments->profile,
                   "exact, balanced or creative: sets risk, sampling and wording together")
      ->check(CLI::IsMember({"exact", "balanced", "creative"}))
      ->capture_default_str();
  verb->add_option("--risk", arguments->risk, "Wanted share of wrong answers, as of ask")
      ->check(CLI::Range(0.005, 0.9));
  verb->add_option("--lang", arguments->language, "Language of messages; by default the question's")
      ->check(CLI::IsMember({"en", "ja"}));
  verb->add_flag("--json", arguments->json, "Print JSON (docs/formats/trace.md)");
  verb->callback([arguments, &run] {
    if (arguments->question.empty()) throw CLI::ValidationError("trace", "the question is empty");
    if (arguments->knowledge.empty()) throw CLI::RequiredError("--docs or --kb");
    if (const auto models = check(arguments->model); !models)
      throw CLI::ValidationError("--model", models.error().message);
    run = [arguments] { return run_trace(*arguments); };
  });
}

}  // namespace genkai::app
