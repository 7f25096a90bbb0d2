#include <algorithm>
#include <array>

#include "limits/retrieval/widen.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::limits::retrieval {
namespace {

constexpr std::size_t kHits = 3;
constexpr float kLeaning = 0.3F;    // what leaning counts beside a share of the question's idf
constexpr float kLeastGain = 0.1F;  // of the question's idf, for a neighbour that does not lean
constexpr float kShare = 0.9F;      // of its hit's score

constexpr std::array<std::string_view, 30> kEnglish{
    "it",        "its",       "they",         "their",  "he",           "his",          "she",   "her",
    "this",      "these",     "that",         "those",  "such",         "however",      "then",  "thus",
    "therefore", "otherwise", "but",          "unless", "in this case", "in that case", "if so", "if not",
    "instead",   "only then", "nevertheless", "hence",  "so",           "as a result"};
constexpr std::array<std::string_view, 19> kJapanese{
    "その",     "この",   "これ",   "それ", "ただし", "しかし", "なお", "また、", "したがって", "よって",
    "もっとも", "そこで", "すると", "彼は", "彼女",   "同社",   "同氏", "ゆえに", "だが"};

struct Wanted {
  core::PassageId id = 0;
  float need = 0, score = 0;
};

}  // namespace

bool leans_back(std::string_view passage) {
  const std::string start = text::normalise(text::prefix(passage, 20));
  const auto opens = [&](std::string_view word) {
    return start.starts_with(word) &&
           (start.size() == word.size() ||
            !text::is_ascii_letter(static_cast<unsigned char>(start[word.size()])));
  };
  return std::any_of(kEnglish.begin(), kEnglish.end(), opens) ||
         std::any_of(kJapanese.begin(), kJapanese.end(),
                     [&](std::string_view word) { return start.starts_with(word); });
}

base::Result<std::vector<Widened>> find_neighbours(const knowledge::KnowledgeView& view,
                                                   const Coverage& coverage, std::span<const Hit> hits,
                                                   std::span<const Candidate> candidates, std::size_t most) {
  std::vector<Wanted> wanted;
  std::vector<core::PassageId> ids;
  for (const Hit& hit : hits.first(std::min(hits.size(), kHits))) {
    const core::Passage& own = *hit.passage;
    for (const core::PassageId id : {own.id - 1, own.id + 1}) {
      const bool in_section = id >= own.section_first && id - own.section_first < own.section_size;
      const bool is_hit =
          std::any_of(hits.begin(), hits.end(), [&](const Hit& h) { return h.passage->id == id; });
      if (!in_section || is_hit) continue;
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
  }
  if (ids.empty()) return std::vector<Widened>{};
  GENKAI_ASSIGN_OR_RETURN(std::vector<core::Passage> passages, view.passages(ids));

  std::vector<Widened> found;
  for (core::Passage& passage : passages) {
    const auto at = std::find_if(candidates.begin(), candidates.end(),
                                 [&](const Candidate& candidate) { return candidate.id == passage.id; });
    if (at == candidates.end()) continue;
    float need = 0, score = 0;
    for (const Hit& hit : hits.first(std::min(hits.size(), kHits))) {
      const core::PassageId own = hit.passage->id;
      if (own + 1 != passage.id && passage.id + 1 != own) continue;
      const bool leans = leans_back(own < passage.id ? passage.text : hit.passage->text);
      const float gain = coverage.of(hit.candidate->held | at->held) - coverage.of(hit.candidate->held);
      if (!leans && gain < kLeastGain) continue;
      need = std::max(need, gain + (leans ? kLeaning : 0));
      score = std::max(score, kShare * hit.candidate->score);
    }
    if (need <= 0) continue;
    Widened widened{*at, std::move(passage), core::FoundBy::neighbour};
    widened.candidate.score = score;
    found.push_back(std::move(widened));
    wanted.push_back({found.back().candidate.id, need, score});
  }
  const auto need_of = [&](const Widened& widened) {
    return std::find_if(wanted.begin(), wanted.end(),
                        [&](const Wanted& each) { return each.id == widened.candidate.id; })
        ->need;
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Widened& a, const Widened& b) { return need_of(a) > need_of(b); });
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace genkai::limits::retrieval
