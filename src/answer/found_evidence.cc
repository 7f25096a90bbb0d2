#include "answer/found_evidence.h"

#include <utility>

namespace genkai::answer {

using namespace limits;

base::Result<FoundEvidence> find_evidence(const core::Question& question,
                                          const knowledge::KnowledgeView& view,
                                          const AnswererOptions& options, bool for_model, core::Trace& trace,
                                          const std::vector<std::string>& hypotheses) {
  FoundEvidence found;
  found.meaning = retrieval::interpret(question, view, trace).front();  // what is asked
  auto wide = options.gather;
  if (!for_model) wide.neighbours = wide.hops = wide.supplements = 0;
  GENKAI_ASSIGN_OR_RETURN(auto gathered, retrieval::gather(view, found.meaning, wide, trace, hypotheses));
  if (options.vetting) retrieval::vet(gathered.evidence, found.meaning, question, trace);  // trust little
  found.candidates = gathered.candidates;
  found.vetted = gathered.evidence;
  found.evidence = context::pack(std::move(gathered.evidence), found.meaning, options.budget,
                                 trace);  // least that suffices
  return found;
}

}  // namespace genkai::answer
