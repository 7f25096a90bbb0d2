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

/// What kind of amount, time or date: the same for yen and dollars, for minutes and days.
enum class Measure {
  none,         // no amount at all, or one of no kind that is told apart here
  money,        // 600 yen, $5, いくら, 値段
  time_of_day,  // 17:10, 9 a.m., 午後3時半, 何時
  year,         // 1961, 昭和36年, which year
  day,          // 21 May 1961, Monday, 3月3日, deadline
  duration,     // 42 minutes, 3年間, how long does it take
  length,       // 2.5 metres, 14km, how high
  area,         // 3 hectares, 面積
  weight,       // 20 kg, 重さ
  speed,        // 12 knots, 時速
  temperature,  // 33.9 degrees, 5℃
  percent,      // 40%, 3割
  people,       // 12 passengers, 何人
  count,        // 37 families, 23基, or a bare number
};
std::string_view to_string(Measure measure);

struct QuestionFocus {
  AnswerType type = AnswerType::other;
  // For number: what is counted or its unit, "people", "人", "km", never a word such as "price" that only the
  // question holds; for all else the class noun. May be empty.
  std::string unit;
  std::string words;  // the question without its question words, for matching ("wrote Hamlet")
  Measure measure = Measure::none;
};

QuestionFocus analyse_question(std::string_view question);

struct TypedSpan {
  Span span;
  AnswerType type = AnswerType::other;  // person, place, date, number or entity
  std::string value;                    // see find_typed_spans
  Measure measure = Measure::none;      // of dates and numbers
};

/// How well an amount of kind `found` answers a question for `wanted`, 0 to 1; 0 when nothing is wanted.
double measure_match(Measure wanted, Measure found);

/// Dates, numbers with their units, names (capitalised runs; Japanese noun compounds; quoted titles) of a
/// sentence, in order of their begin, longest first where they nest: 約3人, 3人 and 3 are three spans, and
/// one span may have two types. A single name in English or katakana may be entity where it is a person or
/// place: take entity as well, with less weight. Japanese names are looked for in the first 2,048 bytes.
/// Thread-safe. Values: dates "2024-03-03", "2024-03", "2024", "-0044" (BC), "--07-04" (no year), "---25"
/// (day alone), "1990s", "19c" (century), "-66000000y" (years ago), "T13:05" (also 午後1時5分, 1:05 p.m.); a
/// range is "1914/1918"; an era that is not in the table keeps its text. Numbers are plain decimal
/// (二万三千人: "23000"). All else is the normalised text.
std::vector<TypedSpan> find_typed_spans(std::string_view sentence);

}  // namespace genkai::text
