#include "answer/wrong_answers.h"

#include <algorithm>
#include <set>

#include "answer/gold_answer.h"
#include "text/text.h"

namespace genkai::answer {

using core::PassageId;
using text::AnswerType;
using text::Measure;

namespace {

constexpr std::size_t kPassages = 600, kDocuments = 100'000;
constexpr std::size_t kShortest = 2, kLongest = 40;  // code points of a name
constexpr std::size_t kTries = 200;

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool is_amount(AnswerType type) {
  return type == AnswerType::number || type == AnswerType::date;
}
bool is_japanese(std::string_view text) {
  return text::detect_language(text) == text::Language::japanese ||
         std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
}

// The kind of an answer as a whole, else what the question asks for.
std::pair<AnswerType, Measure> kind_of(std::string_view question, const std::string& right) {
  for (const text::TypedSpan& own : text::find_typed_spans(right))
    if (own.span.begin == 0 && own.span.end == right.size() && is_amount(own.type))
      return {own.type, own.measure};
  const auto focus = text::analyse_question(question);
  if (focus.type == AnswerType::person || focus.type == AnswerType::place) return {focus.type, Measure::none};
  return {AnswerType::entity, Measure::none};
}

// What is counted: "companion" of "one companion".
std::string_view counted(std::string_view amount) {
  const std::size_t space = amount.find(' ');
  return space == std::string_view::npos ? std::string_view() : amount.substr(space + 1);
}

std::string with_other_digits(std::string text, base::Rng& rng) {
  bool first = true;
  for (char& c : text) {
    if (c < '0' || c > '9') {
      first = true;
      continue;
    }
    const int least = first ? 1 : 0;  // a number does not begin with zero
    const int other = least + static_cast<int>(rng.below(static_cast<std::uint64_t>(9 - least)));
    c = static_cast<char>('0' + other + (other >= c - '0' ? 1 : 0));
    first = false;
  }
  return text;
}

}  // namespace

base::Result<WrongAnswers> WrongAnswers::collect(const knowledge::KnowledgeView& view, std::uint64_t seed) {
  GENKAI_ASSIGN_OR_RETURN(const auto list, view.documents({.text = {}, .offset = 0, .limit = kDocuments}));
  std::vector<PassageId> ids;
  for (const auto& document : list.documents)
    for (std::uint32_t i = 0; i < document.passages; ++i) ids.push_back(document.first + i);
  base::Rng rng(seed);
  rng.shuffle(ids);
  if (ids.size() > kPassages) ids.resize(kPassages);
  GENKAI_ASSIGN_OR_RETURN(const auto passages, view.passages(ids));
  std::map<Kind, std::set<std::string>> found;
  for (const core::Passage& passage : passages) {
    for (const text::Span& span : text::split_sentences(passage.text)) {
      const std::string_view sentence = span.of(passage.text);
      const bool japanese = text::detect_language(sentence) == text::Language::japanese;
      for (const text::TypedSpan& own : text::find_typed_spans(sentence)) {
        std::string value(own.span.of(sentence));
        const std::size_t length = text::count_code_points(value);
        // The first word of an English sentence is written as a name is.
        if (!is_amount(own.type) && !japanese && own.span.begin == 0) continue;
        if ((!is_amount(own.type) && length < kShortest) || length > kLongest) continue;
        found[{own.type, own.measure, japanese}].insert(std::move(value));
      }
    }
  }
  WrongAnswers out;
  for (auto& [kind, values] : found) out.values_[kind] = {values.begin(), values.end()};
  return out;
}

std::optional<std::string> WrongAnswers::draw(std::string_view question,
                                              const std::vector<std::string>& right,
                                              const std::vector<core::Passage>& honest,
                                              base::Rng& rng) const {
  if (right.empty() || right.front().empty()) return {};
  const auto fits = [&](const std::string& value) {
    return !value.empty() && !holds_answer(value, right) && !holds_answer(question, {value}) &&
           std::none_of(right.begin(), right.end(),
                        [&](const std::string& own) { return holds_answer(own, {value}); }) &&
           std::none_of(honest.begin(), honest.end(),
                        [&](const core::Passage& own) { return holds_answer(own.text, {value}); });
  };
  const auto [type, measure] = kind_of(question, right.front());
  const bool japanese = is_japanese(right.front()) || is_japanese(question);
  const auto other_digits = [&]() -> std::optional<std::string> {
    for (std::size_t i = 0; has_digit(right.front()) && i < kTries; ++i)
      if (std::string value = with_other_digits(right.front(), rng); fits(value)) return value;
    return {};
  };
  // An amount of something else would be no answer.
  if (type == AnswerType::number)
    if (auto value = other_digits()) return value;
  if (const auto pool = values_.find({type, measure, japanese}); pool != values_.end())
    for (std::size_t i = 0; i < kTries; ++i) {
      const std::string& value = pool->second[rng.below(pool->second.size())];
      if (measure == Measure::count && counted(value) != counted(right.front())) continue;
      if (fits(value)) return value;
    }
  return other_digits();
}

}  // namespace genkai::answer
