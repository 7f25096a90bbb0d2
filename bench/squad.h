#pragma once
// Reading-comprehension sets of others as retrieval and answer tests: each paragraph one document, each
// question a query. The files are not part of the project; $GENKAI_DATA names their folder (default
// ../shared/data).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::bench {

struct Context {
  std::string id;     // "jaquad-17"
  std::string title;  // of its article
  std::string text;
};

struct SquadQuestion {
  std::string id;
  std::string text;
  std::vector<std::string> answers;
  std::size_t context = 0;  // index into Squad::contexts
};

struct Squad {
  std::string name;
  std::vector<Context> contexts;
  std::vector<SquadQuestion> questions;
};

base::Path data_folder();
base::Result<Squad> load_jaquad(const base::Path& data);
base::Result<Squad> load_xquad(const base::Path& data);

/// Half of the articles, chosen by a hash of the title: 0 for learning weights, 1 held out.
int half_of(const Squad& squad, const SquadQuestion& question);

/// Adds every context but those for which `leave_out` says so.
base::Status add_contexts(knowledge::KnowledgeBase& kb, const Squad& squad, int leave_out_half = -1);

/// Adds documents found under `folders` until the knowledge base holds `passages` more. Returns how many were
/// added.
base::Result<std::size_t> add_other_passages(knowledge::KnowledgeBase& kb,
                                             const std::vector<std::string>& folders, std::size_t passages);

/// A knowledge base in a fresh temporary folder that is removed with it.
struct TemporaryKnowledgeBase {
  base::Path folder;
  std::unique_ptr<knowledge::KnowledgeBase> kb;
  static base::Result<TemporaryKnowledgeBase> create();
  TemporaryKnowledgeBase() = default;
  TemporaryKnowledgeBase(TemporaryKnowledgeBase&&) = default;
  TemporaryKnowledgeBase& operator=(TemporaryKnowledgeBase&&) = default;
  ~TemporaryKnowledgeBase();
};

}  // namespace genkai::bench
