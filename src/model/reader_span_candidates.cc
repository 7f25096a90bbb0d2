#include <algorithm>

#include "model/reader_spans.h"
#include "text/utf8.h"

namespace genkai::model {
namespace {

constexpr std::size_t kMaxCandidates = 48;
constexpr std::size_t kMaxSpanBytes = 180;

/// Words, and runs of Japanese letters that are no hiragana.
struct Run {
  text::Span span;
  std::size_t words = 0;
};

bool in_word(char32_t c) {
  return text::is_ascii_letter(c) || text::is_ascii_digit(c) || c == '-' || c == '%' || c == '$' ||
         c == 0xA3 || c == 0x20AC || (c >= 0xC0 && c < 0x2000) || c == 0x2019 || c == '\'' ||
         text::is_kanji(c) || text::is_katakana(c) || c == U'・' || (c >= 0xFF10 && c <= 0xFF19) ||
         (c >= 0xFF21 && c <= 0xFF5A);
}

bool joins_digits(std::string_view utf8, std::size_t at) {
  return (utf8[at] == ',' || utf8[at] == '.') && at > 0 && at + 1 < utf8.size() &&
         text::is_ascii_digit(static_cast<unsigned char>(utf8[at - 1])) &&
         text::is_ascii_digit(static_cast<unsigned char>(utf8[at + 1]));
}

std::vector<Run> runs_of(std::string_view utf8) {
  std::vector<Run> words;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t begin = at;
    while (at < utf8.size()) {
      const auto c = text::code_point_at(utf8, at);
      if (!in_word(c.value) && !joins_digits(utf8, at)) break;
      at += c.length;
    }
    if (at > begin)
      words.push_back({{begin, at}, 1});
    else
      at += text::code_point_at(utf8, at).length;
  }
  // Neighbouring words with one space between, none of them a stop word, are one run.
  std::vector<Run> runs;
  bool open = false;
  for (const Run& word : words) {
    if (is_stop_word(text::normalise(word.span.of(utf8)))) {
      open = false;
      continue;
    }
    if (open && runs.back().span.end + 1 == word.span.begin && utf8[runs.back().span.end] == ' ' &&
        runs.back().words < 8) {
      runs.back().span.end = word.span.end;
      ++runs.back().words;
    } else {
      runs.push_back(word);
    }
    open = true;
  }
  return runs;
}

bool joins(std::string_view between) {
  return between == "の" || between == "と" || between == " of " || between == " of the " ||
         between == " and " || between == " and the " || between == " in " || between == " the " ||
         between == ", " || between == " to ";
}

}  // namespace

std::vector<SpanCandidate> span_candidates(std::string_view unit_text, const Unit& unit) {
  std::vector<SpanCandidate> found;
  const auto add = [&](SpanCandidate candidate) {
    if (candidate.span.begin >= candidate.span.end ||
        candidate.span.end - candidate.span.begin > kMaxSpanBytes || found.size() >= kMaxCandidates)
      return;
    for (const SpanCandidate& own : found)
      if (own.span == candidate.span) return;
    found.push_back(candidate);
  };
  for (const text::TypedSpan& typed : unit.typed) add({typed.span, typed.type, false, false, typed.measure});
  static constexpr std::pair<std::string_view, std::string_view> kQuotes[] = {
      {"「", "」"}, {"『", "』"}, {"“", "”"}, {"\"", "\""}};
  for (const auto& [open, close] : kQuotes) {
    for (std::size_t at = unit_text.find(open); at != std::string_view::npos;) {
      const std::size_t begin = at + open.size(), end = unit_text.find(close, begin);
      if (end == std::string_view::npos) break;
      add({{begin, end}, text::AnswerType::other, true, false, text::Measure::none});
      at = unit_text.find(open, end + close.size());
    }
  }
  const std::vector<Run> runs = runs_of(unit_text);
  for (const Run& run : runs) add({run.span, text::AnswerType::other, false, false, text::Measure::none});
  for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
    const text::Span gap{runs[i].span.end, runs[i + 1].span.begin};
    if (joins(gap.of(unit_text)))
      add({{runs[i].span.begin, runs[i + 1].span.end},
           text::AnswerType::other,
           false,
           true,
           text::Measure::none});
  }
  return found;
}

std::string span_value(std::string_view unit_text, const Unit& unit, text::Span span) {
  for (const text::TypedSpan& typed : unit.typed)
    if (typed.span == span) return typed.value;
  return text::normalise(span.of(unit_text));
}

}  // namespace genkai::model
