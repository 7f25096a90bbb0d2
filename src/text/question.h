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
  std::string value;                    // see find_typed_spans
};

/// Dates, numbers with their units, names (capitalised runs; Japanese noun compounds; quoted titles) of a
/// sentence, in order of their begin, longest first where they nest: 約3人, 3人 and 3 are three spans, and
/// one span may have two types. A single name in English or katakana may be entity where it is a person or
/// place: take entity as well, with less weight. Japanese names are looked for in the first 2,048 bytes.
/// Thread-safe. Values: dates "2024-03-03", "2024-03", "2024", "-0044" (BC), "--07-04" (no year), "---25"
/// (day alone), "1990s", "19c" (century), "-66000000y" (years ago), "T13:05"; a range is "1914/1918"; an era
/// that is not in the table keeps its text. Numbers are plain decimal (二万三千人: "23000"). All else is the
/// normalised text.
std::vector<TypedSpan> find_typed_spans(std::string_view sentence);

}  // namespace genkai::text
