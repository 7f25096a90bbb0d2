#include "answer/answerer.h"

#include <numeric>
#include <string>
#include <vector>

#include "limits/reasoning/guard.h"
#include "model/extractive_reader.h"
#include "text/text.h"

namespace genkai::answer {

using namespace limits;

namespace {

// The drafting stage without a model: verbatim quotes from the evidence.
std::vector<core::Draft> draft(const core::Interpretation& meaning,
                               const std::vector<core::Evidence>& evidence,
                               const knowledge::Embedder& embedder, std::size_t count, core::Trace& trace) {
  auto stage = trace.stage("draft");
  // The reader compares one text, the question, with every sentence: its vector is kept from call to call.
  std::string kept_text;
  std::vector<float> kept(embedder.dimension()), other(embedder.dimension());
  bool kept_readable = embedder.embed(kept_text, kept.data()).has_value();
  const auto similarity = [&](std::string_view a, std::string_view b) {
    if (a != kept_text) {
      kept_text = a;
      kept_readable = embedder.embed(a, kept.data()).has_value();
    }
    if (!kept_readable || !embedder.embed(b, other.data())) return 0.0F;
    return std::inner_product(kept.begin(), kept.end(), other.begin(), 0.0F);
  };
  auto drafts = model::ExtractiveReader::built_in().read(meaning, evidence, count, similarity);
  stage.counts(evidence.size(), drafts.size());
  if (!drafts.empty()) stage.note("best", drafts.front().text);
  return drafts;
}

core::Cost cost_of(const retrieval::Found& found, const std::vector<core::Evidence>& evidence,
                   const core::Answer& answer, const core::Trace& trace) {
  core::Cost cost;
  cost.passages_found = found.candidates;
  for (const auto& item : evidence) {
    if (item.poisoned()) continue;
    ++cost.passages_read;
    cost.tokens_read += text::estimate_tokens(item.passage.text);
  }
  for (const auto& item : answer.answers) cost.tokens_written += text::estimate_tokens(item.text);
  cost.milliseconds = trace.milliseconds();
  return cost;
}

}  // namespace

base::Task<base::Result<core::Answer>> Answerer::answer(core::Question question,
                                                        const knowledge::KnowledgeView& knowledge,
                                                        core::Trace& trace) const {
  if (std::string word; retrieval::needs_context(question.text, &word))
    co_return hallucination::ask_back(question, word, options_.policy, trace);

  const auto meanings = retrieval::interpret(question, knowledge, trace);  // what is asked
  const auto& meaning = meanings.front();
  GENKAI_CO_ASSIGN_OR_RETURN(auto found,
                             retrieval::gather(knowledge, meaning, options_.gather, trace));  // wide
  retrieval::vet(found.evidence, meaning, question, trace);                                   // trust little
  auto evidence = context::pack(std::move(found.evidence), options_.budget, trace);  // least that suffices
  auto drafts = draft(meaning, evidence, knowledge.embedder(), options_.drafts, trace);  // verbatim quotes
  auto verified = reasoning::verify(std::move(drafts), evidence, meaning, trace);  // held against evidence
  auto answer = hallucination::decide(question, meaning, verified, evidence, options_.policy, trace);
  answer.cost = cost_of(found, evidence, answer, trace);
  co_return answer;
}

}  // namespace genkai::answer
