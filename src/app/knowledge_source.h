#pragma once
// Where a verb's knowledge comes from: a named knowledge base, a folder of documents, or the question's own
// documents.

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "core/question.h"
#include "knowledge/store/knowledge_base.h"

namespace CLI {
class App;
}

namespace genkai::app {

/// An open knowledge base and a view of it; the view lives no longer than its base.
struct Knowledge {
  std::unique_ptr<knowledge::KnowledgeBase> base;
  std::shared_ptr<const knowledge::KnowledgeView> view;
};

/// Folder of the knowledge base called `name`; a name with a slash is the folder itself.
base::Result<base::Path> folder_of(const std::string& name);

/// What a verb's --kb and --docs name: at most one of the two.
struct KnowledgeChoice {
  std::string kb, docs;
  bool empty() const { return kb.empty() && docs.empty(); }
};
void add_knowledge_options(CLI::App& verb, KnowledgeChoice& choice);

/// The named knowledge base, for reading; or the documents of a folder or file, ingested into a cached
/// knowledge base (only what changed since the last time).
base::Result<Knowledge> open_knowledge(const KnowledgeChoice& choice);

/// A knowledge base in memory from [{"id","title","text","source","date"}, ...].
base::Result<Knowledge> from_documents(const base::Json& documents);

/// Today's date, or the one in $GENKAI_TODAY (for reproducible runs).
std::string today();

}  // namespace genkai::app
