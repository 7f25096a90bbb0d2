#pragma once
// The amounts, dates and names that a text holds, and whether another text holds them too.
//
//   Holdings cited("The museum was founded in 1932 by Elena Marsh.");
//   for (const Value& value : values_of("Marsh founded it in 1931"))
//     if (!cited.hold(value)) ...                                       // 1931

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "text/question.h"

namespace genkai::limits::reasoning {

struct Value {
  std::string words;  // as the text has them
  std::string value;  // canonical (text/question.h)
  text::AnswerType type = text::AnswerType::other;
  text::Measure measure = text::Measure::none;
  bool numeric() const { return type == text::AnswerType::number || type == text::AnswerType::date; }
};

/// The outermost amounts, dates and names, in order, sentence by sentence. A lone capitalised word that
/// begins a longer sentence is no name.
std::vector<Value> values_of(std::string_view text);

/// What a text says, prepared for looking things up in it.
class Holdings {
 public:
  explicit Holdings(std::string_view text);
  /// The same amount or date, or one that is more precise; a name by its words.
  bool hold(const Value& value) const;
  /// An amount or date of the same kind that `besides` does not hold too, whatever it is; its words, or
  /// empty.
  std::string of_same_kind(const Value& value, const Holdings* besides = nullptr) const;
  bool hold_term(const std::string& term) const { return terms_.contains(term); }

 private:
  std::string bare_;  // without white space
  std::set<std::string> terms_;
  std::vector<Value> amounts_;
};

/// Distinct index terms (text/analyzer.h).
std::set<std::string> terms_of(std::string_view text);

}  // namespace genkai::limits::reasoning
