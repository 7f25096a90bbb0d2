#include "limits/context/worth.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "limits/context/leaning.h"
#include "text/analyzer.h"
#include "text/text.h"

namespace genkai::limits::context {
namespace {

constexpr double kByTitle = 0.5;  // degree to which a title or heading covers a term
constexpr double kSoftness = 2;   // of the softmax: chosen on the first half of bench/pack --shown
constexpr double kRoomy = 0.5;    // share of the budget that a passage and its neighbour may take together
constexpr double kLeast = 1e-6;   // relevance of a passage far behind: more than none, best first

using Terms = std::unordered_map<std::string, std::size_t>;  // of the question: its aspect

void cover(std::string_view text, double degree, const Terms& wanted, text::Analyzer& analyzer, Item& item) {
  for (const std::string& term : analyzer.terms(text))
    if (const auto at = wanted.find(term); at != wanted.end()) item.covers.push_back({at->second, degree});
}

// Aspects with their share of `coverage`; terms that no document holds have none.
Terms add_aspects(const core::Interpretation& meaning, double coverage, Problem& problem) {
  Terms wanted;
  double total = 0;
  for (const core::WeightedTerm& term : meaning.terms) {
    const double weight = static_cast<double>(term.idf) * term.weight;
    if (!(weight > 0) || !wanted.emplace(term.term, problem.aspects.size()).second) continue;
    problem.aspects.push_back(weight);
    total += weight;
  }
  for (double& weight : problem.aspects) weight *= coverage / total;
  return wanted;
}

std::vector<double> relevance_of(const std::vector<core::Evidence>& evidence,
                                 std::span<const std::size_t> places) {
  double best = -std::numeric_limits<double>::infinity(), total = 0;
  for (const std::size_t place : places)
    if (const double score = evidence[place].scores.fused; std::isfinite(score)) best = std::max(best, score);
  std::vector<double> relevance;
  for (const std::size_t place : places) {
    const double score = evidence[place].scores.fused;
    relevance.push_back(std::isfinite(score) ? std::exp((score - best) / kSoftness) : 0);
    total += relevance.back();
  }
  const double count = static_cast<double>(places.size());
  for (std::size_t i = 0; i < relevance.size(); ++i)
    relevance[i] =
        std::max(total > 0 ? relevance[i] / total : 0, kLeast * (1 - static_cast<double>(i) / count));
  return relevance;
}

}  // namespace

Problem worth_of(const std::vector<core::Evidence>& evidence, std::span<const std::size_t> places,
                 const core::Interpretation& meaning, const WorthOptions& options, std::size_t tokens) {
  Problem problem;
  problem.budget = static_cast<double>(tokens);
  const double coverage = std::clamp(options.coverage, 0.0, 1.0);
  const Terms wanted = coverage > 0 ? add_aspects(meaning, coverage, problem) : Terms();
  const auto relevance = relevance_of(evidence, places);
  text::Analyzer analyzer;
  std::map<core::PassageId, std::size_t> item_of;
  for (std::size_t k = 0; k < places.size(); ++k) item_of.emplace(evidence[places[k]].passage.id, k);
  for (std::size_t k = 0; k < places.size(); ++k) {
    const core::Passage& passage = evidence[places[k]].passage;
    Item item;
    item.cost = static_cast<double>(text::estimate_tokens(passage.text) + options.overhead);
    item.relevance = (1 - coverage) * relevance[k];
    for (const text::Span sentence : text::split_sentences(passage.text))
      item.parts.push_back(base::hash64(sentence.of(passage.text)));
    if (!wanted.empty()) {
      cover(passage.text, 1, wanted, analyzer, item);
      cover(passage.document.title, kByTitle, wanted, analyzer, item);
      cover(passage.heading, kByTitle, wanted, analyzer, item);
    }
    problem.items.push_back(std::move(item));
  }
  for (std::size_t k = 0; options.whole_sense && k < places.size(); ++k) {
    const core::Passage& passage = evidence[places[k]].passage;
    if (passage.id <= passage.section_first || !leans_on_previous(passage.text)) continue;
    const auto before = item_of.find(passage.id - 1);
    if (before == item_of.end()) continue;
    const double both = problem.items[k].cost + problem.items[before->second].cost;
    if (both <= kRoomy * problem.budget) problem.items[k].needs.push_back(before->second);
  }
  return problem;
}

}  // namespace genkai::limits::context
