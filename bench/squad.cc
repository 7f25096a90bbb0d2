#include "squad.h"

#include <stdlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/hash.h"
#include "base/json.h"
#include "knowledge/document/document.h"

namespace genkai::bench {
namespace {

namespace fs = std::filesystem;
using base::Json;

base::Status add_file(Squad& squad, const base::Path& path) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(path));
  GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(text));
  const Json* articles = json.find("data");
  if (!articles) return base::fail(base::Code::invalid_argument, path.string() + " has no \"data\"");
  for (const Json& article : articles->items()) {
    const Json* paragraphs = article.find("paragraphs");
    if (!paragraphs) continue;
    for (const Json& paragraph : paragraphs->items()) {
      std::string title = article.string("title");
      std::replace(title.begin(), title.end(), '_', ' ');
      squad.contexts.push_back(
          {squad.name + "-" + std::to_string(squad.contexts.size()), title, paragraph.string("context")});
      const Json* questions = paragraph.find("qas");
      if (!questions) continue;
      for (const Json& each : questions->items()) {
        SquadQuestion question{each.string("id"), each.string("question"), {}, squad.contexts.size() - 1};
        if (const Json* answers = each.find("answers"))
          for (const Json& answer : answers->items()) question.answers.push_back(answer.string("text"));
        squad.questions.push_back(std::move(question));
      }
    }
  }
  return {};
}

base::Result<Squad> load(const std::string& name, const base::Path& folder) {
  Squad squad{name, {}, {}};
  std::vector<base::Path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (error || files.empty())
    return base::fail(base::Code::not_found, "no data in " + folder.string(),
                      "set GENKAI_DATA to the folder of the data sets");
  std::sort(files.begin(), files.end());
  for (const auto& file : files) GENKAI_RETURN_IF_ERROR(add_file(squad, file));
  return squad;
}

}  // namespace

base::Path data_folder() {
  const char* folder = std::getenv("GENKAI_DATA");
  return folder && *folder ? folder : "../shared/data";
}

base::Result<Squad> load_jaquad(const base::Path& data) {
  return load("jaquad", data / "jaquad");
}
base::Result<Squad> load_xquad(const base::Path& data) {
  return load("xquad", data / "xquad");
}

Split split_of(std::string_view article_title) {
  const auto part = base::hash64(article_title, 2026) % 4;
  return part < 2 ? Split::train : part == 2 ? Split::calibration : Split::test;
}

Split split_of(const Squad& squad, const SquadQuestion& question) {
  return split_of(squad.contexts[question.context].title);
}

base::Status add_contexts(knowledge::KnowledgeBase& kb, const Squad& squad, std::optional<Split> leave_out) {
  for (const Context& context : squad.contexts) {
    if (leave_out && split_of(context.title) == *leave_out) continue;
    const Json line = Json::object(
        {{"id", context.id}, {"title", context.title}, {"text", context.text}, {"source", squad.name}});
    GENKAI_RETURN_IF_ERROR(
        knowledge::parse_bytes(line.dump(), "contexts.jsonl", "", {},
                               [&](knowledge::ParsedDocument document) { return kb.add(document); }));
  }
  return kb.commit();
}

base::Result<std::size_t> add_other_passages(
    knowledge::KnowledgeBase& kb, const std::vector<std::string>& folders, std::size_t passages,
    const std::function<void(const knowledge::ParsedDocument&)>& see) {
  std::size_t added = 0;
  std::vector<base::Path> files;
  for (const auto& folder : folders) {
    std::error_code error;
    fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied, error), end;
    for (; walk != end; walk.increment(error))
      if (walk->is_regular_file(error) && knowledge::is_document(walk->path())) files.push_back(walk->path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    if (added >= passages) break;
    const auto status =
        knowledge::parse_file(file, file.string(), {}, [&](knowledge::ParsedDocument document) {
          for (const auto& section : knowledge::split(document)) added += section.passages.size();
          if (added > passages) return base::Status();
          if (see) see(document);
          return kb.add(document);
        });
    (void)status;  // unreadable files are not needed here
  }
  GENKAI_RETURN_IF_ERROR(kb.commit());
  return added;
}

base::Status with_knowledge_bases(std::size_t others, const std::vector<std::string>& folders,
                                  const MeasureKnowledge& measure) {
  GENKAI_ASSIGN_OR_RETURN(const Squad jaquad, load_jaquad(data_folder()));
  GENKAI_ASSIGN_OR_RETURN(const Squad xquad, load_xquad(data_folder()));
  for (const Squad* squad : {&jaquad, &xquad}) {
    GENKAI_ASSIGN_OR_RETURN(const auto alone, TemporaryKnowledgeBase::create());
    GENKAI_RETURN_IF_ERROR(add_contexts(*alone.kb, *squad));
    GENKAI_ASSIGN_OR_RETURN(const auto view, alone.kb->view());
    measure(squad->name + " alone", *view, {squad});
  }
  GENKAI_ASSIGN_OR_RETURN(const auto all, TemporaryKnowledgeBase::create());
  GENKAI_RETURN_IF_ERROR(add_contexts(*all.kb, jaquad));
  GENKAI_RETURN_IF_ERROR(add_contexts(*all.kb, xquad));
  GENKAI_ASSIGN_OR_RETURN(const std::size_t added, add_other_passages(*all.kb, folders, others));
  GENKAI_ASSIGN_OR_RETURN(const auto view, all.kb->view());
  measure("both among " + std::to_string(added) + " other passages", *view, {&jaquad, &xquad});
  return {};
}

base::Result<TemporaryKnowledgeBase> TemporaryKnowledgeBase::create(const std::string& kept) {
  TemporaryKnowledgeBase temporary;
  if (kept.empty()) {
    std::string pattern = (fs::temp_directory_path() / "genkai-bench-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) return base::fail(base::Code::internal, "cannot make a temporary folder");
    temporary.folder = pattern;
    temporary.remove = true;
  } else {
    GENKAI_RETURN_IF_ERROR(base::create_folders(kept));
    temporary.folder = kept;
  }
  knowledge::OpenOptions options;
  options.create = true;
  GENKAI_ASSIGN_OR_RETURN(temporary.kb, knowledge::KnowledgeBase::open(temporary.folder / "kb", options));
  return temporary;
}

TemporaryKnowledgeBase::TemporaryKnowledgeBase(TemporaryKnowledgeBase&& other) noexcept
    : folder(std::move(other.folder)), remove(std::exchange(other.remove, false)), kb(std::move(other.kb)) {}

TemporaryKnowledgeBase& TemporaryKnowledgeBase::operator=(TemporaryKnowledgeBase&& other) noexcept {
  std::swap(folder, other.folder);
  std::swap(remove, other.remove);
  std::swap(kb, other.kb);
  return *this;
}

TemporaryKnowledgeBase::~TemporaryKnowledgeBase() {
  kb.reset();
  std::error_code error;
  if (remove) fs::remove_all(folder, error);
}

}  // namespace genkai::bench
