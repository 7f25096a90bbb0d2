#pragma once
// The evidence cut into the units that the reader chooses from: sentences, and windows of sentences that are
// too long to quote.

#include <span>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "model/reader_question.h"
#include "text/question.h"

namespace genkai::model {

constexpr std::size_t kMaxQuoteCodePoints = 300;

struct Unit {
  std::size_t evidence = 0;  // index of its evidence
  std::size_t order = 0;     // place among the units of its passage
  std::size_t sentence = 0;  // sentence of the passage that it is, or is a window of
  text::Span span;           // in the passage's text
  std::size_t code_points = 0;
  bool whole = true;          // a whole sentence, not a window
  std::vector<Token> tokens;  // spans relative to the unit
  TermSet terms;
  std::vector<text::TypedSpan> typed;  // spans relative to the unit
};

/// What all units of one evidence share.
struct PassageView {
  std::size_t evidence = 0;
  std::size_t first_unit = 0, unit_count = 0;
  TermSet terms;    // of its text
  TermSet context;  // of its text, heading and title
};

struct UnitTable {
  std::vector<Unit> units;            // passage by passage, in reading order
  std::vector<PassageView> passages;  // evidence that was read, in its order
  std::string_view text(const Unit& unit, std::span<const core::Evidence> evidence) const {
    return unit.span.of(evidence[unit.evidence].passage.text);
  }
};

/// Evidence that is poisoned is left out. Of one passage at most 16 KiB are read.
UnitTable cut_units(const QuestionTerms& question, std::span<const core::Evidence> evidence,
                    text::Analyzer& analyzer);

/// At most kMaxQuoteCodePoints code points each: the sentence, or overlapping windows that begin and end
/// between clauses or words where there are any. At most 64 windows.
std::vector<text::Span> quotable_windows(std::string_view text, text::Span sentence);

}  // namespace genkai::model
