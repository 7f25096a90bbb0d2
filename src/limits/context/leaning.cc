#include "limits/context/leaning.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/text.h"

namespace genkai::limits::context {
namespace {

constexpr std::size_t kStart = 64;  // code points looked at

// Whole words, in small letters.
constexpr auto kEnglish = std::to_array<std::string_view>({"it",
                                                           "its",
                                                           "he",
                                                           "his",
                                                           "him",
                                                           "she",
                                                           "her",
                                                           "hers",
                                                           "they",
                                                           "their",
                                                           "them",
                                                           "theirs",
                                                           "this",
                                                           "that",
                                                           "these",
                                                           "those",
                                                           "such",
                                                           "both",
                                                           "however",
                                                           "therefore",
                                                           "thus",
                                                           "hence",
                                                           "moreover",
                                                           "furthermore",
                                                           "nevertheless",
                                                           "nonetheless",
                                                           "consequently",
                                                           "accordingly",
                                                           "additionally",
                                                           "similarly",
                                                           "likewise",
                                                           "instead",
                                                           "otherwise",
                                                           "but",
                                                           "and",
                                                           "or",
                                                           "so",
                                                           "yet",
                                                           "also",
                                                           "then",
                                                           "afterwards",
                                                           "meanwhile",
                                                           "conversely",
                                                           "unless",
                                                           "except",
                                                           "the latter",
                                                           "the former",
                                                           "in that case",
                                                           "in this case",
                                                           "in such a case",
                                                           "in such cases",
                                                           "if so",
                                                           "if not",
                                                           "in addition",
                                                           "in contrast",
                                                           "by contrast",
                                                           "as a result",
                                                           "for this reason",
                                                           "for example",
                                                           "for instance",
                                                           "on the other hand",
                                                           "after that",
                                                           "at that time",
                                                           "at the same time",
                                                           "in response"});

constexpr auto kJapanese = std::to_array<std::string_view>(
    {"それ",       "これ",     "あれ",     "その",   "この",   "あの",     "そこ",     "ここで",   "彼は",
     "彼の",       "彼が",     "彼を",     "彼に",   "彼女",   "彼ら",     "同氏",     "同社",     "同年",
     "同じく",     "こうした", "そうした", "しかし", "だが",   "ところが", "けれど",   "でも、",   "また",
     "そして",     "さらに",   "しかも",   "なお",   "ただし", "ただ、",   "もっとも", "そのため", "従って",
     "したがって", "よって",   "ゆえに",   "だから", "つまり", "すなわち", "例えば",   "たとえば", "一方",
     "他方",       "逆に",     "むしろ",   "加えて", "及び",   "または",   "もしくは", "上記",     "前者",
     "後者",       "このほか", "翌年",     "やがて", "結局",   "すると",   "除き、"});

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || c == '\'' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

bool leans_on_previous(std::string_view utf8) {
  const std::string folded = text::normalise(text::prefix(utf8, kStart));
  std::string_view start = folded;
  while (!start.empty() && (start.front() == ' ' || start.front() == '"' || start.front() == '\'' ||
                            start.front() == '(' || start.front() == '\n'))
    start.remove_prefix(1);
  const auto begins = [&](std::string_view word) {
    return start.starts_with(word) && (start.size() == word.size() || !is_letter(start[word.size()]));
  };
  return std::any_of(kEnglish.begin(), kEnglish.end(), begins) ||
         std::any_of(kJapanese.begin(), kJapanese.end(),
                     [&](std::string_view word) { return start.starts_with(word); });
}

}  // namespace genkai::limits::context
