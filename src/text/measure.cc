// Counting over text: code points, language, tokens.

#include <unicode/uchar.h>

#include "text/text.h"
#include "text/utf8.h"

namespace genkai::text {

std::size_t count_code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string_view prefix(std::string_view utf8, std::size_t code_points) {
  std::size_t at = 0;
  for (; at < utf8.size() && code_points > 0; --code_points) {
    do ++at;
    while (at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0) == 0x80);
  }
  return utf8.substr(0, at);
}

Language detect_language(std::string_view utf8) {
  std::size_t kana = 0, kanji = 0, latin = 0, accented = 0, others = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const CodePoint c = code_point_at(utf8, at);
    at += c.length;
    if (is_ascii_letter(c.value)) {
      ++latin;
    } else if (c.value < 0x80 || !c.valid) {
      continue;
    } else if (is_hiragana(c.value) || is_katakana(c.value)) {
      ++kana;
    } else if (is_kanji(c.value)) {
      ++kanji;
    } else if ((c.value >= 0xFF21 && c.value <= 0xFF3A) || (c.value >= 0xFF41 && c.value <= 0xFF5A)) {
      ++latin;
    } else if (c.value < 0x250) {
      accented += u_isalpha(static_cast<UChar32>(c.value)) != 0;
    } else {
      others += u_isalpha(static_cast<UChar32>(c.value)) != 0;
    }
  }
  // A Japanese character carries about as much as three Latin letters.
  const std::size_t japanese = 3 * (kana + kanji);
  if (japanese > latin + accented && japanese > others) {
    // Kanji alone is a name or a heading while it is short, and Chinese when it runs on.
    return kana * 20 >= kanji || kanji < 20 ? Language::japanese : Language::other;
  }
  if (latin + accented == 0 || others > latin + accented) return Language::other;
  return accented * 40 > latin ? Language::other : Language::english;
}

std::size_t estimate_tokens(std::string_view utf8) {
  // In twentieths of a token: a word of up to eight letters is one token, longer words one more each six
  // letters, three digits one, kana 0.7, kanji 0.95, punctuation 0.9, another letter of Unicode 0.5.
  std::size_t twentieths = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto byte = static_cast<unsigned char>(utf8[at]);
    if (is_ascii_letter(byte)) {
      const std::size_t begin = at;
      while (at < utf8.size() && is_ascii_letter(static_cast<unsigned char>(utf8[at]))) ++at;
      const std::size_t letters = at - begin;
      twentieths += 22 + (letters > 8 ? 20 * ((letters - 3) / 6) : 0);
    } else if (is_ascii_digit(byte)) {
      const std::size_t begin = at;
      while (at < utf8.size() && is_ascii_digit(static_cast<unsigned char>(utf8[at]))) ++at;
      twentieths += 20 * ((at - begin + 2) / 3);
    } else if (byte < 0x80) {
      twentieths += byte > ' ' ? 18 : 0;
      ++at;
    } else {
      const CodePoint c = code_point_at(utf8, at);
      at += c.length;
      if (is_hiragana(c.value) || is_katakana(c.value)) {
        twentieths += 14;
      } else if (is_kanji(c.value)) {
        twentieths += 19;
      } else if (!is_space(c.value)) {
        twentieths += c.value < 0x3000 ? 10 : 16;
      }
    }
  }
  return (twentieths + 19) / 20;
}

}  // namespace genkai::text
