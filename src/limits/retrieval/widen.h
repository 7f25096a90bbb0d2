#pragma once
// What the question's own words rank low or miss, and what was found leads to: passages beside a hit, and
// passages about something that a hit names.
//
//   const Coverage coverage(meaning);
//   std::vector<Widened> beside = find_neighbours(view, coverage, hits, candidates, 3);
//   std::vector<Widened> linked = follow_entities(view, coverage, query, hits, {.hops = 2});

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "core/evidence.h"
#include "core/question.h"
#include "knowledge/store/knowledge_base.h"
#include "limits/retrieval/rank.h"

namespace genkai::limits::retrieval {

/// Share of the question's idf that a set of passages holds together, from Candidate::held.
class Coverage {
 public:
  explicit Coverage(const core::Interpretation& meaning) : meaning_(&meaning) {
    for (const auto& term : meaning.terms) total_ += term.weight * term.idf;
  }
  /// 0 to 1.
  float of(std::uint64_t held) const {
    float sum = 0;
    for (std::size_t t = 0; t < meaning_->terms.size() && t < 64; ++t)
      if ((held >> t) & 1U) sum += meaning_->terms[t].weight * meaning_->terms[t].idf;
    return total_ > 0 ? sum / total_ : 0;
  }
  const core::Interpretation& meaning() const { return *meaning_; }

 private:
  const core::Interpretation* meaning_;
  float total_ = 0;
};

/// A hit of plain search with its text.
struct Hit {
  const Candidate* candidate = nullptr;
  const core::Passage* passage = nullptr;
};

/// A passage to add. Its score is a share of the score of the hit that led to it.
struct Widened {
  Candidate candidate;
  core::Passage passage;
  core::FoundBy by = core::FoundBy::neighbour;
};

/// Whether a passage begins with a word that leans on what stands before it: It, However, ただし, その.
bool leans_back(std::string_view passage);

/// At most `most` passages that stand before or after one of the first three hits in its section: those that
/// lean on it, those it leans on, and those with question terms it does not hold. Most needed first.
base::Result<std::vector<Widened>> find_neighbours(const knowledge::KnowledgeView& view,
                                                   const Coverage& coverage, std::span<const Hit> hits,
                                                   std::span<const Candidate> candidates, std::size_t most);

/// The bounds of following entities: their product bounds the work, whatever the documents are like.
struct FollowOptions {
  std::size_t hops = 2;       // times, 3 at most
  std::size_t most = 6;       // passages returned
  std::size_t sources = 6;    // passages whose entities are followed, each time
  std::size_t bridges = 6;    // entities followed, each time
  std::size_t searched = 12;  // passages looked at for each entity
  float complete = 0.98F;     // nothing is followed when one hit covers this share of the question
};

/// Passages about entities that the hits name and the question does not, as long as they hold question terms
/// that the passages leading to them lack. Entities are ranked by personalised PageRank over the graph of
/// passages found and entities they name (entity_graph.h). A passage comes after those that lead to it.
base::Result<std::vector<Widened>> follow_entities(const knowledge::KnowledgeView& view,
                                                   const Coverage& coverage, const CandidateQuery& query,
                                                   std::span<const Hit> hits, const FollowOptions& options);

}  // namespace genkai::limits::retrieval
