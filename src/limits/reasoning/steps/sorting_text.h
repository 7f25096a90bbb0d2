#pragma once
// What steps of sorting words are written in: quoted words with letters, and lists of groups,
//
//   (2) ["bela" ? "bravado"] < (3) "crowbar"     two groups, the first in an order that is still open

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::limits::reasoning::steps {

struct WordGroup {
  std::vector<std::string> words;    // as written
  std::optional<std::size_t> key{};  // the number before it
};
/// Nothing when the text is no list or leaves words out ("...").
std::optional<std::vector<WordGroup>> read_groups(std::string_view text);

/// "bela": "e" (5).
struct WordLetter {
  std::string word, letter;
  std::optional<std::size_t> number{};
};
std::vector<WordLetter> read_letters(std::string_view text);

/// The words of a question: what follows its last ":", else all of it.
std::vector<std::string> words_of(std::string_view text);

/// 1 for "first"; 0 when the text names no place. "their second letters".
std::size_t place_named(std::string_view text);

}  // namespace genkai::limits::reasoning::steps
