#pragma once
// What a question asks for, read from its words (who, when, how many; 誰, いつ, いくつ), and the spans of a
// text that could be such a thing. Rules only; the extractive reader weighs them with learnt weights.

#include <string>
#include <string_view>
#include <vector>

#include "text/text.h"

namespace genkai::text {

enum class AnswerType {
  person,      // who, 誰
  date,        // when, which year, いつ, 何年
  place,       // where, どこ
  number,      // how many, how much, いくつ, 何人 (with or without a unit)
  reason,      // why, なぜ
  definition,  // what is X, Xとは
  yes_no,      // is, does, ですか without a question word
  entity,      // which X, what X, どの, 何という
  other,
};
std::string_view to_string(AnswerType type);

struct QuestionFocus {
  AnswerType type = AnswerType::other;
  std::string
      unit;  // for number: what is counted, "people", "人", "km"; for entity: the class noun; may be empty
  std::string words;  // the question without its question words, for matching ("wrote Hamlet")
};

QuestionFocus analyse_question(std::string_view question);

struct TypedSpan {
  Span span;
  AnswerType type = AnswerType::other;  // person, place, date, number or entity
  std::string value;                    // canonical: ISO date, plain decimal number; else the normalised text
};

/// Dates, numbers with their units, names (capitalised runs, katakana and kanji runs with name suffixes,
/// quoted titles) of a sentence, in order, longest first where they nest. English and Japanese (和暦 and
/// 漢数字 included).
std::vector<TypedSpan> find_typed_spans(std::string_view sentence);

}  // namespace genkai::text
