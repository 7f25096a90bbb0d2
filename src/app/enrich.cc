#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "answer/enrich.h"
#include "app/asking_cost.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "app/print.h"
#include "base/cancellation.h"
#include "base/progress.h"

namespace genkai::app {
namespace {

using answer::Enriched;
using base::Json;
using model::asking::Estimate;

struct EnrichArguments {
  std::string kb;
  ModelChoice model;
  model::asking::AskSettings settings;
  CallPrices prices;
  bool headers = false, summaries = false, yes = false, remove = false, json = false;
};

Json to_json(const Estimate& before, const EnrichArguments& arguments) {
  return Json::object({{"calls", before.calls},
                       {"known", before.known},
                       {"prompt_tokens", before.prompt_tokens},
                       {"completion_tokens", before.completion_tokens},
                       {"money", arguments.prices.of(before.prompt_tokens, before.completion_tokens)}});
}

void print(const Estimate& before, const EnrichArguments& arguments) {
  std::fprintf(stderr, "%s\n",
               estimate_in_words(before, arguments.prices, "notes are there already", text::Language::english)
                   .c_str());
}

int print_done(const Enriched& done, const Estimate& before, const EnrichArguments& arguments) {
  if (arguments.json) {
    std::printf("%s\n", Json::object({{"estimate", to_json(before, arguments)},
                                      {"written", done.written},
                                      {"known", done.known},
                                      {"failed", done.failed},
                                      {"first_failure", done.first_failure},
                                      {"removed", done.removed},
                                      {"interrupted", done.interrupted},
                                      {"prompt_tokens", done.usage.prompt_tokens},
                                      {"completion_tokens", done.usage.completion_tokens},
                                      {"money", done.usage.money}})
                            .dump()
                            .c_str());
  } else {
    std::printf("%llu notes written, %llu were there, %llu failed, %llu removed\n",
                static_cast<unsigned long long>(done.written), static_cast<unsigned long long>(done.known),
                static_cast<unsigned long long>(done.failed), static_cast<unsigned long long>(done.removed));
    if (done.failed > 0)
      std::printf("the first failure: %s; run the command again to try those that failed\n",
                  printable(done.first_failure).c_str());
    if (done.interrupted)
      std::printf("interrupted; what was written is stored, run the command again to go on\n");
  }
  if (done.interrupted) return kInterrupted;
  return done.failed > 0 ? kUnavailable : kOk;
}

base::Result<int> remove_notes(const base::Path& folder) {
  const base::Path notes = knowledge::additions_folder(folder);
  std::error_code error;
  if (!std::filesystem::exists(notes, error)) return kOk;
  {  // takes the writer's lock: nobody is writing
    const auto exclusive = knowledge::open_additions(folder);
    if (!exclusive && exclusive.error().code != base::Code::corrupt) return base::fail(exclusive.error());
  }
  std::filesystem::remove_all(notes, error);
  if (error) return base::fail(base::system_error("cannot remove " + notes.string(), error.value()));
  return kOk;
}

base::Result<int> enrich(const EnrichArguments& arguments) {
  GENKAI_ASSIGN_OR_RETURN(const base::Path folder, folder_of(arguments.kb));
  GENKAI_ASSIGN_OR_RETURN(const Knowledge knowledge, open_knowledge({.kb = arguments.kb, .docs = {}}));
  if (arguments.remove) return remove_notes(folder);
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));
  GENKAI_ASSIGN_OR_RETURN(const auto additions, knowledge::open_additions(folder));
  const bool both = arguments.headers == arguments.summaries;
  answer::Enrichment work(*knowledge.view, *additions,
                          {both || arguments.headers, both || arguments.summaries});
  const auto cancellation = base::cancel_on_signals();
  GENKAI_ASSIGN_OR_RETURN(const Estimate before, work.estimate(cancellation));
  if (!arguments.yes) {
    if (arguments.json)
      std::printf("%s\n", Json::object({{"estimate", to_json(before, arguments)}}).dump().c_str());
    else
      print(before, arguments);
    if (before.calls > 0) std::fprintf(stderr, "Nothing was asked yet; with --yes it is.\n");
    return kOk;
  }
  print(before, arguments);
  std::optional<base::Progress> progress;
  progress.emplace("enrich", before.calls + before.known);
  auto done = base::run_blocking(work.run(
      *model.model, arguments.settings, [&] { progress->advance(1, {}); }, cancellation));
  progress.reset();
  model.remember();
  if (!done) {
    base::Error error = std::move(done).error();
    error.hint += (error.hint.empty() ? "" : "; ") +
                  std::string("what was written before is stored, and the same command goes on from there");
    return base::fail(std::move(error));
  }
  price(done->usage, arguments.prices);
  return print_done(*done, before, arguments);
}

int run_enrich(const EnrichArguments& arguments) {
  const auto status = enrich(arguments);
  return status ? *status : report(status.error(), arguments.json);
}

}  // namespace

void add_enrich(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<EnrichArguments>();
  CLI::App* verb = program.add_subcommand(
      "enrich", "Let a model write notes by which passages are found: headers, and summaries as a tree");
  verb->add_option("--kb", arguments->kb, "Knowledge base: a name, or a folder when it has a slash")
      ->required();
  add_model_options(*verb, arguments->model);
  verb->add_flag("--headers", arguments->headers,
                 "A sentence on each passage; without --summaries only these");
  verb->add_flag("--summaries", arguments->summaries,
                 "A summary of each section and document; without --headers only these");
  verb->add_flag("--yes", arguments->yes, "Ask the model; without it only the cost is told");
  verb->add_flag("--remove", arguments->remove, "Remove all notes of the knowledge base");
  verb->add_option("--parallel", arguments->settings.parallel, "Requests in flight")
      ->check(CLI::Range(std::size_t{1}, std::size_t{64}))
      ->capture_default_str();
  add_price_options(*verb, arguments->prices);
  verb->add_flag("--json", arguments->json, "Print the estimate and the report as JSON");
  verb->footer(
      "The notes only find: what is shown, quoted and read is always the documents' own text. Notes that are "
      "there "
      "and whose text has not changed are not made again, so that a run that was stopped goes on where it "
      "was.");
  verb->callback([arguments, &run] {
    if (arguments->model.empty() && !arguments->remove) throw CLI::RequiredError("--model");
    if (const auto models = check(arguments->model); !models)
      throw CLI::ValidationError("--model", models.error().message);
    run = [arguments] { return run_enrich(*arguments); };
  });
}

}  // namespace genkai::app
