#include "answer/draft_value.h"

#include <array>
#include <string>
#include <string_view>

#include "text/text.h"
#include "text/yes_no.h"

namespace genkai::answer {
namespace {

using text::AnswerType;

constexpr std::size_t kBareName = 40;  // code points: an answer this short is the name itself

bool is_name(AnswerType type) {
  return type == AnswerType::person || type == AnswerType::place || type == AnswerType::entity;
}

std::string_view without_end_marks(std::string_view text) {
  for (bool cut = true; cut;) {
    cut = false;
    for (const std::string_view mark : {".", " ", "\n", "。", "です", "」", "\"", "!", "！"})
      if (text.size() > mark.size() && text.ends_with(mark)) {
        text.remove_suffix(mark.size());
        cut = true;
      }
  }
  return text;
}

void set_span(core::Draft& draft, std::string_view words, AnswerType type, std::string value) {
  draft.span = words;
  draft.span_type = type;
  draft.value = std::move(value);
}

}  // namespace

void set_value(core::Draft& draft, const text::QuestionFocus& focus) {
  if (focus.type == AnswerType::yes_no) {
    draft.span_type = AnswerType::yes_no;
    const auto said = text::yes_or_no(draft.text);
    draft.value = !said ? "" : *said ? "yes" : "no";
    return;
  }
  const bool amount = focus.type == AnswerType::number || focus.type == AnswerType::date;
  if (!amount && !is_name(focus.type)) return;
  const std::string_view bare = without_end_marks(draft.text);
  if (!amount && text::count_code_points(bare) <= kBareName)
    return set_span(draft, bare, focus.type, text::normalise(bare));
  const text::TypedSpan* best = nullptr;
  double best_score = 0;
  const auto spans = text::find_typed_spans(draft.text);
  const std::string asked = text::normalise(focus.words);
  for (const text::TypedSpan& span : spans) {
    const bool same = span.type == focus.type;
    const double measured = text::measure_match(focus.measure, span.measure);
    if (!same && !(amount ? measured > 0 : is_name(span.type))) continue;
    const std::string words = text::normalise(span.span.of(draft.text));
    double score = (same ? 1.0 : 0.5) + measured;
    if (!focus.unit.empty() && words.find(text::normalise(focus.unit)) != std::string::npos) score += 0.5;
    if (asked.find(words) != std::string::npos) score -= 1;
    if (best && score <= best_score) continue;
    best = &span;
    best_score = score;
  }
  if (best) set_span(draft, best->span.of(draft.text), best->type, best->value);
}

}  // namespace genkai::answer
