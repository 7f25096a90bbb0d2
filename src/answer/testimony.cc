#include "answer/testimony.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <span>

#include "answer/witness_weights.h"
#include "limits/hallucination/agreement.h"
#include "limits/retrieval/copies.h"
#include "model/extractive_reader.h"
#include "stats/logistic.h"
#include "text/analyzer.h"

namespace genkai::answer {
namespace {

using core::Draft;
using core::Evidence;
using limits::hallucination::same_answer;
using limits::retrieval::kAbstains;
using limits::retrieval::kMostPassages;

constexpr int kNewerDays = 180;

double log_odds(double probability) {
  const double p = std::clamp(probability, 1e-4, 1 - 1e-4);
  return std::log(p / (1 - p));
}

double probability_of(double score, const core::RetrievalScores& scores) {
  const auto features = witness_features(score, scores);
  return stats::sigmoid(std::inner_product(features.begin(), features.end(), kWitnessWeights.begin() + 1,
                                           kWitnessWeights.front()));
}

int days_of(std::string_view iso_date) {
  const auto number = [&](std::size_t at, std::size_t n, int otherwise) {
    return iso_date.size() >= at + n ? std::atoi(std::string(iso_date.substr(at, n)).c_str()) : otherwise;
  };
  const int year = number(0, 4, 0);
  return year == 0 ? 0 : year * 365 + number(5, 2, 6) * 30 + number(8, 2, 15);
}

bool is_name(text::AnswerType type) {
  using text::AnswerType;
  return type == AnswerType::person || type == AnswerType::place || type == AnswerType::entity;
}

// "nine rooms" for rooms, "600 yen" for a price; anything where the question names neither unit nor measure.
bool is_amount_of(const text::QuestionFocus& focus, const std::string& span) {
  if (focus.unit.empty() && focus.measure == text::Measure::none) return true;
  thread_local text::Analyzer analyzer;
  const auto held = analyzer.terms(span);
  for (const std::string& unit : analyzer.terms(focus.unit))
    if (std::find(held.begin(), held.end(), unit) != held.end()) return true;
  if (focus.measure == text::Measure::none || focus.measure == text::Measure::count) return false;
  const auto spans = text::find_typed_spans(span);
  return std::any_of(spans.begin(), spans.end(), [&](const text::TypedSpan& one) {
    return text::measure_match(focus.measure, one.measure) > 0;
  });
}

bool same_source(const Evidence& a, const Evidence& b) {
  const auto &one = a.passage.document, &other = b.passage.document;
  return one.id == other.id || (!one.source.empty() && one.source == other.source);
}

bool supersedes(const Evidence& newer, const Evidence& older) {
  const int its = days_of(newer.passage.document.date), own = days_of(older.passage.document.date);
  return own > 0 && its - own >= kNewerDays && same_source(newer, older);
}

}  // namespace

std::array<double, kWitnessFeatures> witness_features(double log_odds, const core::RetrievalScores& scores) {
  const auto share = [&](float bm25) { return scores.question_idf > 0 ? bm25 / scores.question_idf : 0.0F; };
  return {log_odds,
          scores.coverage,
          scores.coverage * scores.coverage,
          scores.section_coverage,
          share(scores.lexical),
          share(scores.section_lexical),
          scores.dense};
}

bool comparable(text::AnswerType type) {
  using text::AnswerType;
  return type == AnswerType::number || type == AnswerType::date || is_name(type);
}

bool answers_in_kind(const Draft& draft, const core::Interpretation& meaning) {
  const text::AnswerType asked = meaning.focus.type;
  if (!comparable(asked) || draft.value.empty()) return false;
  if (draft.span_type != asked) return asked == text::AnswerType::entity && is_name(draft.span_type);
  return asked != text::AnswerType::number || is_amount_of(meaning.focus, draft.span);
}

Testimonies read_alone(const core::Interpretation& meaning, const std::vector<Evidence>& evidence,
                       const knowledge::Embedder& embedder, core::Trace& trace) {
  auto stage = trace.stage("read alone");
  const std::size_t count = std::min(evidence.size(), kMostPassages);
  Testimonies testimonies(count);
  std::vector<float> asked(embedder.dimension()), other(embedder.dimension());
  const bool readable = embedder.embed(meaning.text, asked.data()).has_value();
  const auto similarity = [&](std::string_view, std::string_view text) {
    if (!readable || !embedder.embed(text, other.data())) return 0.0F;
    return std::inner_product(asked.begin(), asked.end(), other.begin(), 0.0F);
  };
  std::size_t speak = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (evidence[i].poisoned() || evidence[i].suspected(core::Suspicion::stale)) continue;
    auto drafts =
        model::ExtractiveReader::built_in().read(meaning, std::span(&evidence[i], 1), 1, similarity);
    if (drafts.empty()) continue;
    testimonies[i] = std::move(drafts.front());
    testimonies[i].evidence = i;
    testimonies[i].score = log_odds(testimonies[i].probability);
    testimonies[i].probability = probability_of(testimonies[i].score, evidence[i].scores);
    if (!answers_in_kind(testimonies[i], meaning)) testimonies[i].value.clear();
    speak += testimonies[i].value.empty() ? 0 : 1;
  }
  stage.counts(count, speak);
  return testimonies;
}

Hearing hear(const Draft& answer, const Testimonies& testimonies, const std::vector<Evidence>& evidence,
             double least, std::size_t capacity) {
  Hearing hearing;
  const std::size_t n = testimonies.size();
  const bool counted = !answer.value.empty();
  const auto speaks = [&](std::size_t i) {
    return counted && !testimonies[i].value.empty() && testimonies[i].probability >= least;
  };
  const auto outdated = [&](std::size_t i) {
    for (std::size_t j = 0; j < n; ++j)
      if (speaks(j) && supersedes(evidence[j], evidence[i]) && !same_answer(testimonies[i], testimonies[j]))
        return true;
    return false;
  };
  std::vector<int> says(n, kAbstains), strictly(n, kAbstains);
  for (std::size_t i = 0; i < n; ++i) {
    if (!speaks(i) || outdated(i)) continue;
    const bool same = same_answer(testimonies[i], answer);
    says[i] = same ? 0 : 1;
    strictly[i] = testimonies[i].value == answer.value ? 0 : 1;
    (same ? hearing.bearing_out : hearing.against).push_back(i);
  }
  // A document that bears the answer out does not contradict it by what else it tells.
  const auto bears_out = [&](std::size_t place) {
    return std::any_of(hearing.bearing_out.begin(), hearing.bearing_out.end(), [&](std::size_t one) {
      return evidence[one].passage.document.id == evidence[place].passage.document.id;
    });
  };
  for (const std::size_t place : hearing.against)
    if (bears_out(place)) says[place] = kAbstains;
  std::erase_if(hearing.against, bears_out);
  for (auto* places : {&hearing.bearing_out, &hearing.against})
    std::stable_sort(places->begin(), places->end(), [&](std::size_t a, std::size_t b) {
      return testimonies[a].probability > testimonies[b].probability;
    });

  std::vector<std::uint64_t> dependent(n, 0);
  const auto depend = [&](std::size_t a, std::size_t b) {
    if (a == b || a >= n || b >= n) return;
    dependent[a] |= std::uint64_t{1} << b;
    dependent[b] |= std::uint64_t{1} << a;
  };
  const auto copies = limits::retrieval::near_copies(evidence);
  for (std::size_t i = 0; i < copies.size(); ++i)
    for (const std::size_t copy : copies[i]) depend(i, copy);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      if (same_source(evidence[i], evidence[j])) depend(i, j);
  const std::size_t room = capacity - std::min(capacity, n);
  hearing.ballot = {std::move(says), dependent, room};
  hearing.strict = {std::move(strictly), std::move(dependent), room};
  return hearing;
}

}  // namespace genkai::answer
