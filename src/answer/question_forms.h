#pragma once
// Questions made from one sentence by rules: a date, amount, person, place or name of it becomes what is
// asked for.
//
//   for (const QuestionForm& form : form_questions("The ferry was built in 1932.", Language::english, {}))
//     form.render({});            // "In which year was the ferry built?", answers {"1932"}
//
// Sentences that lean on something said before (he, this, これ, 同氏), headings, tables, code, questions and
// lists give none.

#include <string>
#include <string_view>
#include <vector>

#include "text/question.h"
#include "text/text.h"

namespace genkai::answer {

struct QuestionForm {
  /// A part of the question. Optional ones may be left out: it is then shorter and less specific.
  struct Piece {
    std::string text;
    bool optional = false;
  };
  std::vector<Piece> pieces;
  std::vector<std::string> answers;  // the words that stood there, and how else they may be written
  text::AnswerType type = text::AnswerType::other;
  text::Language language = text::Language::english;

  /// The question without the pieces of these indices.
  std::string render(const std::vector<std::size_t>& left_out) const;
};

/// Every question that the rules find, in the order of the sentence. `context` is the passage around it: a
/// capitalised word that stands there in small letters too is no name of a person. Each form's type is what
/// text::analyse_question reads from it, and no answer stands in its question. Thread-safe.
std::vector<QuestionForm> form_questions(std::string_view sentence, text::Language language,
                                         std::string_view context);

// The two halves of it.
std::vector<QuestionForm> form_english_questions(std::string_view sentence, std::string_view context);
std::vector<QuestionForm> form_japanese_questions(std::string_view sentence);

/// Without what stands in round brackets ((), （）) and in [n] marks; white space collapsed.
std::string without_brackets(std::string_view sentence);

/// Whether markup, an address, a table row or code shows: such a line is no sentence.
bool looks_like_markup(std::string_view sentence);

}  // namespace genkai::answer
