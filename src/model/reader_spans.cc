#include "model/reader_spans.h"

#include <algorithm>

#include "model/reader_drafts.h"
#include "text/utf8.h"

namespace genkai::model {

SpanChoice best_span(const core::Interpretation& question, const Reading& reading,
                     std::span<const core::Evidence> evidence, std::size_t unit, text::Span quote) {
  SpanChoice best;
  double best_score = 0;
  const auto& units = reading.table.units;
  const std::string noun = text::normalise(question.focus.unit);
  for (std::size_t u = unit > 0 ? unit - 1 : 0; u < std::min(units.size(), unit + 2); ++u) {
    const Unit& own = units[u];
    if (own.evidence != units[unit].evidence || own.span.begin < quote.begin || own.span.end > quote.end)
      continue;
    const std::string_view words = reading.table.text(own, evidence);
    for (const text::TypedSpan& typed : own.typed) {
      const double match = type_match(question.focus.type, typed.type);
      const bool open = question.focus.type == text::AnswerType::other;
      if ((match <= 0 && !open) || question_holds(own.tokens, typed.span)) continue;
      const auto [first, last] = tokens_at(own.tokens, typed.span);
      const double near = proximity(reading.terms, own.tokens, first, last);
      double score = 0.1 + match + near + (u == unit ? 0.2 : 0);
      if (!noun.empty()) {
        const std::size_t from = typed.span.begin > 16 ? typed.span.begin - 16 : 0;
        if (text::normalise(words.substr(from, typed.span.end + 16 - from)).find(noun) != std::string::npos)
          score += 0.5;
      }
      if (score <= best_score) continue;
      best_score = score;
      best.span = {own.span.begin + typed.span.begin, own.span.begin + typed.span.end};
      best.type = typed.type;
      best.value = typed.value;
      best.proximity = near;
    }
  }
  return best;
}

}  // namespace genkai::model
