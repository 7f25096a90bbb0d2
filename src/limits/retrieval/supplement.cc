#include "limits/retrieval/supplement.h"

#include <algorithm>
#include <map>

#include "knowledge/store/additions.h"

namespace genkai::limits::retrieval {
namespace {

using core::FoundBy;
using core::PassageId;
using knowledge::AdditionPlace;
using knowledge::KnowledgeView;

constexpr std::size_t kLexical = 30, kDense = 20;  // candidates for one text
constexpr std::size_t kFollowed = 8;               // of them, the best
constexpr std::size_t kOfSeveral = 2;              // passages of one section or document
constexpr std::uint32_t kMostOfDocument = 512;     // passages of one document that are looked at
constexpr float kShare = 0.8F;                     // of the best hit's score
constexpr float kRank = 10;                        // of reciprocal ranks, as for the other features (rank.h)

struct Wanted {
  PassageId id = 0;
  float worth = 0;
  FoundBy by = FoundBy::addition;
};

// The passages that rank first for `text` in `view`.
std::vector<PassageId> best_for(const KnowledgeView& view, const std::string& text) {
  core::Trace unseen;
  const auto meaning = interpret({"", text, ""}, view, unseen).front();
  const CandidateQuery query = make_query(view, meaning, GatherOptions::Ranking::fused);
  std::vector<Candidate> found = find_candidates(view, query, kLexical, kDense);
  rank_candidates(found, !query.embedding.empty());
  std::vector<PassageId> ids;
  for (const Candidate& candidate : found) {
    if (ids.size() >= kFollowed) break;
    ids.push_back(candidate.id);
  }
  return ids;
}

// Every passage of the sections that `ids` stand in, scored by the question.
std::vector<Candidate> score(const KnowledgeView& view, const CandidateQuery& query,
                             std::vector<PassageId> ids) {
  std::sort(ids.begin(), ids.end());
  std::vector<KnowledgeView::SectionRange> sections;
  for (const auto& range : view.sections(ids))
    if (range.size > 0 && (sections.empty() || sections.back().first != range.first))
      sections.push_back(range);
  return score_sections(view, query, sections);
}

class Wish {
 public:
  void add(PassageId id, std::size_t rank, FoundBy by) {
    const float worth = 1 / (kRank + static_cast<float>(rank));
    const auto [at, fresh] = wanted_.try_emplace(id, Wanted{id, 0, by});
    at->second.worth += worth;
  }
  std::vector<Wanted> best_first() const {
    std::vector<Wanted> all;
    for (const auto& [id, wanted] : wanted_) all.push_back(wanted);
    std::stable_sort(all.begin(), all.end(),
                     [](const Wanted& a, const Wanted& b) { return a.worth > b.worth; });
    return all;
  }

 private:
  std::map<PassageId, Wanted> wanted_;
};

// The passages that an addition speaks of: the one with a header, or the best of a section or document.
std::vector<PassageId> spoken_of(const KnowledgeView& view, const CandidateQuery& query,
                                 const AdditionPlace& place) {
  const auto document = view.document(place.document);
  if (!document || place.first >= document->passages) return {};
  const std::uint32_t count = std::min({place.count, document->passages - place.first, kMostOfDocument});
  const PassageId first = document->first + place.first;
  if (place.kind == AdditionPlace::Kind::header) return {first};
  std::vector<PassageId> range(count);
  for (std::uint32_t i = 0; i < count; ++i) range[i] = first + i;
  std::vector<Candidate> scored = score(view, query, range);
  std::erase_if(scored, [&](const Candidate& one) { return one.id < first || one.id - first >= count; });
  rank_candidates(scored, !query.embedding.empty());
  std::vector<PassageId> best;
  for (const Candidate& candidate : scored) {
    if (best.size() >= kOfSeveral) break;
    best.push_back(candidate.id);
  }
  return best;
}

base::Status find_by_additions(const KnowledgeView& view, const core::Interpretation& meaning,
                               const CandidateQuery& query, Wish& wish) {
  const KnowledgeView* additions = view.additions();
  if (!additions) return {};
  GENKAI_ASSIGN_OR_RETURN(const auto found, additions->passages(best_for(*additions, meaning.text)));
  std::size_t rank = 0;
  for (const core::Passage& one : found) {
    ++rank;
    const auto place = knowledge::addition_place(one.document.id);
    if (!place) continue;
    for (const PassageId id : spoken_of(view, query, *place)) wish.add(id, rank, FoundBy::addition);
  }
  return {};
}

}  // namespace

base::Result<std::vector<Widened>> find_supplements(const KnowledgeView& view,
                                                    const core::Interpretation& meaning,
                                                    const CandidateQuery& query,
                                                    const std::vector<std::string>& hypotheses,
                                                    std::span<const Hit> hits, std::size_t most) {
  Wish wish;
  GENKAI_RETURN_IF_ERROR(find_by_additions(view, meaning, query, wish));
  for (const std::string& hypothesis : hypotheses) {
    std::size_t rank = 0;
    for (const PassageId id : best_for(view, hypothesis)) wish.add(id, ++rank, FoundBy::hypothesis);
  }
  std::vector<Wanted> wanted = wish.best_first();
  std::erase_if(wanted, [&](const Wanted& one) {
    return std::any_of(hits.begin(), hits.end(), [&](const Hit& hit) { return hit.passage->id == one.id; });
  });
  if (wanted.size() > most) wanted.resize(most);
  if (wanted.empty()) return std::vector<Widened>{};

  std::vector<PassageId> ids;
  for (const Wanted& one : wanted) ids.push_back(one.id);
  const std::vector<Candidate> scored = score(view, query, ids);
  GENKAI_ASSIGN_OR_RETURN(std::vector<core::Passage> passages, view.passages(ids));
  std::vector<Widened> found;
  for (core::Passage& passage : passages) {
    const auto candidate = std::find_if(scored.begin(), scored.end(),
                                        [&](const Candidate& one) { return one.id == passage.id; });
    const auto own =
        std::find_if(wanted.begin(), wanted.end(), [&](const Wanted& one) { return one.id == passage.id; });
    if (candidate == scored.end()) continue;
    Widened& made = found.emplace_back(Widened{*candidate, std::move(passage), own->by});
    if (!hits.empty()) made.candidate.score = kShare * hits.front().candidate->score;
  }
  return found;
}

}  // namespace genkai::limits::retrieval
