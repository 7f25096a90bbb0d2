#include "text/question.h"

#include "text/question_rules.h"
#include "text/utf8.h"

namespace genkai::text {

std::string_view to_string(AnswerType type) {
  switch (type) {
    case AnswerType::person:
      return "person";
    case AnswerType::date:
      return "date";
    case AnswerType::place:
      return "place";
    case AnswerType::number:
      return "number";
    case AnswerType::reason:
      return "reason";
    case AnswerType::definition:
      return "definition";
    case AnswerType::yes_no:
      return "yes_no";
    case AnswerType::entity:
      return "entity";
    case AnswerType::other:
      return "other";
  }
  return "other";
}

QuestionFocus analyse_question(std::string_view question) {
  for (std::size_t at = 0; at < question.size();) {
    const CodePoint c = code_point_at(question, at);
    // A kana marks a Japanese question; kanji may be a name inside an English one.
    if (is_hiragana(c.value)) return analyse_japanese_question(question);
    at += c.length;
  }
  return detect_language(question) == Language::japanese ? analyse_japanese_question(question)
                                                         : analyse_english_question(question);
}

}  // namespace genkai::text
