#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "app/batch.h"
#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/print.h"
#include "core/trace.h"
#include "limits/retrieval/guard.h"

namespace genkai::app {
namespace {

using base::Json;
using limits::retrieval::GatherOptions;

constexpr std::size_t kSupplements = 3;  // places for what was enriched

struct SearchArguments {
  std::string query, batch, ranking = "fused";
  KnowledgeChoice knowledge;
  std::size_t count = 10, threads = 0;
  bool json = false;
};

base::Result<std::vector<core::Evidence>> search(const std::string& query,
                                                 const knowledge::KnowledgeView& view,
                                                 const SearchArguments& arguments) {
  core::Trace trace;
  GatherOptions options;
  options.keep = arguments.count;
  options.lexical = std::max<std::size_t>(options.lexical, 2 * arguments.count);
  options.one_per_section = true;
  options.supplements = view.additions() ? kSupplements : 0;
  if (arguments.ranking == "lexical") options.ranking = GatherOptions::Ranking::lexical;
  if (arguments.ranking == "dense") options.ranking = GatherOptions::Ranking::dense;
  const auto meanings = limits::retrieval::interpret({"", query, today()}, view, trace);
  GENKAI_ASSIGN_OR_RETURN(auto found, limits::retrieval::gather(view, meanings.front(), options, trace));
  return std::move(found.evidence);
}

Json to_json(const std::string& id, const std::vector<core::Evidence>& hits) {
  Json list = Json::array();
  for (const auto& hit : hits)
    list.push(Json::object({{"document", hit.passage.document.id},
                            {"passage", hit.passage.id},
                            {"score", hit.scores.fused},
                            {"text", hit.passage.text}}));
  return Json::object({{"id", id}, {"hits", std::move(list)}});
}

void print(const std::vector<core::Evidence>& hits) {
  std::size_t rank = 0;
  for (const auto& hit : hits) {
    const auto& passage = hit.passage;
    std::string place = passage.document.id;
    if (!passage.heading.empty()) place += " > " + passage.heading;
    if (passage.page > 0) place += ", page " + std::to_string(passage.page);
    if (passage.line > 0) place += ", line " + std::to_string(passage.line);
    std::printf("%2zu  %.3f  %s\n    %s\n", ++rank, hit.scores.fused, printable(place).c_str(),
                printable(passage.text).c_str());
  }
}

int run_search(const SearchArguments& arguments) {
  auto knowledge = open_knowledge(arguments.knowledge);
  if (!knowledge) return report(knowledge.error(), arguments.json);
  if (arguments.batch.empty()) {
    const auto hits = search(arguments.query, *knowledge->view, arguments);
    if (!hits) return report(hits.error(), arguments.json);
    if (arguments.json)
      std::printf("%s\n", to_json("", *hits).dump().c_str());
    else
      print(*hits);
    return kOk;
  }
  const auto errors =
      run_batch({arguments.batch, arguments.threads, "search"}, [&](const Json& line) -> base::Result<Json> {
        if (!line.find("question"))
          return base::fail(base::Code::invalid_argument, "the line has no \"question\"");
        GENKAI_ASSIGN_OR_RETURN(const auto hits,
                                search(line.string("question"), *knowledge->view, arguments));
        return to_json(line.string("id"), hits);
      });
  if (!errors) return report(errors.error(), arguments.json);
  return *errors == 0 ? kOk : kBadInput;
}

}  // namespace

void add_search(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<SearchArguments>();
  CLI::App* verb =
      program.add_subcommand("search", "Find passages; best passage of each section, best first");
  verb->add_option("query", arguments->query, "What to look for");
  add_knowledge_options(*verb, arguments->knowledge);
  verb->add_option("--batch", arguments->batch,
                   "JSON lines {\"id\",\"question\"} (- for standard input); a JSON line out for each");
  verb->add_option("-k", arguments->count, "Hits for each question")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  verb->add_option("--ranking", arguments->ranking, "Rank by words, by meaning, or by both")
      ->check(CLI::IsMember({"fused", "lexical", "dense"}))
      ->capture_default_str();
  verb->add_option("--threads", arguments->threads, "Workers of a batch; 0 is one a core")
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON (a batch always does)");
  verb->callback([arguments, &run] {
    if (arguments->knowledge.empty()) throw CLI::RequiredError("--kb or --docs");
    if (arguments->query.empty() == arguments->batch.empty())
      throw CLI::ValidationError("search", "give either a query or --batch");
    run = [arguments] { return run_search(*arguments); };
  });
}

}  // namespace genkai::app
