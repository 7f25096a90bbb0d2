#include "answer/gold_answer.h"

#include <algorithm>

#include "text/question.h"
#include "text/text.h"

namespace genkai::answer {
namespace {

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text::normalise(text)) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Whether a found text goes on across the boundary between `left` and `right`.
bool goes_on(char left, char right) {
  return (is_digit(left) && is_digit(right)) || (is_letter(left) && is_letter(right)) ||
         (is_digit(left) && is_letter(right)) || (is_letter(left) && is_digit(right));
}

// "1" is no answer within "1,200", "1.5", "0.1" or "13:1".
bool within_number(std::string_view text, std::size_t begin, std::size_t end) {
  const auto joins = [](char c) { return c == '.' || c == ',' || c == ':'; };
  const bool after =
      is_digit(text[end - 1]) && end + 1 < text.size() && joins(text[end]) && is_digit(text[end + 1]);
  const bool before =
      is_digit(text[begin]) && begin >= 2 && joins(text[begin - 1]) && is_digit(text[begin - 2]);
  return before || after;
}

bool contains(std::string_view text, std::string_view part) {
  if (part.empty()) return false;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + part.size();
    if (at > 0 && goes_on(text[at - 1], text[at])) continue;
    if (end < text.size() && goes_on(text[end - 1], text[end]) &&
        !(is_digit(text[end - 1]) && is_letter(text[end])))  // "20" of "20km"
      continue;
    if (!within_number(text, at, end)) return true;
  }
  return false;
}

bool same_value(std::string_view text, const std::string& gold) {
  for (const text::TypedSpan& wanted : text::find_typed_spans(gold)) {
    const bool whole = wanted.span.begin == 0 && wanted.span.end == gold.size();
    const bool date = wanted.type == text::AnswerType::date;
    // A small count is everywhere: "two" says nothing without what is counted.
    if (wanted.measure == text::Measure::count && wanted.value.size() < 2) continue;
    if (!whole || (!date && wanted.type != text::AnswerType::number) ||
        (!date && wanted.measure == text::Measure::none))
      continue;
    for (const text::TypedSpan& own : text::find_typed_spans(text))
      if (own.type == wanted.type && own.value == wanted.value && own.measure == wanted.measure) return true;
  }
  return false;
}

}  // namespace

bool holds_answer(std::string_view text, const std::vector<std::string>& gold) {
  const std::string normalised = plain(text);
  return std::any_of(gold.begin(), gold.end(), [&](const std::string& each) {
    return contains(normalised, plain(each)) || same_value(text, each);
  });
}

}  // namespace genkai::answer
