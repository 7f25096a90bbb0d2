#include "small_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "knowledge/document/document.h"
#include "text/analyzer.h"

namespace genkai::tools {

SmallSearch::SmallSearch(const LabelledData& data, std::size_t first_distractor,
                         std::shared_ptr<const knowledge::Embedder> embedder)
    : data_(data), first_distractor_(first_distractor), embedder_(std::move(embedder)) {
  if (embedder_)
    similarity_ = [this](std::string_view a, std::string_view b) {
      std::vector<float> one(embedder_->dimension()), other(embedder_->dimension());
      if (!embedder_->embed(a, one.data()) || !embedder_->embed(b, other.data())) return 0.0F;
      return std::inner_product(one.begin(), one.end(), other.begin(), 0.0F);
    };
  text::Analyzer analyzer;
  std::vector<std::string> terms;
  for (std::size_t c = 0; c < data.contexts.size(); ++c) {
    knowledge::ParsedDocument document;
    document.info.id = "context-" + std::to_string(c);
    document.info.source = "article-" + std::to_string(data.contexts[c].article);
    document.info.title = data.contexts[c].title;
    document.blocks.push_back({.text = data.contexts[c].text});
    for (const knowledge::Section& section : knowledge::split(document)) {
      const auto first = static_cast<core::PassageId>(passages_.size());
      for (const auto& part : section.passages) {
        StoredPassage stored;
        stored.passage.id = static_cast<core::PassageId>(passages_.size());
        stored.passage.section_first = first;
        stored.passage.section_size = static_cast<std::uint32_t>(section.passages.size());
        stored.passage.document = document.info;
        stored.passage.heading = section.heading;
        stored.passage.text = part.text;
        stored.context = c;
        terms.clear();
        analyzer.analyze(part.text, terms);
        stored.length = static_cast<std::uint32_t>(terms.size());
        std::sort(terms.begin(), terms.end());
        for (std::size_t i = 0; i < terms.size();) {
          std::size_t end = i;
          while (end < terms.size() && terms[end] == terms[i]) ++end;
          postings_[terms[i]].push_back({stored.passage.id, static_cast<std::uint32_t>(end - i)});
          i = end;
        }
        if (embedder_) {
          stored.vector.resize(embedder_->dimension());
          if (!embedder_->embed(part.text, stored.vector.data()))
            stored.vector.assign(stored.vector.size(), 0);
        }
        passages_.push_back(std::move(stored));
      }
    }
  }
}

std::vector<core::Evidence> SmallSearch::gather(core::Interpretation& question,
                                                const LabelledQuestion* labelled, Kind kind, std::size_t k,
                                                bool with_titles) const {
  constexpr double k1 = 0.4, b = 0.9;
  const auto in_knowledge = [&](const StoredPassage& p) {
    const bool distractor = p.context >= first_distractor_;
    const bool crowded = kind == Kind::crowded || kind == Kind::crowded_without_article;
    if (distractor) return crowded;
    if (!labelled) return true;
    const std::size_t article = data_.contexts[p.context].article;
    switch (kind) {
      case Kind::everything:
      case Kind::crowded:
        return true;
      case Kind::without_article:
      case Kind::crowded_without_article:
        return article != labelled->article;
      case Kind::own_article:
        return article == labelled->article;
      case Kind::without_context:
        return p.context != labelled->context;
      case Kind::own_without_context:
        return article == labelled->article && p.context != labelled->context;
    }
    return true;
  };
  std::vector<char> inside(passages_.size(), 0);
  double count = 0, length = 0;
  for (std::size_t i = 0; i < passages_.size(); ++i)
    if (in_knowledge(passages_[i])) {
      inside[i] = 1;
      count += 1;
      length += passages_[i].length;
    }
  const double mean_length = count > 0 ? length / count : 1;
  text::Analyzer analyzer;
  question.terms.clear();
  std::vector<double> scores(passages_.size(), 0), held(passages_.size(), 0);
  double question_idf = 0;
  for (const text::QueryTerm& term : analyzer.query_terms(question.text)) {
    const auto list = postings_.find(term.term);
    double documents = 0;
    if (list != postings_.end())
      for (const Posting& p : list->second) documents += inside[p.passage];
    const double idf = documents > 0 ? std::log1p((count - documents + 0.5) / (documents + 0.5)) : 0;
    question.terms.push_back({term.term, static_cast<float>(idf), term.weight});
    const double weight = term.weight * idf;
    question_idf += weight;
    if (documents == 0) continue;
    for (const Posting& p : list->second) {
      if (!inside[p.passage]) continue;
      const double tf = p.count;
      scores[p.passage] += weight * tf / (tf + k1 * (1 - b + b * passages_[p.passage].length / mean_length));
      held[p.passage] += weight;
    }
  }
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < passages_.size(); ++i)
    if (inside[i] && scores[i] > 0) order.push_back(i);
  k = std::min(k, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k), order.end(),
                    [&](std::uint32_t x, std::uint32_t y) {
                      return scores[x] != scores[y] ? scores[x] > scores[y] : x < y;
                    });
  std::vector<float> vector;
  if (embedder_ && question.language != text::Language::japanese) {
    vector.resize(embedder_->dimension());
    if (!embedder_->embed(question.text, vector.data())) vector.assign(vector.size(), 0);
  }
  std::vector<core::Evidence> evidence;
  for (std::size_t i = 0; i < k; ++i) {
    const StoredPassage& stored = passages_[order[i]];
    core::Evidence own;
    own.passage = stored.passage;
    if (!with_titles) own.passage.document.title.clear();
    own.scores.lexical = static_cast<float>(scores[order[i]]);
    own.scores.question_idf = static_cast<float>(question_idf);
    own.scores.coverage = question_idf > 0 ? static_cast<float>(held[order[i]] / question_idf) : 0;
    own.scores.section_coverage = own.scores.coverage;
    for (std::uint32_t n = stored.passage.section_first;
         n < stored.passage.section_first + stored.passage.section_size; ++n) {
      own.scores.section_lexical = std::max(own.scores.section_lexical, static_cast<float>(scores[n]));
      if (question_idf > 0)
        own.scores.section_coverage =
            std::max(own.scores.section_coverage, static_cast<float>(held[n] / question_idf));
    }
    own.scores.lexical_rank = static_cast<std::uint32_t>(i + 1);
    own.scores.fused = own.scores.lexical;
    own.scores.dense = std::inner_product(vector.begin(), vector.end(), stored.vector.begin(), 0.0F);
    evidence.push_back(std::move(own));
  }
  return evidence;
}

base::Result<std::unique_ptr<EvidenceSource>> make_small_source(const LabelledData& data,
                                                                std::size_t first_distractor) {
  return std::make_unique<SmallSearch>(data, first_distractor, knowledge::static_embedder());
}

}  // namespace genkai::tools
