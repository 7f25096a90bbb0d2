#pragma once
// From scored units to drafts: what is quoted, what supports it, and what the draft model sees of it.
//
//   Reading reading = look(question, evidence, similarity);      // units and their features
//   std::vector<Choice> choices = choose(question, evidence, reading, scores, 0.1, 5);

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/draft.h"
#include "model/reader_features.h"
#include "model/reader_network.h"

namespace genkai::model {

/// Everything that was seen before any weight was used.
struct Reading {
  QuestionTerms terms;
  UnitTable table;
  std::vector<BestSpan> spans;  // of each unit
  std::vector<UnitRow> rows;    // of each unit
};
Reading look(const core::Interpretation& question, std::span<const core::Evidence> evidence,
             const Similarity& similarity, const Network& span_model);

/// Features of a draft: those of its unit, then these.
enum class DraftFeature : std::size_t {
  odds,                // log odds of its share of the softmax over all units and "no answer"
  none_odds,           // log odds of "no answer"
  score,               // of its unit
  lead,                // score minus that of the best other draft
  lead_elsewhere,      // the same among other documents
  runner_up,           // share of the best other draft against its own, at most 1
  copies,              // other places with nearly the same words, 1 - 1/(1+n)
  agreeing_documents,  // other documents, in other words, that name the same value; 1 - 1/(1+n)
  agreeing_sources,    // likewise, but of other sources
  pair,                // two sentences
  quote_length,        // code points / 300
  evidence_count,      // passages read / 20
  documents,           // distinct documents among them / number of passages
  best_lexical_share,  // of the best passage
  best_context,        // largest coverage_context of any passage
  best_coverage,       // largest coverage of any unit
  span_score,          // of the span model, the chosen span / 4
  span_match,          // of its type to the wanted type
  span_measure,        // 1 of the measure asked for, -1 of another or none, 0 when none is asked for
  count_,
};
constexpr std::size_t kDraftFeatures = kUnitFeatures + static_cast<std::size_t>(DraftFeature::count_);
std::span<const std::string_view> draft_feature_names();
using DraftRow = std::array<double, kDraftFeatures>;

struct Choice {
  std::size_t unit = 0;  // the best unit of the quote
  std::size_t evidence = 0;
  text::Span quote;                 // in the passage's text
  std::vector<std::size_t> copies;  // units elsewhere that say nearly the same
  double share = 0;                 // of the softmax, all its units together
  double score = 0;
  text::Span span;  // the answering words, in the passage's text; empty when none stands out
  text::AnswerType span_type = text::AnswerType::other;
  text::Measure span_measure = text::Measure::none;
  std::string value;
  DraftRow features{};
};

/// Up to `count` choices, most probable first. `scores` has one number a unit; "no answer" scores 0. A
/// neighbouring sentence joins the quote when its own share among the units is at least `pair_share`.
std::vector<Choice> choose(const core::Interpretation& question, std::span<const core::Evidence> evidence,
                           const Reading& reading, std::span<const double> scores, double pair_share,
                           std::size_t count);

}  // namespace genkai::model
