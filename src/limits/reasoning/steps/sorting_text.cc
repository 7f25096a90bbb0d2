#include "limits/reasoning/steps/sorting_text.h"

#include <array>

namespace genkai::limits::reasoning::steps {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool in_word(char c) {
  return !is_space(c) && std::string_view("<>()[]?=\",;:.").find(c) == std::string_view::npos;
}

// (14) at `at`; moves behind it.
std::optional<std::size_t> number_in_brackets(std::string_view text, std::size_t& at) {
  std::size_t end = at + 1, number = 0;
  while (end < text.size() && is_digit(text[end]) && end - at < 8)
    number = number * 10 + static_cast<std::size_t>(text[end++] - '0');
  if (end == at + 1 || end >= text.size() || text[end] != ')') return std::nullopt;
  at = end + 1;
  return number;
}

std::optional<std::string> quoted(std::string_view text, std::size_t& at) {
  const std::size_t end = text.find('"', at + 1);
  if (end == text.npos) return std::nullopt;
  std::string out(text.substr(at + 1, end - at - 1));
  at = end + 1;
  return out;
}

}  // namespace

std::optional<std::vector<WordGroup>> read_groups(std::string_view text) {
  std::vector<WordGroup> groups;
  bool open = false, joined = false, fresh = true;
  std::optional<std::size_t> key;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '(') {
      key = number_in_brackets(text, at);
      if (!key) return std::nullopt;
      continue;
    }
    if (c == '.' && at + 1 < text.size() && text[at + 1] == '.') return std::nullopt;
    if (c == '[') open = true, fresh = true;
    if (c == ']') open = false, joined = false;
    if (c == '<') fresh = true, joined = false;
    if (c == '?' || c == '=') joined = true;
    if (c == '"' || in_word(c)) {
      std::string word;
      if (c == '"') {
        const auto found = quoted(text, at);
        if (!found) return std::nullopt;
        word = *found;
      } else {
        while (at < text.size() && in_word(text[at])) word += text[at++];
      }
      const bool same = !groups.empty() && !fresh && (joined || open);
      if (!same) groups.push_back({{}, key});
      groups.back().words.push_back(std::move(word));
      key.reset();
      fresh = joined = false;
      continue;
    }
    ++at;
  }
  if (groups.empty()) return std::nullopt;
  return groups;
}

std::vector<WordLetter> read_letters(std::string_view text) {
  std::vector<WordLetter> letters;
  for (std::size_t at = text.find('"'); at != text.npos; at = text.find('"', at)) {
    const auto word = quoted(text, at);
    if (!word) break;
    std::size_t next = at;
    while (next < text.size() && is_space(text[next])) ++next;
    if (next >= text.size() || text[next] != ':') continue;
    ++next;
    while (next < text.size() && is_space(text[next])) ++next;
    if (next >= text.size() || text[next] != '"') continue;
    const auto letter = quoted(text, next);
    if (!letter) break;
    WordLetter found{*word, *letter, {}};
    at = next;
    while (next < text.size() && is_space(text[next])) ++next;
    if (next < text.size() && text[next] == '(')
      if (const auto number = number_in_brackets(text, next)) found.number = number, at = next;
    letters.push_back(std::move(found));
  }
  return letters;
}

std::vector<std::string> words_of(std::string_view text) {
  if (const std::size_t colon = text.rfind(':'); colon != text.npos) text.remove_prefix(colon + 1);
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && (is_space(text[at]) || text[at] == ',' || text[at] == '"')) ++at;
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end]) && text[end] != ',' && text[end] != '"') ++end;
    std::string word(text.substr(at, end - at));
    if (!word.empty() && word.back() == '.') word.pop_back();
    if (!word.empty()) words.push_back(std::move(word));
    at = end;
  }
  return words;
}

std::size_t place_named(std::string_view text) {
  constexpr std::array<std::string_view, 10> kPlaces{"first", "second",  "third",  "fourth", "fifth",
                                                     "sixth", "seventh", "eighth", "ninth",  "tenth"};
  for (std::size_t i = 0; i < kPlaces.size(); ++i)
    if (text.find(std::string(kPlaces[i]) + " letter") != text.npos) return i + 1;
  return 0;
}

}  // namespace genkai::limits::reasoning::steps
