#include "limits/retrieval/rank.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "limits/retrieval/rank_weights.h"

namespace genkai::limits::retrieval {
namespace {

using core::PassageId;
using knowledge::Frequencies;

constexpr float kReciprocalOffset = 10;

// Sections worth a closer look, first id to size, chosen by reciprocal rank over both searches (Cormack et
// al. 2009).
std::vector<knowledge::KnowledgeView::SectionRange> choose_sections(const knowledge::KnowledgeView& view,
                                                                    const std::vector<core::Scored>& lexical,
                                                                    const std::vector<core::Scored>& dense,
                                                                    std::size_t most) {
  std::vector<PassageId> ids;
  ids.reserve(lexical.size() + dense.size());
  for (const auto& hit : lexical) ids.push_back(hit.id);
  for (const auto& hit : dense) ids.push_back(hit.id);
  const auto ranges = view.sections(ids);
  struct Entry {
    knowledge::KnowledgeView::SectionRange range;
    float score = 0;
  };
  std::unordered_map<PassageId, Entry> sections;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ranges[i].size == 0) continue;
    const std::size_t rank = i < lexical.size() ? i : i - lexical.size();
    Entry& entry = sections[ranges[i].first];
    entry.range = ranges[i];
    entry.score = std::max(entry.score, 1.0F / (kReciprocalOffset + static_cast<float>(rank)));
  }
  std::vector<Entry> order;
  order.reserve(sections.size());
  for (const auto& [first, entry] : sections) order.push_back(entry);
  std::sort(order.begin(), order.end(), [](const Entry& a, const Entry& b) {
    return a.score != b.score ? a.score > b.score : a.range.first < b.range.first;
  });
  if (order.size() > most) order.resize(most);
  std::sort(order.begin(), order.end(),
            [](const Entry& a, const Entry& b) { return a.range.first < b.range.first; });
  std::vector<knowledge::KnowledgeView::SectionRange> chosen;
  chosen.reserve(order.size());
  for (const Entry& entry : order) chosen.push_back(entry.range);
  return chosen;
}

float bm25(float frequency, float length, float mean_length, const knowledge::Bm25& parameters) {
  const float norm = parameters.k1 * (1 - parameters.b + parameters.b * length / std::max(mean_length, 1.0F));
  return frequency / (frequency + norm);
}

// 1 / (offset + rank) of each value among `values`, the largest having rank 1; 0 for values that are not
// positive.
std::vector<float> reciprocal_ranks(const std::vector<float>& values) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  std::vector<float> out(values.size(), 0);
  for (std::size_t i = 0; i < order.size(); ++i)
    if (values[order[i]] > 0) out[order[i]] = 1.0F / (kReciprocalOffset + static_cast<float>(i + 1));
  return out;
}

}  // namespace

std::string_view feature_name(Feature feature) {
  static constexpr std::array<std::string_view, kFeatures> kNames{
      "passage_lexical", "section_lexical", "passage_coverage", "section_coverage", "dense",
      "section_dense",   "passage_rank",    "dense_rank",       "section_rank"};
  return kNames[static_cast<std::size_t>(feature)];
}

CandidateQuery make_query(const knowledge::KnowledgeView& view, const core::Interpretation& meaning,
                          GatherOptions::Ranking ranking) {
  CandidateQuery query;
  for (const auto& term : meaning.terms) {
    if (ranking != GatherOptions::Ranking::dense) query.terms.push_back({term.term, term.weight});
    query.question_idf += term.weight * term.idf;
  }
  // The built-in table reads no Japanese; the Latin words of a Japanese question say too little of it.
  const bool unread = meaning.language == text::Language::japanese;
  if (ranking == GatherOptions::Ranking::lexical || unread || view.vectors().size() == 0) return query;
  query.embedding.resize(view.embedder().dimension());
  const auto embedded = view.embedder().embed(meaning.text, query.embedding.data());
  const bool readable = embedded && std::any_of(query.embedding.begin(), query.embedding.end(),
                                                [](float value) { return value != 0; });
  if (!readable) query.embedding.clear();
  return query;
}

std::vector<Candidate> score_sections(const knowledge::KnowledgeView& view, const CandidateQuery& query,
                                      std::span<const knowledge::KnowledgeView::SectionRange> sections) {
  std::vector<PassageId> ids;
  for (const auto& section : sections)
    for (std::uint32_t i = 0; i < section.size; ++i) ids.push_back(section.first + i);
  std::vector<std::string> terms;
  std::vector<float> weights;
  for (const auto& term : query.terms) {
    terms.push_back(term.term);
    weights.push_back(term.weight);
  }
  const Frequencies found = view.lexical().frequencies(terms, ids);
  std::vector<float> similarity(ids.size(), 0);
  if (!query.embedding.empty()) similarity = view.vectors().similarities(query.embedding, ids);

  float mean_section_length = 0;
  for (const std::uint32_t length : found.lengths) mean_section_length += static_cast<float>(length);
  mean_section_length /= static_cast<float>(std::max<std::size_t>(sections.size(), 1));

  const knowledge::Bm25 parameters;
  const float scale = 1.0F / std::max(query.question_idf, 1e-3F);
  std::vector<Candidate> candidates;
  candidates.reserve(ids.size());
  std::size_t row = 0;
  for (const auto& section : sections) {
    const std::size_t begin = row;
    std::vector<float> frequency(terms.size(), 0);
    float length = 0, best_similarity = 0;
    for (; row < begin + section.size; ++row) {
      Candidate candidate;
      candidate.id = ids[row];
      candidate.section = section.first;
      float covered = 0;
      for (std::size_t t = 0; t < terms.size(); ++t) {
        const float count = found.at(row, t);
        if (count <= 0) continue;
        if (t < 64) candidate.held |= std::uint64_t{1} << t;
        frequency[t] += count;
        covered += weights[t] * found.idf[t];
        candidate.lexical +=
            weights[t] * found.idf[t] *
            bm25(count, static_cast<float>(found.lengths[row]), found.mean_length, parameters);
      }
      length += static_cast<float>(found.lengths[row]);
      best_similarity = std::max(best_similarity, similarity[row]);
      candidate.features[static_cast<std::size_t>(Feature::passage_lexical)] = candidate.lexical * scale;
      candidate.features[static_cast<std::size_t>(Feature::passage_coverage)] = covered * scale;
      candidate.features[static_cast<std::size_t>(Feature::dense)] = similarity[row];
      candidates.push_back(candidate);
    }
    float section_lexical = 0, section_covered = 0;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      if (frequency[t] <= 0) continue;
      section_covered += weights[t] * found.idf[t];
      section_lexical +=
          weights[t] * found.idf[t] * bm25(frequency[t], length, mean_section_length, parameters);
    }
    for (std::size_t i = candidates.size() - section.size; i < candidates.size(); ++i) {
      candidates[i].section_lexical = section_lexical;
      candidates[i].features[static_cast<std::size_t>(Feature::section_lexical)] = section_lexical * scale;
      candidates[i].features[static_cast<std::size_t>(Feature::section_coverage)] = section_covered * scale;
      candidates[i].features[static_cast<std::size_t>(Feature::section_dense)] = best_similarity;
    }
  }
  if (view.deleted())
    std::erase_if(candidates, [&](const Candidate& candidate) { return view.deleted()(candidate.id); });
  return candidates;
}

std::vector<Candidate> find_candidates(const knowledge::KnowledgeView& view, const CandidateQuery& query,
                                       std::size_t lexical, std::size_t dense, std::size_t closer_look) {
  const auto by_words = view.lexical().search(query.terms, lexical, view.deleted());
  std::vector<core::Scored> by_meaning;
  if (!query.embedding.empty()) by_meaning = view.vectors().search(query.embedding, dense, view.deleted());
  std::vector<Candidate> candidates =
      score_sections(view, query, choose_sections(view, by_words, by_meaning, closer_look));
  const auto fill_ranks = [&](Feature from, Feature to) {
    std::vector<float> values;
    values.reserve(candidates.size());
    for (const Candidate& candidate : candidates) values.push_back(candidate[from]);
    const auto ranks = reciprocal_ranks(values);
    for (std::size_t i = 0; i < candidates.size(); ++i)
      candidates[i].features[static_cast<std::size_t>(to)] = ranks[i];
  };
  fill_ranks(Feature::passage_lexical, Feature::passage_rank);
  fill_ranks(Feature::dense, Feature::dense_rank);
  fill_ranks(Feature::section_lexical, Feature::section_rank);
  return candidates;
}

void rank_candidates(std::vector<Candidate>& candidates, bool with_dense) {
  const auto& weights = with_dense ? kWeightsWithDense : kWeightsLexicalOnly;
  for (Candidate& candidate : candidates) {
    candidate.score = 0;
    for (std::size_t f = 0; f < kFeatures; ++f) candidate.score += weights[f] * candidate.features[f];
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
}

}  // namespace genkai::limits::retrieval
