#pragma once
// The few words of a quote that answer.

#include <span>
#include <string>

#include "core/evidence.h"
#include "core/question.h"
#include "text/question.h"
#include "text/text.h"

namespace genkai::model {

struct Reading;

struct SpanChoice {
  text::Span span;  // in the passage's text; empty when nothing stands out
  text::AnswerType type = text::AnswerType::other;
  std::string value;  // canonical, for comparison
  double proximity = 0;
};

/// The best typed span or run of words of `quote`, which holds `unit` (an index into the reading's units) and
/// may hold its neighbours.
SpanChoice best_span(const core::Interpretation& question, const Reading& reading,
                     std::span<const core::Evidence> evidence, std::size_t unit, text::Span quote);

}  // namespace genkai::model
