// `genkai lab world`: writes a closed world whose truth is known.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "app/command.h"
#include "app/exit_codes.h"
#include "base/file.h"
#include "base/json.h"
#include "lab/world/export.h"

namespace genkai::app {
namespace {

namespace world = lab::world;
using base::Json;

struct WorldArguments {
  world::Options options;
  world::ExportOptions exported;
  std::string folder, language = "en", wordings = "test";
  bool json = false;
};

base::Result<Json> write(const WorldArguments& arguments) {
  world::Options options = arguments.options;
  options.language = arguments.language == "ja" ? text::Language::japanese : text::Language::english;
  world::ExportOptions exported = arguments.exported;
  exported.wordings = arguments.wordings == "train" ? world::Split::train : world::Split::test;
  const base::Path folder = arguments.folder;
  std::error_code ignored;
  if (std::filesystem::exists(folder / "documents", ignored))
    return base::fail(base::Code::already_exists, (folder / "documents").string() + " is there already",
                      "name another folder: documents of two worlds would be mixed");
  GENKAI_ASSIGN_OR_RETURN(const world::World made, world::World::make(options));
  GENKAI_RETURN_IF_ERROR(base::create_folders(folder / "documents"));
  std::size_t bytes = 0;
  for (const world::File& file : world::files_of(made, exported)) {
    GENKAI_RETURN_IF_ERROR(base::write_file_atomically(folder / file.path, file.content));
    bytes += file.content.size();
  }
  std::size_t stated = 0;
  for (world::FactId id = 0; id < made.facts().size(); ++id) stated += made.exposures(id) > 0 ? 1 : 0;
  return Json::object({{"folder", folder.string()},
                       {"seed", options.seed},
                       {"entities", made.entities().size()},
                       {"facts", made.facts().size()},
                       {"stated", stated},
                       {"statements", made.log().size()},
                       {"sources", made.sources().size()},
                       {"bytes", bytes}});
}

int run_world(const WorldArguments& arguments) {
  const auto written = write(arguments);
  if (!written) return report(written.error(), arguments.json);
  if (arguments.json) {
    std::printf("%s\n", written->dump().c_str());
    return kOk;
  }
  const auto count = [&](const char* key) { return static_cast<long long>(written->number(key)); };
  std::printf(
      "%lld entities, %lld facts (%lld of them stated truly), %lld statements of %lld sources\nwritten to "
      "%s\n",
      count("entities"), count("facts"), count("stated"), count("statements"), count("sources"),
      written->string("folder").c_str());
  return kOk;
}

}  // namespace

void add_lab_world(CLI::App& lab, Action& run) {
  auto arguments = std::make_shared<WorldArguments>();
  world::Options& options = arguments->options;
  CLI::App* verb = lab.add_subcommand(
      "world", "Write a made-up world: documents, questions with their answers, a log of facts, the truth");
  verb->add_option("--out", arguments->folder, "Folder to write to")->required();
  verb->add_option("--seed", options.seed, "Of all that is drawn")->capture_default_str();
  verb->add_option("--lang", arguments->language, "Language of the world")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  verb->add_option("--people", options.people)->capture_default_str();
  verb->add_option("--places", options.places)->capture_default_str();
  verb->add_option("--companies", options.companies)->capture_default_str();
  verb->add_option("--works", options.works)->capture_default_str();
  verb->add_option("--draws", options.draws, "Statements drawn; 0: four times the facts")
      ->capture_default_str();
  verb->add_option("--zipf", options.zipf, "Exponent of how often facts are stated; 0: evenly")
      ->capture_default_str();
  verb->add_option("--changing", options.changing,
                   "Share that had an earlier value, of the facts that can change")
      ->capture_default_str();
  verb->add_option("--contradicted", options.contradicted,
                   "Share of the facts that a false source contradicts")
      ->capture_default_str();
  verb->add_option("--falsely", options.falsely, "Share of the facts of which only false sources speak")
      ->capture_default_str();
  verb->add_option("--never", options.never, "Share of the facts that nobody states")->capture_default_str();
  verb->add_option("--test", options.test, "Share of the entities in the test split")->capture_default_str();
  verb->add_option("--sources", options.sources, "True sources")->capture_default_str();
  verb->add_option("--questions", arguments->exported.questions, "In questions.jsonl, at most")
      ->capture_default_str();
  verb->add_option("--wordings", arguments->wordings, "Of the questions: as in training, or those held out")
      ->check(CLI::IsMember({"train", "test"}))
      ->capture_default_str();
  verb->add_option("--examples", arguments->exported.examples, "Of each task and split, in examples.jsonl")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->callback([arguments, &run] { run = [arguments] { return run_world(*arguments); }; });
}

}  // namespace genkai::app
