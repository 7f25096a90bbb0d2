#pragma once
// The learnt ranking of passages: a linear model over scores that the indexes give without reading any text.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/question.h"
#include "core/scored.h"
#include "knowledge/store/knowledge_base.h"
#include "limits/retrieval/guard.h"

namespace genkai::limits::retrieval {

/// Of one candidate passage. Lexical scores are divided by the question's total idf, so that they compare
/// across questions and knowledge bases; ranges are about 0 to 2 unless said otherwise.
enum class Feature : std::size_t {
  passage_lexical,   // BM25 of the passage
  section_lexical,   // BM25 of its section
  passage_coverage,  // share of the question's idf held, 0 to 1
  section_coverage,  // 0 to 1
  dense,             // cosine of passage and question, -1 to 1
  section_dense,     // best cosine in the section
  passage_rank,      // 1 / (10 + rank by passage_lexical among the candidates)
  dense_rank,        // 1 / (10 + rank by dense)
  section_rank,      // 1 / (10 + rank by section_lexical)
};
constexpr std::size_t kFeatures = 9;
std::string_view feature_name(Feature feature);

struct Candidate {
  core::PassageId id = 0;
  core::PassageId section = 0;  // first id of its section
  std::array<float, kFeatures> features{};
  std::uint64_t held = 0;  // bit t: it holds term t of the query, of the first 64
  float lexical = 0;       // BM25 as the index gives it
  float section_lexical = 0;
  float score = 0;
  float operator[](Feature feature) const { return features[static_cast<std::size_t>(feature)]; }
};

struct CandidateQuery {
  std::vector<knowledge::QueryTerm> terms;
  std::vector<float> embedding;  // empty: no dense search
  float question_idf = 0;
};

/// The index terms and the vector that a reading of the question is searched by.
CandidateQuery make_query(const knowledge::KnowledgeView& view, const core::Interpretation& meaning,
                          GatherOptions::Ranking ranking);

/// Sections that candidates are taken from unless more hits are wanted; measured to lose nothing at 20 hits.
constexpr std::size_t kCloserLook = 40;

/// Candidates of both indexes with their features, unordered. `dense` false when the embedder cannot read the
/// question.
std::vector<Candidate> find_candidates(const knowledge::KnowledgeView& view, const CandidateQuery& query,
                                       std::size_t lexical, std::size_t dense,
                                       std::size_t closer_look = kCloserLook);

/// Every passage of `sections` with its features, the rank features left at 0; deleted passages left out.
/// REQUIRES: `sections` in the order of their first ids, each once.
std::vector<Candidate> score_sections(const knowledge::KnowledgeView& view, const CandidateQuery& query,
                                      std::span<const knowledge::KnowledgeView::SectionRange> sections);

/// Scores every candidate by the learnt weights and sorts, best first, ties by lower id.
void rank_candidates(std::vector<Candidate>& candidates, bool with_dense);

}  // namespace genkai::limits::retrieval
