#include "model/reader_units.h"

#include <algorithm>

#include "text/utf8.h"

namespace genkai::model {
namespace {

constexpr std::size_t kMaxPassageBytes = 16'384;
constexpr std::size_t kMaxWindows = 64;

/// 2 after a clause, 1 between words, 0 elsewhere; `at` is a code point boundary inside the text.
int boundary_kind(std::string_view text, std::size_t at) {
  const char32_t before = text::code_point_before(text, at).value,
                 after = text::code_point_at(text, at).value;
  if (before == U'、' || before == U'；' || before == U'。' || before == U'，') return 2;
  if (!text::is_space(after) && !text::is_space(before)) return 0;
  return before == ',' || before == ';' || before == ':' ? 2 : 1;
}

text::Span trimmed(std::string_view text, text::Span span) {
  while (span.begin < span.end) {
    const auto c = text::code_point_at(text, span.begin);
    if (!text::is_space(c.value)) break;
    span.begin += c.length;
  }
  while (span.begin < span.end) {
    const auto c = text::code_point_before(text.substr(0, span.end), span.end);
    if (!text::is_space(c.value)) break;
    span.end -= c.length;
  }
  return span;
}

}  // namespace

std::vector<text::Span> quotable_windows(std::string_view text, text::Span sentence) {
  // Code point boundaries of the sentence; windows are chosen among them.
  std::vector<std::size_t> places;
  for (std::size_t at = sentence.begin; at < sentence.end; at += text::code_point_at(text, at).length)
    places.push_back(at);
  const std::size_t count = places.size();
  places.push_back(sentence.end);
  if (count <= kMaxQuoteCodePoints) return {sentence};
  // The best boundary in [low, high], the latest of the best kind.
  const auto best_boundary = [&](std::size_t low, std::size_t high) {
    std::size_t best = high;
    int best_kind = 0;
    for (std::size_t i = high; i > low; --i) {
      const int kind = places[i] < text.size() ? boundary_kind(text, places[i]) : 2;
      if (kind > best_kind) best = i, best_kind = kind;
      if (kind == 2) break;
    }
    return best;
  };
  std::vector<text::Span> windows;
  constexpr std::size_t kStep = kMaxQuoteCodePoints / 2;
  for (std::size_t begin = 0; begin < count && windows.size() < kMaxWindows;) {
    const std::size_t reach = begin + kMaxQuoteCodePoints;
    const std::size_t end = reach >= count ? count : best_boundary(begin + kStep + kStep / 2, reach);
    windows.push_back(trimmed(text, {places[begin], places[end]}));
    if (end == count) break;
    begin = best_boundary(begin + kStep / 2, begin + kStep);
  }
  std::erase_if(windows, [](const text::Span& w) { return w.begin >= w.end; });
  return windows;
}

UnitTable cut_units(const QuestionTerms& question, std::span<const core::Evidence> evidence,
                    text::Analyzer& analyzer) {
  UnitTable table;
  for (std::size_t e = 0; e < evidence.size(); ++e) {
    if (evidence[e].poisoned()) continue;
    const core::Passage& passage = evidence[e].passage;
    std::string_view body = passage.text;
    if (body.size() > kMaxPassageBytes) {
      std::size_t end = kMaxPassageBytes;
      while (end > 0 && (static_cast<unsigned char>(body[end]) & 0xC0) == 0x80) --end;
      body = body.substr(0, end);
    }
    PassageView view;
    view.evidence = e;
    view.first_unit = table.units.size();
    std::size_t sentence_number = 0;
    for (const text::Span sentence : text::split_sentences(body)) {
      const auto windows = quotable_windows(body, sentence);
      for (const text::Span window : windows) {
        Unit unit;
        unit.evidence = e;
        unit.order = table.units.size() - view.first_unit;
        unit.sentence = sentence_number;
        unit.span = window;
        unit.whole = windows.size() == 1;
        const std::string_view own = window.of(body);
        unit.code_points = text::count_code_points(own);
        unit.tokens = question.tokenise(own, analyzer);
        unit.terms = terms_of(unit.tokens);
        unit.typed = text::find_typed_spans(own);
        view.terms |= unit.terms;
        table.units.push_back(std::move(unit));
      }
      ++sentence_number;
    }
    view.unit_count = table.units.size() - view.first_unit;
    if (view.unit_count == 0) continue;
    view.context = view.terms | terms_of(question.tokenise(passage.heading, analyzer, 256)) |
                   terms_of(question.tokenise(passage.document.title, analyzer, 256));
    table.passages.push_back(view);
  }
  return table;
}

}  // namespace genkai::model
