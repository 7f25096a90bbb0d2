#include "limits/hallucination/bound/text_facts.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "text/question.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::limits::hallucination::bound {
namespace {

constexpr char kBetween = '\x1F';  // cannot stand in normalised text that people wrote

bool is_name(text::AnswerType type) {
  return type == text::AnswerType::person || type == text::AnswerType::place ||
         type == text::AnswerType::entity;
}

// Index terms of Japanese that are pieces of words: kana, kanji, and pairs of them.
bool is_piece(std::string_view term) {
  const char32_t c = text::code_point_at(term, 0).value;
  return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

}  // namespace

std::string_view to_string(FactUnit unit) {
  return unit == FactUnit::words ? "words" : "pairs";
}

std::optional<FactUnit> fact_unit_of(std::string_view name) {
  if (name == "words") return FactUnit::words;
  if (name == "pairs") return FactUnit::pairs;
  return std::nullopt;
}

std::uint64_t TextFacts::words_of(std::string_view sentence,
                                  const std::function<void(std::string_view)>& sink) {
  std::uint64_t found = 0;
  for (const text::QueryTerm& word : analyzer_.query_terms(sentence)) {
    if (word.term.empty() || is_piece(word.term)) continue;
    sink(word.term);
    ++found;
  }
  return found;
}

std::uint64_t TextFacts::pairs_of(std::string_view sentence,
                                  const std::function<void(std::string_view)>& sink) {
  std::vector<text::TypedSpan> outermost;
  for (text::TypedSpan& span : text::find_typed_spans(sentence))  // by begin, longest first
    if (outermost.empty() || span.span.begin >= outermost.back().span.end)
      outermost.push_back(std::move(span));
  const auto subject =
      std::find_if(outermost.begin(), outermost.end(), [](const auto& span) { return is_name(span.type); });
  if (subject == outermost.end()) return 0;
  std::set<std::string> stated;
  for (auto span = outermost.begin(); span != outermost.end(); ++span) {
    if (span == subject || span->value == subject->value) continue;
    std::string fact = subject->value;
    fact += kBetween;
    fact += is_name(span->type) ? "name" : text::to_string(span->type);
    fact += kBetween;
    fact += span->value;
    stated.insert(std::move(fact));
  }
  for (const std::string& fact : stated) sink(fact);
  return stated.size();
}

void TextFacts::of(std::string_view utf8, const std::function<void(std::string_view)>& sink) {
  for (const text::Span span : text::split_sentences(utf8)) {
    ++sentences_;
    const std::string_view sentence = span.of(utf8);
    const std::uint64_t found =
        unit_ == FactUnit::words ? words_of(sentence, sink) : pairs_of(sentence, sink);
    if (found == 0) ++silent_;
  }
}

}  // namespace genkai::limits::hallucination::bound
