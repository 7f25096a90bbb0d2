#pragma once
// The words that make a sentence a question and say nothing of what it is about: "how many", "でしょうか".

#include <string>
#include <string_view>

namespace genkai::text {

/// Whether an English word (lower case) asks or only holds the question together: who, did, the, of.
bool is_question_word(std::string_view word);

/// Normalised text with the Japanese question words as spaces: 何という, どこ, 誰, いくつ, and ですか,
/// でしょうか, か at the end of a sentence.
std::string without_japanese_question_words(std::string_view normalised);

}  // namespace genkai::text
