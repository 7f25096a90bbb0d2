#pragma once
// Byte-level byte pair encoding ("gpt2" in GGUF; Radford et al. 2019, section 2.2): a text is cut into words,
// the bytes of a word are written as one character each, and neighbours are merged in the order in which
// merges were learnt. Words are cut as llama.cpp cuts them for the name that the file gives.
//
//   split_words("it's 1234", *word_rule("llama-bpe"));  // "it", "'s", " ", "123", "4"
//   as_characters(" a");                                // "Ġa"
//   as_bytes("Ġa");                                     // " a"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::model::native {

/// How words are cut. All keep letters, digits, and other characters apart, and a blank with the word behind
/// it.
enum class WordRule {
  gpt2,          // digits in runs of any length
  single_digit,  // the same, each digit a word by itself
  llama3,        // digits in groups of three; any character before letters goes with them
  qwen2,         // as llama3, each digit a word by itself
};

/// The rule that a file's `tokenizer.ggml.pre` names; nothing for a name that is not known.
std::optional<WordRule> word_rule(std::string_view pre);
/// The names that are known, for messages.
std::string_view word_rule_names();

/// Cuts a text without gaps. REQUIRES: text is valid UTF-8.
std::vector<std::string_view> split_words(std::string_view text, WordRule rule);

/// One printable character for each byte, and back; characters that stand for no byte are dropped.
std::string as_characters(std::string_view bytes);
std::string as_bytes(std::string_view characters);

}  // namespace genkai::model::native
