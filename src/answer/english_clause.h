#pragma once
// English sentences as clauses, and what of a clause can be asked for.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/question.h"

namespace genkai::answer {

using EnglishWords = std::vector<std::string_view>;

struct EnglishClause {
  std::string text;          // without its final stop
  std::string_view context;  // the passage around it
  std::vector<text::TypedSpan> spans;

  /// The word before byte `at` and where it begins; empty at the start.
  std::string_view word_before(std::size_t at, std::size_t& begin) const;
  /// The word behind byte `at`; empty where no space stands there.
  std::string_view word_after(std::size_t at) const;
};

/// The wh-phrase that takes the place of bytes [begin, end) of a clause. The preposition before the span is
/// among them where it goes along ("in which year").
struct EnglishAsked {
  std::size_t begin = 0, end = 0;
  std::string phrase;
  std::vector<std::string> answers;
  text::AnswerType type = text::AnswerType::other;
  bool stays = false;  // where it is: "was how many years old"
};

bool is_capital(std::string_view word);
/// Words [first, last) with one space between.
std::string join(const EnglishWords& words, std::size_t first, std::size_t last);
/// Without spaces and commas at either end.
std::string trimmed(std::string text);
bool has_verb(const EnglishWords& words);

/// "A was built, and the B was sold" are two; so is what a semicolon or a dash parts. "However, " is gone.
std::vector<std::string> english_clauses(const std::string& sentence);
/// Whether it starts with a joining word, or a pronoun stands in it.
bool leans_on_others(const EnglishWords& words);
/// Whether a word of the name stands in the context in small letters too: then it is no name of a person.
bool is_common(std::string_view name, std::string_view context);

/// None where the span is no good answer: a part of a list, of a longer name, of "the last three".
std::optional<EnglishAsked> ask_for(const EnglishClause& clause, const text::TypedSpan& span);

/// "In 1932, the ferry was built" with the year asked for is "The ferry was built in 1932", so that its verb
/// can be found. None when what is asked for does not open the clause.
std::optional<std::string> with_opening_last(const EnglishClause& clause, const EnglishAsked& asked);
/// Up to where, behind what is asked for, something is said on top: a relative clause, a second verb.
std::string cut_behind(const EnglishClause& clause, const EnglishAsked& asked);

}  // namespace genkai::answer
