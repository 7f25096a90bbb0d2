#include "answer/ask_again.h"

namespace genkai::answer {

base::Result<Asked> ask_once(const Answerer& answerer, const core::Question& question,
                             const knowledge::KnowledgeView& view, const base::Cancellation& cancellation) {
  if (cancellation.cancelled()) return base::fail(base::Code::cancelled, "interrupted");
  core::Trace trace;
  Asked asked;
  GENKAI_ASSIGN_OR_RETURN(asked.answer, base::run_blocking(answerer.answer(question, view, trace)));
  for (const core::StageRecord& stage : trace.stages())
    if (stage.name == "fall back")
      for (const auto& [what, text] : stage.notes)
        if (what == "model") asked.failure = text;
  return asked;
}

}  // namespace genkai::answer
