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

// The first `keep` of the ranking; of a fused one, the last third of the places belongs to the best by
// words alone that the ranking left out, so that fusing loses nothing that words would have found. Best first
// all the same.
std::vector<const Candidate*> choose(const std::vector<Candidate>& ranked, const GatherOptions& options) {
  std::vector<const Candidate*> chosen;
  std::unordered_set<PassageId> taken;
  const auto take = [&](const Candidate& candidate) {
    if (taken.insert(options.one_per_section ? candidate.section : candidate.id).second)
      chosen.push_back(&candidate);
  };
  const std::size_t by_rank =
      options.ranking == GatherOptions::Ranking::fused ? options.keep - options.keep / 3 : options.keep;
  for (const Candidate& candidate : ranked) {
    if (chosen.size() >= by_rank) break;
    take(candidate);
  }
  std::vector<const Candidate*> by_words;
  by_words.reserve(ranked.size());
  for (const Candidate& candidate : ranked) by_words.push_back(&candidate);
  std::stable_sort(by_words.begin(), by_words.end(),
                   [](const Candidate* a, const Candidate* b) { return a->lexical > b->lexical; });
  for (const Candidate* candidate : by_words) {
    if (chosen.size() >= options.keep) break;
    take(*candidate);
  }
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const Candidate* a, const Candidate* b) { return a->score > b->score; });
  return chosen;
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
  std::vector<Candidate> candidates =
      find_candidates(view, query, options.lexical, options.dense, std::max(kCloserLook, options.keep));
  rank(candidates, options.ranking, !query.embedding.empty());

  Found found;
  found.candidates = candidates.size();
  const std::vector<const Candidate*> chosen = choose(candidates, options);
  std::vector<PassageId> ids;
  ids.reserve(chosen.size());
  for (const Candidate* candidate : chosen) ids.push_back(candidate->id);
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
