#pragma once
// Documents that come with a question, as a knowledge base in memory.
//
//   GENKAI_ASSIGN_OR_RETURN(const OwnDocuments own, OwnDocuments::read(*line.find("documents")));
//   answerer.answer(question, *own.view, trace);

#include <memory>

#include "base/json.h"
#include "base/result.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::answer {

struct OwnDocuments {
  std::unique_ptr<knowledge::KnowledgeBase> base;
  std::shared_ptr<const knowledge::KnowledgeView> view;  // lives no longer than `base`

  /// From [{"id","title","text","source","date"}, ...]; only "text" is required, and one that says nothing is
  /// left out. Errors: invalid_argument.
  static base::Result<OwnDocuments> read(const base::Json& documents);
};

}  // namespace genkai::answer
