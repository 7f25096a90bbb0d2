#pragma once
// Closed classes of English words, for making questions of sentences by rules.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::answer {

/// Words between white space, in order; punctuation stays with its word. They live as long as the sentence.
std::vector<std::string_view> words_of(std::string_view sentence);
std::vector<std::string_view> words_of(std::string&& sentence) = delete;
/// In small letters, without punctuation at either end.
std::string bare(std::string_view word);

bool is_auxiliary(std::string_view bare_word);    // was, has, can: what a question puts first
bool is_preposition(std::string_view bare_word);  // in, by, during
bool is_determiner(std::string_view bare_word);   // the, a, each
bool is_pronoun(std::string_view bare_word);      // he, its, this: what it stands for is elsewhere
bool joins_clauses(std::string_view bare_word);   // that, which, because, and
/// A form that can be a finite verb: an auxiliary, "built", "costs", "...ed".
bool may_be_verb(std::string_view bare_word);
/// "bought" gives "buy"; none for what may be a participle of an unknown verb.
std::optional<std::string_view> base_of_past(std::string_view bare_word);

}  // namespace genkai::answer
