#include "limits/reasoning/values.h"

#include <algorithm>
#include <cctype>

#include "text/analyzer.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning {
namespace {

using text::AnswerType;

constexpr std::size_t kLongSentence = 24;  // bytes: a capital at the start of a shorter one may be a name
constexpr double kJapaneseName = 0.7;      // share of a Japanese name's terms: its particles vary

bool is_name(AnswerType type) {
  return type == AnswerType::person || type == AnswerType::place || type == AnswerType::entity;
}

std::string without_space(const std::string& normalised) {
  std::string out;
  for (std::size_t at = 0; at < normalised.size();) {
    const text::CodePoint c = text::code_point_at(normalised, at);
    if (!text::is_space(c.value)) out.append(normalised, at, c.length);
    at += c.length;
  }
  return out;
}

// "T09:00" is what "9" says when the text beside it speaks of hours.
std::string hour_of(const std::string& value) {
  if (value.size() != 6 || value[0] != 'T' || value.substr(3) != ":00") return {};
  return value[1] == '0' ? value.substr(2, 1) : value.substr(1, 2);
}

bool same_amount(const std::string& wanted, const std::string& found) {
  if (wanted.empty() || found.empty()) return false;
  if (wanted == found) return true;
  if (found.starts_with(wanted + "-")) return true;  // 1932 where the text has 1932-05-01
  const std::size_t range = found.find('/');
  if (range != std::string::npos && wanted.find('/') == std::string::npos)
    return same_amount(wanted, found.substr(0, range)) || same_amount(wanted, found.substr(range + 1));
  return hour_of(wanted) == found || hour_of(found) == wanted;
}

}  // namespace

std::set<std::string> terms_of(std::string_view text) {
  thread_local text::Analyzer analyzer;
  std::set<std::string> terms;
  for (auto& term : analyzer.terms(text)) terms.insert(std::move(term));
  return terms;
}

std::vector<Value> values_of(std::string_view text) {
  std::vector<Value> values;
  for (const text::Span& place : text::split_sentences(text)) {
    const std::string_view sentence = place.of(text);
    std::size_t covered = 0;
    for (const text::TypedSpan& span : text::find_typed_spans(sentence)) {
      if (span.span.begin < covered) continue;
      const std::string words(span.span.of(sentence));
      const bool lone_capital = is_name(span.type) && span.span.begin == 0 &&
                                words.find(' ') == std::string::npos && text::is_ascii(words) &&
                                sentence.size() > kLongSentence;
      covered = span.span.end;
      if (!lone_capital) values.push_back({words, span.value, span.type, span.measure});
    }
  }
  return values;
}

Holdings::Holdings(std::string_view text)
    : bare_(without_space(text::normalise(text))), terms_(terms_of(text)) {
  for (const text::Span& place : text::split_sentences(text)) {
    const std::string_view sentence = place.of(text);
    for (const text::TypedSpan& span : text::find_typed_spans(sentence))
      if (!is_name(span.type))
        amounts_.push_back({std::string(span.span.of(sentence)), span.value, span.type, span.measure});
  }
}

bool Holdings::hold(const Value& value) const {
  if (value.numeric())
    return std::any_of(amounts_.begin(), amounts_.end(),
                       [&](const Value& own) { return same_amount(value.value, own.value); });
  const std::string words = without_space(text::normalise(value.words));
  if (!words.empty() && !text::is_ascii(words) && bare_.find(words) != std::string::npos) return true;
  const std::set<std::string> terms = terms_of(value.words);
  if (terms.empty()) return true;  // nothing that could be looked up
  std::size_t held = 0;
  for (const auto& term : terms) held += terms_.count(term);
  const double share = static_cast<double>(held) / static_cast<double>(terms.size());
  return text::detect_language(value.words) == text::Language::japanese ? share >= kJapaneseName
                                                                        : held == terms.size();
}

std::string Holdings::of_same_kind(const Value& value, const Holdings* besides) const {
  for (const Value& own : amounts_)
    if (value.numeric() && own.type == value.type && own.measure == value.measure &&
        !(besides && besides->hold(own)))
      return own.words;
  return {};
}

}  // namespace genkai::limits::reasoning
