#include "limits/hallucination/uncertainty/text_features.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "text/analyzer.h"
#include "text/question.h"
#include "text/text.h"
#include "text/utf8.h"
#include "text/yes_no.h"

namespace genkai::limits::hallucination {
namespace {

using text::AnswerType;

constexpr double kNameShare = 0.8;  // of the bytes of a text that is a name

constexpr std::string_view kFunctionWords =
    "a an the is are was were be been being am of in on at to by for from with as into and or but if then "
    "than "
    "so it its this that these those there here he she they his her their them we you i my your our me him "
    "us "
    "has have had do does did will would can could may might shall should must which who whom whose what "
    "when "
    "where about around just also very answer called named known "
    "believe think guess suppose probably perhaps maybe likely";

text::Analyzer& analyzer() {
  thread_local text::Analyzer own;
  return own;
}

const std::unordered_set<std::string>& function_words() {
  static const auto words = [] {
    std::unordered_set<std::string> stems;
    text::Analyzer own;
    for (auto& term : own.terms(kFunctionWords)) stems.insert(std::move(term));
    return stems;
  }();
  return words;
}

bool has_hiragana(std::string_view term) {
  for (std::size_t at = 0; at + 2 < term.size(); ++at) {
    const auto a = static_cast<unsigned char>(term[at]), b = static_cast<unsigned char>(term[at + 1]);
    const auto c = static_cast<unsigned char>(term[at + 2]);
    if (a == 0xE3 && (b == 0x81 || (b == 0x82 && c < 0xA0))) return true;
  }
  return false;
}

void sort_unique(auto& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

bool encloses(const text::Span& outer, const text::Span& inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end && !(outer == inner);
}

struct Amounts {
  std::vector<Amount> values;
  std::string rest;  // the text without them
};

// The longest dates, and of numbers that stand in no date the shortest: "about 3 people" is 3, and "people"
// is left to the words.
Amounts split_amounts(std::string_view text, const std::vector<text::TypedSpan>& spans) {
  Amounts split{{}, std::string(text)};
  for (const auto& span : spans) {
    const bool date = span.type == AnswerType::date;
    if (!date && span.type != AnswerType::number) continue;
    const bool hidden = std::any_of(spans.begin(), spans.end(), [&](const auto& other) {
      if (other.type == AnswerType::date)
        return encloses(other.span, span.span) || (!date && other.span == span.span);
      return other.type == AnswerType::number && !date && encloses(span.span, other.span);
    });
    if (hidden) continue;
    split.values.push_back({date, span.value});
    std::fill(split.rest.begin() + static_cast<std::ptrdiff_t>(span.span.begin),
              split.rest.begin() + static_cast<std::ptrdiff_t>(span.span.end), ' ');
  }
  sort_unique(split.values);
  return split;
}

bool covers_as_name(std::string_view text, const std::vector<text::TypedSpan>& spans) {
  return std::any_of(spans.begin(), spans.end(), [&](const auto& span) {
    const bool name =
        span.type == AnswerType::person || span.type == AnswerType::place || span.type == AnswerType::entity;
    return name && static_cast<double>(span.span.end - span.span.begin) >=
                       kNameShare * static_cast<double>(text.size());
  });
}

std::string trimmed(std::string text) {
  constexpr std::array<std::string_view, 6> kEnds{" ", ".", "。", "\n", "\t", "!"};
  for (bool changed = true; changed;) {
    changed = false;
    for (const std::string_view end : kEnds) {
      if (text.ends_with(end)) text.resize(text.size() - end.size()), changed = true;
      if (text.starts_with(end)) text.erase(0, end.size()), changed = true;
    }
  }
  return text;
}

Polarity polarity_of(std::string_view text) {
  const auto said = text::yes_or_no(text);
  return !said ? Polarity::none : *said ? Polarity::yes : Polarity::no;
}

template <class T>
void subtract(std::vector<T>& from, const std::vector<T>& sorted) {
  std::erase_if(from, [&](const T& one) { return std::binary_search(sorted.begin(), sorted.end(), one); });
}

}  // namespace

bool says_not(std::string_view normalised) {
  static constexpr std::array<std::string_view, 10> kSigns{" not ",    "n't ",   " no ", " never ",  " none ",
                                                           " cannot ", "ません", "ない", "なかった", "否"};
  const std::string padded = " " + std::string(normalised) + " ";
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return padded.find(sign) != std::string::npos; });
}

FeatureTable::FeatureTable(std::string_view question) {
  question_terms_ = terms(question);
  sort_unique(question_terms_);
  question_amounts_ = split_amounts(question, text::find_typed_spans(question)).values;
}

std::vector<std::uint32_t> FeatureTable::terms(std::string_view text) {
  std::vector<std::uint32_t> out;
  for (auto& term : analyzer().terms(text)) {
    if (out.size() == kMostTerms) break;
    const auto [at, is_new] = numbers_.emplace(term, static_cast<std::uint32_t>(names_.size()));
    if (is_new) {
      function_.push_back(function_words().contains(term) ? 1 : 0);
      hiragana_.push_back(has_hiragana(term) ? 1 : 0);
      names_.push_back(std::move(term));
    }
    out.push_back(at->second);
  }
  return out;
}

TextFeatures FeatureTable::analyse(std::string_view text) {
  TextFeatures features;
  features.normalised = trimmed(text::normalise(text));
  features.terms = terms(text);
  features.all = features.terms;
  sort_unique(features.all);
  const auto spans = text::find_typed_spans(text);
  Amounts amounts = split_amounts(text, spans);
  features.negates = says_not(features.normalised);
  features.polarity = polarity_of(features.normalised);
  features.is_name = covers_as_name(text, spans);

  // The words that tell answers apart: those of the question stand in any of them.
  features.content = amounts.values.empty() ? features.all : terms(amounts.rest);
  sort_unique(features.content);
  std::erase_if(features.content, [&](std::uint32_t term) { return function_[term] != 0; });
  auto without_question = features.content;
  subtract(without_question, question_terms_);
  auto telling = without_question;
  std::erase_if(telling, [&](std::uint32_t term) { return hiragana_[term] != 0; });
  features.amounts = amounts.values;
  subtract(features.amounts, question_amounts_);
  const bool says_amount = !features.amounts.empty();
  if (!telling.empty())
    features.content = std::move(telling);
  else if (!without_question.empty() && !says_amount)
    features.content = std::move(without_question);
  else if (says_amount)
    features.content.clear();
  if (features.content.empty() && !says_amount) features.content = features.all;
  return features;
}

}  // namespace genkai::limits::hallucination
