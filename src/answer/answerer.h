#pragma once
// The main path: read answerer.cc from top to bottom.
//
//   Question -> interpret -> gather -> vet -> pack -> draft -> verify -> decide -> Answer
//
//   Answerer answerer({.risk = 0.1});
//   core::Trace trace;
//   Result<core::Answer> answer = answerer.answer(question, *view, trace);

#include "base/result.h"
#include "core/answer.h"
#include "core/question.h"
#include "core/trace.h"
#include "knowledge/store/knowledge_base.h"
#include "limits/context/guard.h"
#include "limits/hallucination/guard.h"
#include "limits/retrieval/guard.h"

namespace genkai::answer {

struct AnswererOptions {
  limits::retrieval::GatherOptions gather{.keep = 48};  // more than is read: collections repeat themselves
  limits::context::Budget budget;
  limits::hallucination::Policy policy;
  std::size_t drafts = 8;  // how many places the reader proposes
};

/// Thread-safe: one serves any number of questions at once, each with its own trace.
class Answerer {
 public:
  explicit Answerer(AnswererOptions options = {}) : options_(options) {}

  /// An answer with its evidence and certificate, or an abstention with its reason. An error only when the
  /// knowledge base cannot be read.
  base::Result<core::Answer> answer(const core::Question& question, const knowledge::KnowledgeView& knowledge,
                                    core::Trace& trace) const;

 private:
  AnswererOptions options_;
};

}  // namespace genkai::answer
