#include <algorithm>
#include <cstdio>
#include <unordered_set>

#include "limits/retrieval/guard.h"
#include "limits/retrieval/rank.h"

namespace genkai::limits::retrieval {
namespace {

using core::Evidence;
using core::PassageId;
using knowledge::KnowledgeView;

std::string format(const char* pattern, double a, double b) {
  char buffer[128];
  std::snprintf(buffer, sizeof buffer, pattern, a, b);
  return buffer;
}

void sort_by(std::vector<Candidate>& candidates, float Candidate::*score) {
  for (Candidate& candidate : candidates) candidate.score = candidate.*score;
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
}

void rank(std::vector<Candidate>& candidates, GatherOptions::Ranking ranking, bool with_dense) {
  switch (ranking) {
    case GatherOptions::Ranking::fused:
      rank_candidates(candidates, with_dense);
      break;
    case GatherOptions::Ranking::lexical:
      sort_by(candidates, &Candidate::lexical);
      break;
    case GatherOptions::Ranking::dense:
      for (Candidate& candidate : candidates) candidate.lexical = candidate[Feature::dense];
      sort_by(candidates, &Candidate::lexical);
      break;
  }
}

core::RetrievalScores scores_of(const Candidate& candidate, float question_idf) {
  const auto rank_from = [](float reciprocal) {
    return reciprocal > 0 ? static_cast<std::uint32_t>(1.0F / reciprocal - 9.5F) : 0U;
  };
  core::RetrievalScores scores;
  scores.lexical = candidate.lexical;
  scores.section_lexical = candidate.section_lexical;
  scores.dense = candidate[Feature::dense];
  scores.coverage = candidate[Feature::passage_coverage];
  scores.section_coverage = candidate[Feature::section_coverage];
  scores.question_idf = question_idf;
  scores.lexical_rank = rank_from(candidate[Feature::passage_rank]);
  scores.dense_rank = rank_from(candidate[Feature::dense_rank]);
  scores.fused = candidate.score;
  return scores;
}

}  // namespace

base::Result<Found> gather(const KnowledgeView& view, const core::Interpretation& meaning,
                           const GatherOptions& options, core::Trace& trace) {
  auto stage = trace.stage("gather");
  const CandidateQuery query = make_query(view, meaning, options.ranking);
  std::vector<Candidate> candidates = find_candidates(view, query, options.lexical, options.dense);
  rank(candidates, options.ranking, !query.embedding.empty());

  Found found;
  found.candidates = candidates.size();
  std::unordered_set<PassageId> sections;
  std::vector<PassageId> ids;
  std::vector<const Candidate*> chosen;
  for (const Candidate& candidate : candidates) {
    if (options.one_per_section && !sections.insert(candidate.section).second) continue;
    ids.push_back(candidate.id);
    chosen.push_back(&candidate);
    if (ids.size() == options.keep) break;
  }
  GENKAI_ASSIGN_OR_RETURN(std::vector<core::Passage> passages, view.passages(ids));
  // A passage deleted between ranking and reading is left out by the store; both lists are in the same order.
  std::size_t next = 0;
  for (core::Passage& passage : passages) {
    while (next < ids.size() && ids[next] != passage.id) ++next;
    if (next == ids.size()) break;
    Evidence evidence;
    evidence.passage = std::move(passage);
    evidence.scores = scores_of(*chosen[next], query.question_idf);
    found.evidence.push_back(std::move(evidence));
  }
  stage.counts(found.candidates, found.evidence.size());
  stage.note("searches", query.embedding.empty() ? "words only" : "words and meaning");
  if (!found.evidence.empty()) {
    const auto& best = found.evidence.front();
    stage.note("best", best.passage.document.id + format(" (BM25 %.1f, covers %.0f %% of the question)",
                                                         best.scores.lexical, best.scores.coverage * 100.0));
  }
  return found;
}

}  // namespace genkai::limits::retrieval
