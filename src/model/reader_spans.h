#pragma once
// The few words of a unit that may answer: candidates and what the span model sees of them.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/question.h"
#include "model/reader_question.h"
#include "model/reader_units.h"
#include "text/question.h"

namespace genkai::model {

struct SpanCandidate {
  text::Span span;  // in the unit's text
  text::AnswerType type = text::AnswerType::other;
  bool quoted = false;  // stands in quotation marks
  bool joined = false;  // two runs joined by "of", の and the like
  text::Measure measure = text::Measure::none;
};

/// Typed spans, quoted words, runs of names and nouns (English: words between stop words; Japanese: kanji,
/// katakana and letters) and two such runs joined; each range once, at most 48.
std::vector<SpanCandidate> span_candidates(std::string_view unit_text, const Unit& unit);

enum class SpanFeature : std::size_t {
  match,  // of its type to the wanted type, 0 to 1
  typed,  // has a type at all
  is_person,
  is_date,
  is_place,
  is_number,
  is_entity,
  measure_match,    // of its measure to the one asked for, 0 to 1
  measure_other,    // another measure than the one asked for, or none
  measure_unasked,  // has a measure, and none is asked for
  counted,          // a number right before what is counted
  noun_match,       // the unit or class asked for is in it or right behind it
  held,             // share of its tokens that the question holds
  proximity,        // how near the question's terms stand
  terms_before,     // share of the question's weight in the 6 tokens before
  terms_after,
  touches_before,  // the token right before is the question's
  touches_after,
  digits,  // share of its code points
  kanji,
  katakana,
  hiragana,
  capital,        // begins with a capital
  capital_words,  // each word does
  quoted,
  joined,
  single,     // one token
  length,     // tokens / 8, at most 2
  long_text,  // more than 30 code points
  position,   // 0 at the start of the unit, 1 at its end
  at_start,
  in_brackets,
  after_wa,
  after_ga,
  after_wo,
  after_ni,
  after_de,
  after_no,
  after_kara,
  after_to,
  after_copula,
  after_nado,
  before_wa,
  before_no,
  before_wo,
  before_comma,
  prev_by,
  prev_in,
  prev_of,
  prev_article,
  prev_to,
  prev_at,
  prev_from,
  prev_for,
  prev_with,
  prev_on,
  prev_copula,
  prev_and,
  next_copula,
  next_of,
  next_comma,
  next_and,
  suffix_person,
  suffix_place,
  suffix_date,
  suffix_organisation,
  suffix_unit,
  asks_person,
  asks_date,
  asks_place,
  asks_number,
  asks_reason,
  asks_definition,
  asks_entity,
  asks_measure,
  japanese,
  count_,
};
constexpr std::size_t kSpanFeatures = static_cast<std::size_t>(SpanFeature::count_);
std::span<const std::string_view> span_feature_names();
using SpanRow = std::array<double, kSpanFeatures>;

/// One row for each candidate of a unit.
std::vector<SpanRow> span_features(const core::Interpretation& question, const QuestionTerms& terms,
                                   std::string_view unit_text, const Unit& unit,
                                   std::span<const SpanCandidate> candidates);

/// The form in which two spans are compared: that of the typed span, else the normalised text.
std::string span_value(std::string_view unit_text, const Unit& unit, text::Span span);

}  // namespace genkai::model
