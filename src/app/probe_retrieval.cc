#include "app/probe_retrieval.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "answer/model_showing.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/model_choice.h"
#include "app/probe_retrieval_items.h"
#include "app/probe_retrieval_path.h"
#include "app/probe_retrieval_report.h"
#include "app/probe_run.h"

namespace genkai::app {
namespace {

namespace probe = limits::retrieval::probe;
using base::Result;

struct Arguments {
  ModelChoice model;
  ProbeAsking asking;
  std::string kb, questions, parts, report, language = "en", tongue = "both";
  std::size_t items = 40;
  probe::ProbeOptions options;
  model::asking::AskSettings settings;
  bool json = false, save = false;
};

probe::Tongue tongue_of(const std::string& name) {
  return name == "en" ? probe::Tongue::english : name == "ja" ? probe::Tongue::japanese : probe::Tongue::both;
}

// Invented documents; or the knowledge base's own passages, of which nothing is known to be fragmented,
// ambiguous or generally known.
Result<probe::Items> items_for(const Arguments& arguments, RetrievalRun& run) {
  probe::Items items;
  if (arguments.kb.empty()) {
    items = probe::make_items({arguments.items, arguments.options.seed, tongue_of(arguments.tongue)});
  } else {
    GENKAI_ASSIGN_OR_RETURN(const Knowledge knowledge, open_knowledge({.kb = arguments.kb, .docs = {}}));
    std::vector<LabelledQuestion> questions;
    if (arguments.questions.empty()) {
      GENKAI_ASSIGN_OR_RETURN(questions,
                              made_for_probe(*knowledge.view, arguments.items, arguments.options.seed));
    } else {
      GENKAI_ASSIGN_OR_RETURN(OwnQuestions own, read_own_questions(arguments.questions));
      questions = std::move(own.questions);
    }
    GENKAI_ASSIGN_OR_RETURN(OwnItems own, items_of(*knowledge.view, questions));
    items.plain = std::move(own.items);
    run.without_passage = own.without_passage;
    run.knowledge = arguments.kb;
  }
  run.items = items.plain.size();
  run.fragmented = items.fragmented.size();
  run.ambiguous = items.ambiguous.size();
  run.remembered = items.remembered.size();
  return items;
}

Result<int> probe_retrieval(const Arguments& arguments) {
  const text::Language language =
      arguments.language == "ja" ? text::Language::japanese : text::Language::english;
  RetrievalRun run;
  run.options = arguments.options;
  GENKAI_ASSIGN_OR_RETURN(const ChosenModel model, open_model(arguments.model));
  run.model = model.model ? model.model->name() : kOwnPath;
  GENKAI_ASSIGN_OR_RETURN(const probe::Items items, items_for(arguments, run));
  const auto cases = probe::plan_cases(items, arguments.options);
  model::asking::Replies replies(run.model, arguments.options.seed);
  if (model.model) {
    std::vector<model::asking::Ask> plan;
    for (const auto& one : cases) plan.push_back(probe::ask_of(one));
    ProbeAsking asking = arguments.asking;
    asking.language = language;
    model::asking::AskSettings settings = arguments.settings;
    settings.seed = arguments.options.seed;
    GENKAI_ASSIGN_OR_RETURN(run.asked, ask_and_record(model, plan, replies, settings, asking));
  } else {
    std::fprintf(stderr, "%s\n",
                 language == text::Language::japanese
                     ? "言語モデルの指定がないため、genkai自身の抽出型の読み手を測定します。"
                     : "No language model is named, so genkai's own extractive reader is measured.");
    GENKAI_RETURN_IF_ERROR(read_cases(cases, today(), replies));
  }
  run.replies = replies.size();
  const auto found = probe::measure(items, replies, arguments.options);
  ProbeResult where{{}, arguments.report, arguments.json, language};
  if (arguments.save) where.save = answer::probe_file("retrieval", run.model);
  GENKAI_RETURN_IF_ERROR(
      hand_over(where, to_json(run, found), page_of(run, language), sections(run, found, language)));
  return run.asked.failed > 0 ? kUnavailable : kOk;
}

int run_retrieval(const Arguments& arguments) {
  const auto status = probe_retrieval(arguments);
  return status ? *status : report(status.error(), arguments.json);
}

}  // namespace

void add_probe_retrieval(CLI::App& verb, Action& run) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* part =
      verb.add_subcommand("retrieval",
                          "Ask questions about passages that hold the answer, or do not: whether their order "
                          "matters, what distracts, "
                          "what poisons, and whether contradictions, namesakes and memory are told");
  part->add_option(
          "--model", arguments->model.urls,
          "http://host:port/v1#name of an OpenAI-compatible server; without it, or \"none\", genkai's own "
          "extractive reader is measured. The key comes from $GENKAI_API_KEY")
      ->type_name("URL")
      ->expected(1)
      ->check([](const std::string& url) { return url == "none" ? std::string() : wrong_model_url(url); });
  CLI::Option* kb = part->add_option(
      "--kb", arguments->kb, "Take the passages of this knowledge base in place of invented documents");
  part->add_option(
          "--questions", arguments->questions,
          "Your own for it: JSON lines {\"question\",\"answers\":[...]}; by default they are made from its "
          "passages")
      ->type_name("FILE")
      ->needs(kb);
  part->add_option("--items", arguments->items, "Questions of each kind")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  part->add_option("--language", arguments->tongue, "Of invented documents")
      ->check(CLI::IsMember({"en", "ja", "both"}))
      ->capture_default_str();
  part->add_option(
      "--parts", arguments->parts,
      "Of order, distractors, fragmentation, poisoning, conflict, ambiguity, memory, with commas "
      "between; all by default");
  part->add_option("--passages", arguments->options.passages, "Shown where their order is varied")
      ->check(CLI::Range(std::size_t{3}, probe::kDistractors + 1))
      ->capture_default_str();
  add_asking_options(*part, arguments->asking);
  part->add_option("--report", arguments->report, "Write a page with figures")->type_name("FILE.html");
  part->add_flag("--save", arguments->save,
                 "Keep the result for this model, so that passages are packed in the order that suits it");
  part->add_option("--seed", arguments->options.seed, "Of everything that is drawn")->capture_default_str();
  part->add_option("--parallel", arguments->settings.parallel, "Requests in flight")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  part->add_option("--lang", arguments->language, "Language of the report")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  part->add_flag("--json", arguments->json, "Print the report as JSON (docs/formats/probe-retrieval.md)");
  part->callback([arguments, &run] {
    auto parts = probe::parse_parts(arguments->parts);
    if (!parts) throw CLI::ValidationError("--parts", parts.error().message + "; " + parts.error().hint);
    arguments->options.parts = *parts;
    if (!arguments->model.urls.empty() && arguments->model.urls.front() == "none")
      arguments->model.urls.clear();
    run = [arguments] { return run_retrieval(*arguments); };
  });
}

}  // namespace genkai::app
