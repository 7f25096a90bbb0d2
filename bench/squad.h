#pragma once
// Reading-comprehension sets of others as retrieval and answer tests: each paragraph one document, each
// question a query. The files are not part of the project; $GENKAI_DATA names their folder (default
// ../shared/data).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

/// Articles are split by a hash of their title: half for learning weights, a quarter for calibrating, a
/// quarter for reporting. No article is in two parts.
enum class Split { train, calibration, test };
Split split_of(std::string_view article_title);
Split split_of(const Squad& squad, const SquadQuestion& question);

/// Adds the contexts as documents, all or without the articles of one split.
base::Status add_contexts(knowledge::KnowledgeBase& kb, const Squad& squad,
                          std::optional<Split> leave_out = {});

/// Adds documents found under `folders` (each shown to `see`, where given) until the knowledge base holds
/// `passages` more. Returns how many were added.
base::Result<std::size_t> add_other_passages(
    knowledge::KnowledgeBase& kb, const std::vector<std::string>& folders, std::size_t passages,
    const std::function<void(const knowledge::ParsedDocument&)>& see = {});

/// A knowledge base in a fresh temporary folder that is removed with it, or in `kept`, which stays.
struct TemporaryKnowledgeBase {
  base::Path folder;
  bool remove = false;
  std::unique_ptr<knowledge::KnowledgeBase> kb;
  static base::Result<TemporaryKnowledgeBase> create(const std::string& kept = {});
  TemporaryKnowledgeBase() = default;
  TemporaryKnowledgeBase(TemporaryKnowledgeBase&& other) noexcept;
  TemporaryKnowledgeBase& operator=(TemporaryKnowledgeBase&& other) noexcept;
  ~TemporaryKnowledgeBase();
};

/// Calls `measure` with three knowledge bases: the paragraphs of JaQuAD alone, of XQuAD alone, and of both
/// among `others` other passages from under `folders`; `sets` are those whose questions it can answer.
using MeasureKnowledge = std::function<void(const std::string& title, const knowledge::KnowledgeView& view,
                                            const std::vector<const Squad*>& sets)>;
base::Status with_knowledge_bases(std::size_t others, const std::vector<std::string>& folders,
                                  const MeasureKnowledge& measure);

}  // namespace genkai::bench
