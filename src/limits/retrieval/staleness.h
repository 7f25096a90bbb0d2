#pragma once
// Texts whose time is over.
//
//   if (auto why = find_stale(evidence, normalised, question, normalised_question)) mark(why->words);

#include <optional>
#include <string>
#include <string_view>

#include "core/evidence.h"
#include "core/question.h"

namespace genkai::limits::retrieval {

struct Stale {
  std::string why;    // "says of itself that it is over"
  std::string words;  // what it says, or its title
};

/// A text says of itself that it was superseded, or it belongs to a document, dated two years back or more,
/// whose title names a past year (a timetable, a price list) while the question neither names a year nor asks
/// about the past.
std::optional<Stale> find_stale(const core::Evidence& evidence, std::string_view normalised,
                                const core::Question& question, std::string_view normalised_question);

}  // namespace genkai::limits::retrieval
