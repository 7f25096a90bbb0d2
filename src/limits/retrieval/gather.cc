#include <algorithm>
#include <cstdio>
#include <unordered_set>

#include "limits/retrieval/guard.h"
#include "limits/retrieval/rank.h"
#include "limits/retrieval/supplement.h"
#include "limits/retrieval/widen.h"

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

// Places that keep the plain ranking, whatever is added.
constexpr std::size_t kFirst = 8;

// Puts what the first places lead to behind them; the list stays within `keep` by losing its last.
base::Status widen(const KnowledgeView& view, const core::Interpretation& meaning,
                   const CandidateQuery& query, const std::vector<Candidate>& candidates,
                   const std::vector<const Candidate*>& places, const GatherOptions& options,
                   const std::vector<std::string>& hypotheses, std::vector<Evidence>& evidence,
                   core::Trace::Stage& stage) {
  const std::size_t first = std::min(kFirst, evidence.size());
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < first; ++i) hits.push_back({places[i], &evidence[i].passage});
  const Coverage coverage(meaning);
  std::vector<Widened> added;
  if (options.supplements > 0) {
    GENKAI_ASSIGN_OR_RETURN(
        added, find_supplements(view, coverage.meaning(), query, hypotheses, hits, options.supplements));
  }
  const std::size_t written = added.size();
  if (options.neighbours > 0) {
    GENKAI_ASSIGN_OR_RETURN(auto near, find_neighbours(view, coverage, hits, candidates, options.neighbours));
    for (Widened& each : near) added.push_back(std::move(each));
  }
  const std::size_t beside = added.size() - written;
  if (options.hops > 0) {
    FollowOptions follow;
    follow.hops = options.hops;
    GENKAI_ASSIGN_OR_RETURN(auto linked, follow_entities(view, coverage, query, hits, follow));
    for (Widened& each : linked) added.push_back(std::move(each));
  }
  std::unordered_set<PassageId> moved;
  std::vector<Evidence> whole(std::make_move_iterator(evidence.begin()),
                              std::make_move_iterator(evidence.begin() + static_cast<std::ptrdiff_t>(first)));
  for (Widened& each : added) {
    if (!moved.insert(each.passage.id).second) continue;
    Evidence& item = whole.emplace_back();
    item.passage = std::move(each.passage);
    item.scores = scores_of(each.candidate, query.question_idf);
    item.scores.found_by = each.by;
  }
  for (std::size_t i = first; i < evidence.size(); ++i)
    if (!moved.contains(evidence[i].passage.id)) whole.push_back(std::move(evidence[i]));
  if (whole.size() > options.keep) whole.resize(options.keep);
  evidence = std::move(whole);
  if (!added.empty())
    stage.note("widened by", std::to_string(beside) + " passages beside the best, " +
                                 std::to_string(added.size() - beside - written) + " about what they name");
  if (written > 0) stage.note("found by a model's texts", std::to_string(written) + " passages");
  return {};
}

}  // namespace

base::Result<Found> gather(const KnowledgeView& view, const core::Interpretation& meaning,
                           const GatherOptions& options, core::Trace& trace,
                           const std::vector<std::string>& hypotheses) {
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
  std::vector<const Candidate*> places;
  for (core::Passage& passage : passages) {
    while (next < ids.size() && ids[next] != passage.id) ++next;
    if (next == ids.size()) break;
    Evidence evidence;
    evidence.passage = std::move(passage);
    evidence.scores = scores_of(*chosen[next], query.question_idf);
    found.evidence.push_back(std::move(evidence));
    places.push_back(chosen[next]);
  }
  if (options.neighbours > 0 || options.hops > 0 || options.supplements > 0)
    GENKAI_RETURN_IF_ERROR(
        widen(view, meaning, query, candidates, places, options, hypotheses, found.evidence, stage));
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
