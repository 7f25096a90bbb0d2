#include "text/question_words.h"

#include <algorithm>
#include <array>

#include "text/utf8.h"

namespace genkai::text {
namespace {

constexpr std::array<std::string_view, 29> kEnglish = {
    "a",    "an",    "are",   "did", "do",    "does", "for",   "how",  "in",   "is",
    "many", "much",  "name",  "of",  "the",   "to",   "was",   "were", "what", "what's",
    "when", "where", "which", "who", "who's", "whom", "whose", "why",  "with"};
static_assert(std::is_sorted(kEnglish.begin(), kEnglish.end()));

// Longest first where one begins another.
constexpr std::array<std::string_view, 34> kAnywhere = {
    "という名前の", "という名称の", "何という", "なんという", "どのような", "どのくらい", "どのぐらい",
    "どれくらい",   "どれぐらい",   "どの程度", "どうして",   "どういう",   "何でしょう", "なんでしょう",
    "どんな",       "どちら",       "どこ",     "どれ",       "どの",       "どう",       "どなた",
    "だれ",         "誰",           "いつ",     "なぜ",       "何故",       "いくつ",     "いくら",
    "何",           "教えて",       "答えて",   "ください",   "下さい",     "でしょうか"};
constexpr std::array<std::string_view, 16> kAtEnd = {
    "なのでしょうか", "のでしょうか", "でしょうか", "なのですか", "のですか", "だろうか",
    "でしたか",       "ましたか",     "でしょう",   "ですか",     "ますか",   "なのか",
    "るか",           "たか",         "のか",       "か"};

bool at_sentence_end(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  if (at >= text.size()) return true;
  const char32_t c = code_point_at(text, at).value;
  return c == '?' || c == '!' || c == '.' || c == '\n' || c == U'。';
}

std::size_t match(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  for (const std::string_view word : kAnywhere) {
    if (!rest.starts_with(word)) continue;
    return word.size();
  }
  for (const std::string_view word : kAtEnd)
    if (rest.starts_with(word) && at_sentence_end(text, at + word.size())) return word.size();
  return 0;
}

}  // namespace

bool is_question_word(std::string_view word) {
  return std::binary_search(kEnglish.begin(), kEnglish.end(), word);
}

std::string without_japanese_question_words(std::string_view normalised) {
  std::string out;
  out.reserve(normalised.size());
  for (std::size_t at = 0; at < normalised.size();) {
    const CodePoint c = code_point_at(normalised, at);
    const std::size_t length = c.value >= 0x3000 ? match(normalised, at) : 0;
    if (length > 0) {
      out += ' ';
      at += length;
    } else {
      out.append(normalised, at, c.length);
      at += c.length;
    }
  }
  return out;
}

}  // namespace genkai::text
