#pragma once
// The words of which items are made, in English and Japanese.
//
//   filled("{} was founded in {v}.", "Velmora Library", "1873");

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::retrieval::probe {

enum class Attribute { year, designer, town, staff };
text::AnswerType type_of(Attribute attribute);

struct Wording {
  std::vector<std::string_view> name_begins, name_ends, kinds, given, family, town_begins, town_ends;
  std::string between_names, space;
  std::array<std::string_view, 4> statements, questions, answers;  // by attribute
  std::array<std::string_view, 5> attributions;                    // what a wrong statement begins with
  std::vector<std::string_view> titles, openings, closings;
  std::string_view condition, consequence, tariff_title, price_question, price_answer, in_town;
};
const Wording& wording_of(text::Language language);

/// Every {} replaced by `entity` and every {v} by `value`.
std::string filled(std::string_view pattern, std::string_view entity, std::string_view value);

}  // namespace genkai::limits::retrieval::probe
