#pragma once
// What of a Japanese sentence can be asked for, and by which question word: 1932年 by 何年, 12人 by 何人.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/question.h"

namespace genkai::answer {

/// The question word that takes the place of bytes [begin, end); of an amount its counter stays behind it.
struct JapaneseAsked {
  std::size_t begin = 0, end = 0;
  std::string word;
  std::vector<std::string> answers;
  text::AnswerType type = text::AnswerType::other;
};

/// None where the span is no good answer: a part of a list, of a compound or of a longer name, a day without
/// its month. `spans` are all of the sentence.
std::optional<JapaneseAsked> ask_japanese_for(std::string_view sentence, const text::TypedSpan& span,
                                              const std::vector<text::TypedSpan>& spans);

}  // namespace genkai::answer
