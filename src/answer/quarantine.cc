#include "answer/quarantine.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "answer/without_documents.h"
#include "base/json.h"
#include "knowledge/store/folder_lock.h"

namespace genkai::answer {

using base::Code;
using base::Json;
using base::Path;
using base::Result;
using base::Status;
using knowledge::KnowledgeView;

namespace {

constexpr int kVersion = 1;
constexpr std::size_t kLargestFile = std::size_t{1} << 26;  // bytes

Path file_of(const Path& kb_folder) {
  return kb_folder / "quarantine.json";
}

Status write(const Path& kb_folder, const std::vector<Quarantined>& documents) {
  Json list = Json::array();
  for (const Quarantined& own : documents)
    list.push(Json::object({{"document", own.document}, {"why", own.why}, {"date", own.date}}));
  const Json json = Json::object({{"version", kVersion}, {"documents", std::move(list)}});
  return base::write_file_atomically(file_of(kb_folder), json.dump(1) + "\n");
}

Result<knowledge::FolderLock> lock(const Path& kb_folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(kb_folder / "meta.db", ignored))
    return base::fail(Code::not_found, "there is no knowledge base in " + kb_folder.string());
  return knowledge::FolderLock::take(kb_folder / "quarantine.lock");
}

}  // namespace

Result<std::vector<Quarantined>> quarantined(const Path& kb_folder) {
  std::vector<Quarantined> documents;
  const Path file = file_of(kb_folder);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return documents;
  const auto broken = [&](const std::string& why) {
    return base::fail(Code::corrupt, file.string() + " cannot be read: " + why,
                      "mend it, or remove it to answer from every document again");
  };
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(file, kLargestFile));
  const auto json = Json::parse(text);
  if (!json) return broken(json.error().message);
  const Json* list = json->find("documents");
  if (json->number("version") != kVersion || !list || !list->is_array())
    return broken("no list of documents of version 1");
  for (const Json& own : list->items()) {
    if (own.string("document").empty()) return broken("an entry without a document");
    documents.push_back({own.string("document"), own.string("why"), own.string("date")});
  }
  return documents;
}

Status quarantine(const Path& kb_folder, const std::vector<Quarantined>& documents) {
  GENKAI_ASSIGN_OR_RETURN(const auto held, lock(kb_folder));
  GENKAI_ASSIGN_OR_RETURN(auto all, quarantined(kb_folder));
  for (const Quarantined& own : documents)
    if (std::none_of(all.begin(), all.end(),
                     [&](const Quarantined& each) { return each.document == own.document; }))
      all.push_back(own);
  return write(kb_folder, all);
}

Result<bool> release(const Path& kb_folder, const std::string& document) {
  GENKAI_ASSIGN_OR_RETURN(const auto held, lock(kb_folder));
  GENKAI_ASSIGN_OR_RETURN(auto all, quarantined(kb_folder));
  const std::size_t gone =
      std::erase_if(all, [&](const Quarantined& own) { return own.document == document; });
  if (gone == 0) return false;
  GENKAI_RETURN_IF_ERROR(write(kb_folder, all));
  return true;
}

Result<std::shared_ptr<const KnowledgeView>> without_quarantined(const Path& kb_folder,
                                                                 std::shared_ptr<const KnowledgeView> view) {
  GENKAI_ASSIGN_OR_RETURN(const auto documents, quarantined(kb_folder));
  std::vector<std::string> ids;
  for (const Quarantined& own : documents) {
    const auto stored = view->document(own.document);
    if (stored)
      ids.push_back(own.document);
    else if (stored.error().code != Code::not_found)
      return base::fail(stored.error());
  }
  if (ids.empty()) return view;
  struct Both {
    std::shared_ptr<const KnowledgeView> all;
    std::unique_ptr<WithoutDocuments> less;
  };
  GENKAI_ASSIGN_OR_RETURN(auto less, WithoutDocuments::make(*view, ids));
  const auto both = std::make_shared<Both>(Both{std::move(view), std::move(less)});
  return std::shared_ptr<const KnowledgeView>(both, both->less.get());
}

}  // namespace genkai::answer
