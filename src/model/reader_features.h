#pragma once
// What the reader's models see of a unit. Every feature is a share, a ratio to the best, or a small count, so
// that knowledge bases of any size and language look alike.

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "core/question.h"
#include "model/reader_question.h"
#include "model/reader_units.h"

namespace genkai::model {

enum class UnitFeature : std::size_t {
  coverage,             // share of the question's weight in the unit
  coverage_previous,    // in the unit before it, of the same passage
  coverage_next,        // in the unit after it
  coverage_near,        // in the three together
  coverage_passage,     // in the passage
  coverage_context,     // in the passage, its heading and title
  coverage_with_title,  // in the unit, the heading and title
  coverage_section,     // in the section, as retrieval saw it
  coverage_ratio,       // coverage against that of the best unit
  coverage_lead,        // coverage minus the best of the other units
  context_ratio,        // coverage_context against that of the best passage
  context_lead,         // coverage_context minus the best of the other passages
  rare_unit,            // share of the three rarest terms in the unit
  rare_near,            // in the unit and its neighbours
  rare_context,         // in passage, heading and title
  rare_anywhere,        // in all evidence together
  unknown,              // share of the question's weight that the knowledge base does not hold
  numbers_unit,         // share of the question's numbers in the unit, 1 when it has none
  numbers_context,
  names_unit,  // share of the question's names in the unit, 1 when it has none
  names_context,
  pairs,              // share of the question's neighbouring terms that are neighbours here too
  pairs_near,         // the same in the unit and its neighbours
  density,            // largest share of weight within any 12 tokens
  precision,          // share of the unit's tokens that the question holds
  similarity,         // of the embedder, question and unit; 0 without
  similarity_ratio,   // against the best unit
  dense,              // of question and passage
  lexical_ratio,      // BM25 against the best passage
  lexical_share,      // BM25 against the question's whole idf
  lexical_lead,       // (BM25 - best other) / best
  rank,               // 1 / place of the passage in the evidence
  type_exact,         // a typed span of the wanted type that the question does not hold
  type_compatible,    // one that may be of the wanted type
  type_count,         // how many, 1 - 1/(1+n)
  type_proximity,     // how near the question's terms stand to the best such span
  any_proximity,      // to the best typed span of any type
  measure_here,       // a span of the measure that is asked for, which the question does not hold; 0 to 1
  measure_missing,    // a measure is asked for and the unit has no such span
  measure_proximity,  // how near the question's terms stand to it
  measure_anywhere,   // some unit of the evidence has one
  counted_here,       // a number right before what is counted
  unit_noun,          // the unit or class that is asked for stands at such a span
  span_score,         // of the span model: its best candidate here, / 4
  span_lead,          // that minus the best of the other units, / 4
  definition_cue,     // "X is a", Xとは
  reason_cue,         // because, ため
  novelty,            // share of tokens that the question does not hold, of a long unit 1
  length,             // code points / 300
  very_short,         // fewer than 20 code points
  whole,              // a whole sentence
  first,              // of its passage
  last,
  position,       // 0 at the start of the passage, 1 at its end
  pronoun_start,  // begins with he, it, これ: leans on the sentence before
  is_question,    // ends with a question mark
  units_log,      // log of the number of units to choose from
  terms_log,      // log of the number of the question's terms
  asks_person,
  asks_date,
  asks_place,
  asks_number,
  asks_reason,
  asks_definition,
  asks_yes_no,
  asks_entity,
  asks_measure,  // money, a time of day, a length, ...
  japanese,      // the question's language
  count_,
};
constexpr std::size_t kUnitFeatures = static_cast<std::size_t>(UnitFeature::count_);
std::span<const std::string_view> unit_feature_names();

using UnitRow = std::array<double, kUnitFeatures>;
/// The cosine of two texts, or an empty function.
using Similarity = std::function<float(std::string_view, std::string_view)>;

/// What the span model found in a unit.
struct BestSpan {
  text::Span span;  // in the unit's text; empty when there was no candidate
  text::AnswerType type = text::AnswerType::other;
  text::Measure measure = text::Measure::none;
  double score = kNoSpan;
  static constexpr double kNoSpan = -8;
};

/// One row for each unit of the table; `spans` has the best span of each.
std::vector<UnitRow> unit_features(const core::Interpretation& question, const QuestionTerms& terms,
                                   std::span<const core::Evidence> evidence, const UnitTable& table,
                                   std::span<const BestSpan> spans, const Similarity& similarity);

/// 1 when a span of `found` is what a question for `wanted` asks, 0.5 when it may be, else 0.
double type_match(text::AnswerType wanted, text::AnswerType found);

/// Whether a number at `span` counts `noun` (normalised, any number): "37 old families" for "families".
bool counts(std::string_view unit_text, text::Span span, std::string_view noun);

/// How near the question's terms stand to tokens [begin, end): weighted mean of exp(-distance / 10 tokens).
double proximity(const QuestionTerms& terms, const std::vector<Token>& tokens, std::size_t begin,
                 std::size_t end);

/// Tokens [first, last) that overlap a byte range of the unit.
std::pair<std::size_t, std::size_t> tokens_at(const std::vector<Token>& tokens, text::Span span);

/// A typed span whose words the question already holds cannot be its answer.
bool question_holds(const std::vector<Token>& tokens, text::Span span);

}  // namespace genkai::model
