#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "limits/retrieval/entity_graph.h"
#include "limits/retrieval/widen.h"
#include "text/analyzer.h"
#include "text/entities.h"

namespace genkai::limits::retrieval {
namespace {

using core::PassageId;
using knowledge::KnowledgeView;

constexpr std::size_t kMostHops = 3;
constexpr std::size_t kEntitiesOfOne = 12;  // of a passage that are followed
constexpr float kShare = 0.8F;              // of the source's score
constexpr float kNameWeight = 2;            // of an entity's terms beside those of the question
constexpr float kLeastGain = 0.01F;         // of the question's idf
constexpr float kRareShare = 0.3F;          // an entity's idf is at least this share of ln(1 + passages)

// A passage reached, and the way to it.
struct Step {
  Candidate candidate;
  core::Passage passage;
  std::string normalised;
  std::uint64_t held = 0;  // by it and all that lead to it
  float covered = 0;       // share of the question's idf in `held`
  float worth = 0;         // covered, times how rare the entities on the way are
  float rarity = 1;        // of these entities, multiplied
  int from = -1;           // place of the step before, -1 for a hit
  bool is_hit = false;
};

struct Bridge {
  std::string name;
  float rarity = 0;  // its idf beside that of a word in one passage, about 0 to 1
  int from = 0;
};

class Walk {
 public:
  Walk(const KnowledgeView& view, const Coverage& coverage, const CandidateQuery& query,
       const FollowOptions& options)
      : view_(view), coverage_(coverage), query_(query), options_(options) {
    question_ = text::normalise(coverage.meaning().text);
    most_idf_ = std::log(1.0F + static_cast<float>(view.passage_count()));
  }

  void start(std::span<const Hit> hits) {
    for (const Hit& hit : hits) {
      seen_.insert(hit.passage->id);
      steps_.push_back({*hit.candidate, *hit.passage, text::normalise(hit.passage->text), hit.candidate->held,
                        coverage_.of(hit.candidate->held), coverage_.of(hit.candidate->held), 1, -1, true});
      frontier_.push_back(static_cast<int>(steps_.size()) - 1);
    }
    std::stable_sort(frontier_.begin(), frontier_.end(),
                     [&](int a, int b) { return steps_[a].worth > steps_[b].worth; });
    if (frontier_.size() > options_.sources) frontier_.resize(options_.sources);
  }

  base::Status hop() {
    std::vector<int> reached;
    for (const Bridge& bridge : choose_bridges()) GENKAI_RETURN_IF_ERROR(follow(bridge, reached));
    std::stable_sort(reached.begin(), reached.end(),
                     [&](int a, int b) { return steps_[a].worth > steps_[b].worth; });
    if (reached.size() > options_.sources) reached.resize(options_.sources);
    frontier_ = std::move(reached);
    return {};
  }

  bool ended() const { return frontier_.empty(); }

  // Those that cover most first, each after what leads to it.
  std::vector<Widened> take() {
    std::vector<int> order;
    for (int i = 0; i < static_cast<int>(steps_.size()); ++i)
      if (!steps_[i].is_hit) order.push_back(i);
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return steps_[a].worth > steps_[b].worth; });
    std::vector<Widened> out;
    std::unordered_set<int> given;
    for (const int end : order) {
      std::vector<int> way;
      for (int at = end; at >= 0 && !steps_[at].is_hit; at = steps_[at].from)
        if (!given.contains(at)) way.push_back(at);
      if (out.size() + way.size() > options_.most) continue;
      for (auto at = way.rbegin(); at != way.rend(); ++at) {
        given.insert(*at);
        out.push_back({steps_[*at].candidate, std::move(steps_[*at].passage), core::FoundBy::entity});
      }
    }
    return out;
  }

 private:
  // The terms that an entity is searched by.
  const std::vector<text::QueryTerm>& terms_of(const std::string& name) {
    thread_local text::Analyzer analyzer;
    auto [at, fresh] = terms_.try_emplace(name);
    if (fresh) at->second = analyzer.query_terms(name);
    return at->second;
  }

  // That of its rarest term.
  float idf_of(const std::string& name) {
    const auto known = idf_.find(name);
    if (known != idf_.end()) return known->second;
    std::vector<std::string> terms;
    for (const auto& each : terms_of(name)) terms.push_back(each.term);
    const auto found = view_.lexical().frequencies(terms, {});
    float idf = 0;
    for (const float each : found.idf) idf = std::max(idf, each);
    idf_[name] = idf;
    return idf;
  }

  std::vector<Bridge> choose_bridges() {
    EntityGraph graph;
    std::unordered_map<std::string, int> source;
    for (const int at : frontier_) {
      std::vector<std::pair<std::string, float>> named;
      for (const text::Entity& entity : text::find_entities(steps_[at].passage.text)) {
        if (named.size() >= kEntitiesOfOne) break;
        if (followed_.contains(entity.name) || text::mentions(question_, entity.name)) continue;
        const float idf = idf_of(entity.name);
        if (idf <= 0 || idf < kRareShare * most_idf_) continue;
        named.emplace_back(entity.name, idf);
        source.try_emplace(entity.name, at);
      }
      graph.add_passage(steps_[at].covered * steps_[at].covered, named);
    }
    std::vector<Bridge> bridges;
    for (const EntityRank& entity : graph.rank()) {
      if (bridges.size() >= options_.bridges) break;
      bridges.push_back({entity.name, std::min(entity.idf / most_idf_, 1.0F), source.at(entity.name)});
      followed_.insert(entity.name);
    }
    return bridges;
  }

  base::Status follow(const Bridge& bridge, std::vector<int>& reached) {
    const std::uint64_t held = steps_[bridge.from].held;
    std::vector<knowledge::QueryTerm> terms;
    for (const auto& each : terms_of(bridge.name)) terms.push_back({each.term, kNameWeight * each.weight});
    for (std::size_t t = 0; t < query_.terms.size() && t < 64; ++t)
      if (((held >> t) & 1U) == 0) terms.push_back(query_.terms[t]);
    std::vector<PassageId> ids;
    for (const auto& hit : view_.lexical().search(terms, options_.searched, view_.deleted()))
      if (!seen_.contains(hit.id)) ids.push_back(hit.id);
    if (ids.empty()) return {};
    std::sort(ids.begin(), ids.end());
    std::vector<KnowledgeView::SectionRange> alone;
    for (const auto& range : view_.sections(ids))
      if (range.size > 0 && (alone.empty() || alone.back().first != range.first)) alone.push_back(range);
    std::vector<Candidate> scored = score_sections(view_, query_, alone);
    std::erase_if(scored, [&](const Candidate& candidate) {
      return !std::binary_search(ids.begin(), ids.end(), candidate.id) ||
             coverage_.of(held | candidate.held) < coverage_.of(held) + kLeastGain;
    });
    if (scored.empty()) return {};
    ids.clear();
    for (const Candidate& candidate : scored) ids.push_back(candidate.id);
    GENKAI_ASSIGN_OR_RETURN(std::vector<core::Passage> passages, view_.passages(ids));
    auto candidate = scored.begin();
    for (core::Passage& passage : passages) {
      while (candidate != scored.end() && candidate->id != passage.id) ++candidate;
      if (candidate == scored.end()) break;
      std::string normalised = text::normalise(passage.text);
      if (!text::mentions(normalised, bridge.name)) continue;
      seen_.insert(passage.id);
      Step step{
          *candidate, std::move(passage), std::move(normalised), held | candidate->held, 0, 0, 1, bridge.from,
          false};
      step.covered = coverage_.of(step.held);
      step.rarity = bridge.rarity * steps_[bridge.from].rarity;
      step.worth = step.covered * step.rarity;
      step.candidate.score = kShare * steps_[bridge.from].candidate.score;
      steps_.push_back(std::move(step));
      reached.push_back(static_cast<int>(steps_.size()) - 1);
    }
    return {};
  }

  const KnowledgeView& view_;
  const Coverage& coverage_;
  const CandidateQuery& query_;
  const FollowOptions& options_;
  std::string question_;
  float most_idf_ = 1;
  std::vector<Step> steps_;
  std::vector<int> frontier_;
  std::unordered_set<PassageId> seen_;
  std::unordered_set<std::string> followed_;
  std::unordered_map<std::string, std::vector<text::QueryTerm>> terms_;
  std::unordered_map<std::string, float> idf_;
};

}  // namespace

base::Result<std::vector<Widened>> follow_entities(const KnowledgeView& view, const Coverage& coverage,
                                                   const CandidateQuery& query, std::span<const Hit> hits,
                                                   const FollowOptions& options) {
  float best = 0;
  for (const Hit& hit : hits) best = std::max(best, coverage.of(hit.candidate->held));
  if (hits.empty() || best >= options.complete) return std::vector<Widened>{};
  Walk walk(view, coverage, query, options);
  walk.start(hits);
  for (std::size_t hop = 0; hop < std::min(options.hops, kMostHops) && !walk.ended(); ++hop)
    GENKAI_RETURN_IF_ERROR(walk.hop());
  return walk.take();
}

}  // namespace genkai::limits::retrieval
