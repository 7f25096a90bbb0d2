#pragma once
// Questions with known answers, made from the passages of a knowledge base itself: for a calibration where
// nobody has asked and labelled any.
//
//   GENKAI_ASSIGN_OR_RETURN(const MadeQuestions made, make_questions(*view, {.count = 400, .seed = 1}, {}));
//   for (const MadeQuestion& own : made.questions) {
//     GENKAI_ASSIGN_OR_RETURN(const auto shown, WithoutDocuments::make(*view, own.hidden));
//     ask(own.question, *shown);                      // right: holds_answer(quote, own.answers), nothing
//     hidden
//   }
//
// They resemble what people ask less than people's own questions do: each is worded after the sentence that
// answers it, and asks for a date, an amount, a person, a place or a name only.

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "knowledge/store/knowledge_base.h"
#include "text/question.h"
#include "text/text.h"

namespace genkai::answer {

struct MadeQuestion {
  std::string question;
  std::vector<std::string> answers;  // what the passage says; of an unanswerable one too
  std::vector<std::string> hidden;   // ids of the documents to ask it without; empty: it is answerable
  std::string document;              // it was made from
  text::Language language = text::Language::english;
  text::AnswerType type = text::AnswerType::other;
  bool shortened = false;  // less specific parts of it were left out
};

struct MakeOptions {
  std::size_t count = 400;
  double unanswerable = 1.0 / 3;  // the share asked without the documents that answer them
  double shortened = 0.5;         // the share that is shortened, where it can be
  std::uint64_t seed = 1;
};

struct MadeQuestions {
  std::vector<MadeQuestion> questions;  // in the order of drawing
  std::size_t passages = 0;             // read for it
  std::size_t sentences = 0;            // of these
  std::size_t unspecific = 0;           // forms left out as other passages fit them as well
  std::size_t repeated = 0;             // forms left out as nearly the same as one before
};

/// Passages are drawn without replacement, so that a document gives questions in proportion to its length, up
/// to a cap (four times its even share, at least 4); a sentence gives one at most. A question is kept when
/// its words are rare enough together to point to few passages: the sum of their idf is at least
/// 2.5 ln(1 + passages), twice that in Japanese, where a word gives several index terms. Of an unanswerable
/// one every document is hidden that holds a passage with the answer and a third of the question's words (by
/// idf). The same knowledge base and seed give the same questions. Fewer than asked for when it has no more.
/// Errors: those of reading; cancelled.
base::Result<MadeQuestions> make_questions(const knowledge::KnowledgeView& view, const MakeOptions& options,
                                           const base::Cancellation& cancellation);

}  // namespace genkai::answer
