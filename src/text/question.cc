#include "text/question.h"

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
  QuestionFocus focus;
  const std::string text = normalise(question);
  const auto has = [&](std::string_view word) { return text.find(word) != std::string::npos; };
  if (has("how many") || has("how much") || has("いくつ") || has("何人"))
    focus.type = AnswerType::number;
  else if (has("when") || has("what year") || has("いつ") || has("何年"))
    focus.type = AnswerType::date;
  else if (has("where") || has("どこ"))
    focus.type = AnswerType::place;
  else if (has("who") || has("誰"))
    focus.type = AnswerType::person;
  else if (has("why") || has("なぜ"))
    focus.type = AnswerType::reason;
  else if (has("which") || has("what") || has("何") || has("どの"))
    focus.type = AnswerType::entity;
  focus.words = std::string(question);
  return focus;
}

}  // namespace genkai::text
