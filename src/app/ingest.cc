#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/knowledge_source.h"
#include "app/print.h"
#include "base/json.h"
#include "knowledge/store/ingest.h"

namespace genkai::app {
namespace {

using base::Json;

constexpr std::size_t kShown = 10;  // skipped files printed by name; --json lists all

struct IngestArguments {
  std::string path, kb;
  std::size_t threads = 0;
  bool json = false, keep_missing = false, follow_links = false;
};

Json to_json(const std::vector<knowledge::SkippedFile>& files) {
  Json list = Json::array();
  for (const auto& file : files) list.push(Json::object({{"path", file.path}, {"reason", file.reason}}));
  return list;
}

Json to_json(const knowledge::IngestReport& report) {
  return Json::object({{"files", Json::object({{"new", report.files_new},
                                               {"changed", report.files_changed},
                                               {"unchanged", report.files_unchanged},
                                               {"removed", report.files_removed}})},
                       {"documents", report.documents},
                       {"passages", report.passages},
                       {"bytes", report.bytes},
                       {"skipped", to_json(report.skipped)},
                       {"warnings", to_json(report.warnings)},
                       {"interrupted", report.interrupted},
                       {"seconds", report.seconds}});
}

void print(const char* label, const std::vector<knowledge::SkippedFile>& files) {
  if (files.empty()) return;
  std::printf("%s %zu:\n", label, files.size());
  for (std::size_t i = 0; i < files.size() && i < kShown; ++i)
    std::printf("  %s: %s\n", printable(files[i].path).c_str(), printable(files[i].reason).c_str());
  if (files.size() > kShown) std::printf("  ... and %zu more (--json lists all)\n", files.size() - kShown);
}

int run_ingest(const IngestArguments& arguments) {
  // Before a knowledge base is made for nothing.
  if (std::error_code missing; arguments.path != "-" && !std::filesystem::exists(arguments.path, missing))
    return report({base::Code::not_found, "cannot open " + arguments.path, ""}, arguments.json);
  const auto folder = folder_of(arguments.kb);
  if (!folder) return report(folder.error(), arguments.json);
  knowledge::OpenOptions open;
  open.create = true;
  open.threads = arguments.threads;
  auto base = knowledge::KnowledgeBase::open(*folder, open);
  if (!base) return report(base.error(), arguments.json);
  knowledge::IngestOptions options;
  options.threads = arguments.threads;
  options.keep_missing = arguments.keep_missing;
  options.follow_links = arguments.follow_links;
  options.cancellation = base::cancel_on_signals();
  const auto done = knowledge::ingest(**base, arguments.path, options);
  if (!done) return report(done.error(), arguments.json);
  if (arguments.json) {
    std::printf("%s\n", to_json(*done).dump().c_str());
  } else {
    std::printf(
        "%llu new, %llu changed, %llu unchanged, %llu removed files; %llu documents, %llu passages in %.1f "
        "s\n",
        static_cast<unsigned long long>(done->files_new),
        static_cast<unsigned long long>(done->files_changed),
        static_cast<unsigned long long>(done->files_unchanged),
        static_cast<unsigned long long>(done->files_removed),
        static_cast<unsigned long long>(done->documents), static_cast<unsigned long long>(done->passages),
        done->seconds);
    print("skipped", done->skipped);
    print("read with a loss", done->warnings);
    if (done->interrupted)
      std::printf("interrupted; what was read is stored, run the command again to go on\n");
  }
  return done->interrupted ? kInterrupted : kOk;
}

}  // namespace

void add_ingest(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<IngestArguments>();
  CLI::App* verb = program.add_subcommand(
      "ingest",
      "Read documents into a knowledge base: text, Markdown, HTML, PDF, man pages, JSONL, DOCX, EPUB");
  verb->add_option("path", arguments->path, "Folder, file, or - for JSONL on standard input")->required();
  verb->add_option("--kb", arguments->kb, "Knowledge base: a name, or a folder when it has a slash")
      ->required();
  verb->add_flag("--keep-missing", arguments->keep_missing, "Keep documents whose files are gone");
  verb->add_flag("--follow-links", arguments->follow_links, "Follow symbolic links");
  verb->add_option("--threads", arguments->threads, "Workers; 0 is one a core")->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print the report as JSON");
  verb->footer("Only new and changed files are read. A run that was stopped goes on where it was.");
  verb->callback([arguments, &run] { run = [arguments] { return run_ingest(*arguments); }; });
}

}  // namespace genkai::app
