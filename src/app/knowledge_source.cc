#include "app/knowledge_source.h"

#include <CLI/CLI.hpp>

#include <cstdlib>

#include "answer/documents.h"
#include "answer/quarantine.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "knowledge/store/ingest.h"

namespace genkai::app {

using base::Code;
using knowledge::KnowledgeBase;

namespace {

base::Path cache_folder() {
  if (const char* folder = std::getenv("XDG_CACHE_HOME"); folder && *folder)
    return base::Path(folder) / "genkai";
  const char* home = std::getenv("HOME");
  return base::Path(home && *home ? home : "/tmp") / ".cache" / "genkai";
}

base::Result<Knowledge> with_view(std::unique_ptr<KnowledgeBase> base) {
  Knowledge knowledge;
  knowledge.base = std::move(base);
  GENKAI_ASSIGN_OR_RETURN(knowledge.view, knowledge.base->view());
  return knowledge;
}

base::Result<Knowledge> open_named(const std::string& name) {
  GENKAI_ASSIGN_OR_RETURN(const base::Path folder, folder_of(name));
  knowledge::OpenOptions options;
  options.read_only = true;
  GENKAI_ASSIGN_OR_RETURN(auto base, KnowledgeBase::open(folder, options));
  GENKAI_ASSIGN_OR_RETURN(Knowledge knowledge, with_view(std::move(base)));
  GENKAI_ASSIGN_OR_RETURN(knowledge.view, answer::without_quarantined(folder, std::move(knowledge.view)));
  return knowledge;
}

base::Result<Knowledge> open_documents(const std::string& path) {
  std::error_code missing;
  const base::Path documents = std::filesystem::canonical(path, missing);
  if (missing) return base::fail(base::system_error("cannot open " + path, missing.value()));
  const base::Path folder = cache_folder() / base::content_hash(documents.string());
  GENKAI_RETURN_IF_ERROR(base::create_folders(folder.parent_path()));
  knowledge::OpenOptions options;
  options.create = true;
  auto base = KnowledgeBase::open(folder, options);
  if (!base && base.error().code == Code::unavailable) {
    base::log::info("another process is ingesting " + documents.string() + "; reading what is there");
    options.create = false;
    options.read_only = true;
    base = KnowledgeBase::open(folder, options);
  }
  if (!base) return base::fail(base.error());
  if (!options.read_only) {
    knowledge::IngestOptions ingest;
    ingest.cancellation = base::cancel_on_signals();
    GENKAI_ASSIGN_OR_RETURN(const auto report, knowledge::ingest(**base, documents, ingest));
    if (report.interrupted)
      return base::fail(Code::cancelled, "interrupted while reading " + path,
                        "run the command again to go on");
    for (const auto& skipped : report.skipped)
      base::log::info("skipped " + skipped.path + ": " + skipped.reason);
  }
  return with_view(std::move(*base));
}

}  // namespace

base::Result<base::Path> folder_of(const std::string& name) {
  if (name.find('/') != std::string::npos) return base::Path(name);
  return knowledge::knowledge_base_folder(name);
}

void add_knowledge_options(CLI::App& verb, KnowledgeChoice& choice) {
  auto* kb = verb.add_option("--kb", choice.kb, "Knowledge base: a name, or a folder when it has a slash");
  auto* docs =
      verb.add_option("--docs", choice.docs, "Folder or file of documents, ingested into a cache by itself");
  kb->excludes(docs);
}

base::Result<Knowledge> open_knowledge(const KnowledgeChoice& choice) {
  return choice.docs.empty() ? open_named(choice.kb) : open_documents(choice.docs);
}

base::Result<Knowledge> from_documents(const base::Json& documents) {
  GENKAI_ASSIGN_OR_RETURN(auto own, answer::OwnDocuments::read(documents));
  return Knowledge{std::move(own.base), std::move(own.view)};
}

std::string today() {
  if (const char* date = std::getenv("GENKAI_TODAY"); date && *date) return date;
  return base::iso_date(base::system_clock().unix_seconds());
}

}  // namespace genkai::app
