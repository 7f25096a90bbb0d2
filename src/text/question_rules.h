#pragma once
// The two halves of analyse_question.

#include <string_view>

#include "text/question.h"

namespace genkai::text {

QuestionFocus analyse_english_question(std::string_view question);
QuestionFocus analyse_japanese_question(std::string_view question);

}  // namespace genkai::text
