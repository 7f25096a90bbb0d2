#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "base/json.h"

namespace genkai::app {
namespace {

using base::Json;
using knowledge::KnowledgeBase;
using knowledge::KnowledgeBaseInfo;

struct KbArguments {
  std::string name, document;
  bool json = false, yes = false;
};

Json to_json(const KnowledgeBaseInfo& info) {
  Json languages = Json::object();
  for (const auto& [language, passages] : info.languages)
    languages.set(language.empty() ? "other" : language, passages);
  return Json::object(
      {{"name", info.name},
       {"folder", info.folder.string()},
       {"documents", info.documents},
       {"sections", info.sections},
       {"passages", info.passages},
       {"deleted_passages", info.deleted_passages},
       {"languages", std::move(languages)},
       {"bytes",
        Json::object(
            {{"meta", info.meta_bytes}, {"lexical", info.lexical_bytes}, {"vectors", info.vector_bytes}})},
       {"segments", Json::object({{"lexical", info.lexical_segments}, {"vectors", info.vector_segments}})},
       {"memtable_passages", info.memtable_passages},
       {"analyzer_version", info.analyzer_version},
       {"embedder", info.embedder}});
}

base::Result<std::unique_ptr<KnowledgeBase>> open(const std::string& name, bool read_only) {
  GENKAI_ASSIGN_OR_RETURN(const base::Path folder, folder_of(name));
  knowledge::OpenOptions options;
  options.read_only = read_only;
  return KnowledgeBase::open(folder, options);
}

int list(const KbArguments& arguments) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(knowledge::home_folder(), error))
    if (std::filesystem::exists(entry.path() / "meta.db")) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  Json all = Json::array();
  for (const auto& name : names) {
    auto base = open(name, true);
    auto info = base ? (*base)->info() : base::Result<KnowledgeBaseInfo>(base::fail(base.error()));
    if (arguments.json) {
      all.push(info ? to_json(*info) : Json::object({{"name", name}, {"error", info.error().message}}));
    } else if (info) {
      std::printf("%-24s %8llu documents %10llu passages\n", name.c_str(),
                  static_cast<unsigned long long>(info->documents),
                  static_cast<unsigned long long>(info->passages));
    } else {
      std::printf("%-24s %s\n", name.c_str(), info.error().message.c_str());
    }
  }
  if (arguments.json) std::printf("%s\n", all.dump().c_str());
  if (!arguments.json && names.empty())
    std::printf("no knowledge base yet; make one: genkai ingest FOLDER --kb NAME\n");
  return kOk;
}

int info(const KbArguments& arguments) {
  auto base = open(arguments.name, true);
  if (!base) return report(base.error(), arguments.json);
  const auto known = (*base)->info();
  if (!known) return report(known.error(), arguments.json);
  std::printf("%s\n", to_json(*known).dump(arguments.json ? 0 : 2).c_str());
  return kOk;
}

int remove(const KbArguments& arguments) {
  if (!arguments.document.empty()) {
    auto base = open(arguments.name, false);
    if (!base) return report(base.error(), arguments.json);
    if (auto removed = (*base)->remove_document(arguments.document); !removed)
      return report(removed.error(), arguments.json);
    if (auto stored = (*base)->commit(); !stored) return report(stored.error(), arguments.json);
    return kOk;
  }
  const auto folder = folder_of(arguments.name);
  if (!folder) return report(folder.error(), arguments.json);
  if (!std::filesystem::exists(*folder / "meta.db"))
    return report(
        {base::Code::not_found, "no knowledge base called " + arguments.name, "genkai kb list shows them"},
        arguments.json);
  if (!arguments.yes)
    return report({base::Code::invalid_argument, "this deletes " + folder->string(), "add --yes to do it"},
                  arguments.json);
  {
    auto exclusive = open(arguments.name, false);  // takes the writer's lock: nobody is writing
    if (!exclusive && exclusive.error().code != base::Code::corrupt)
      return report(exclusive.error(), arguments.json);
  }
  std::error_code error;
  std::filesystem::remove_all(*folder, error);
  if (error)
    return report(base::system_error("cannot remove " + folder->string(), error.value()), arguments.json);
  return kOk;
}

int check(const KbArguments& arguments) {
  auto base = open(arguments.name, true);
  if (!base) return report(base.error(), arguments.json);
  const auto damages = (*base)->check();
  if (!damages) return report(damages.error(), arguments.json);
  if (arguments.json) {
    Json list = Json::array();
    for (const auto& damage : *damages) list.push(damage);
    std::printf("%s\n", Json::object({{"damaged", std::move(list)}}).dump().c_str());
  } else {
    for (const auto& damage : *damages) std::printf("%s\n", damage.c_str());
    if (damages->empty())
      std::printf("all is well\n");
    else
      std::printf("repair it: genkai kb rebuild %s\n", arguments.name.c_str());
  }
  return damages->empty() ? kOk : kBadInput;
}

int rebuild(const KbArguments& arguments) {
  auto base = open(arguments.name, false);
  if (!base) return report(base.error(), arguments.json);
  if (auto done = (*base)->rebuild(base::cancel_on_signals()); !done)
    return report(done.error(), arguments.json);
  return kOk;
}

}  // namespace

void add_kb(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<KbArguments>();
  CLI::App* verb = program.add_subcommand("kb", "List, inspect, check, repair and remove knowledge bases");
  verb->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, bool named, int (*action)(const KbArguments&)) {
    CLI::App* part = verb->add_subcommand(name, what);
    if (named)
      part->add_option("name", arguments->name, "Knowledge base: a name, or a folder when it has a slash")
          ->required();
    part->add_flag("--json", arguments->json, "Print JSON");
    part->callback([arguments, action, &run] { run = [arguments, action] { return action(*arguments); }; });
    return part;
  };
  add("list", "All knowledge bases of this user", false, list);
  add("info", "What one holds", true, info);
  add("check", "Verify the database and every index file", true, check);
  add("rebuild", "Write all index files anew from the database", true, rebuild);
  CLI::App* removal = add("remove", "Delete a knowledge base, or one document of it", true, remove);
  removal->add_option("--document", arguments->document, "Delete only the document with this id");
  removal->add_flag("--yes", arguments->yes, "Do not ask");
}

}  // namespace genkai::app
