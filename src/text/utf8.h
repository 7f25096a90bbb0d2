#pragma once
// Walking over UTF-8 that may be broken, and the character classes that the language tools share.
//
//   for (std::size_t at = 0; at < text.size();) {
//     const CodePoint c = code_point_at(text, at);  // U+FFFD, valid = false where the bytes are no UTF-8
//     at += c.length;
//   }

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace genkai::text {

struct CodePoint {
  char32_t value = 0xFFFD;
  std::uint32_t length =
      1;  // bytes; of a broken sequence its longest valid start, as Unicode (3.9, U+FFFD) advises
  bool valid = true;
};

/// The code point that starts at `at`. REQUIRES: at < text.size().
inline CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  unsigned needed = 0, low = 0x80, high = 0xBF;
  char32_t value = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    needed = 1, value = lead & 0x1F;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    needed = 2, value = lead & 0x0F;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    needed = 3, value = lead & 0x07;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {0xFFFD, 1, false};
  }
  for (std::uint32_t i = 1; i <= needed; ++i) {
    if (at + i >= text.size() || byte(i) < low || byte(i) > high) return {0xFFFD, i, false};
    value = (value << 6) | (byte(i) & 0x3F);
    low = 0x80, high = 0xBF;
  }
  return {value, needed + 1, true};
}

/// The code point that ends at `end` (exclusive). REQUIRES: 0 < end <= text.size().
inline CodePoint code_point_before(std::string_view text, std::size_t end) {
  std::size_t start = end - 1;
  while (start > 0 && end - start < 4 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
  const CodePoint found = code_point_at(text.substr(0, end), start);
  if (found.valid && start + found.length == end) return found;
  return {0xFFFD, 1, false};
}

void append_utf8(std::string& out, char32_t value);

/// Whether every byte is part of well-formed UTF-8.
bool is_valid_utf8(std::string_view text);
bool is_ascii(std::string_view text);
/// The text with every broken sequence as U+FFFD; `replaced` counts them when given.
std::string to_valid_utf8(std::string_view text, std::size_t* replaced = nullptr);

inline bool is_ascii_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
inline bool is_ascii_upper(char32_t c) {
  return c >= 'A' && c <= 'Z';
}
inline bool is_ascii_lower(char32_t c) {
  return c >= 'a' && c <= 'z';
}
inline bool is_ascii_letter(char32_t c) {
  return is_ascii_upper(c) || is_ascii_lower(c);
}

inline bool is_hiragana(char32_t c) {
  return c >= 0x3041 && c <= 0x309F;
}
/// Katakana with its length mark, full and half width; not the middle dot.
inline bool is_katakana(char32_t c) {
  return (c >= 0x30A1 && c <= 0x30FF && c != 0x30FB) || (c >= 0x31F0 && c <= 0x31FF) ||
         (c >= 0xFF66 && c <= 0xFF9F);
}
/// Ideographs with their iteration marks 々〆〇.
inline bool is_kanji(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x323AF) || (c >= 0x3005 && c <= 0x3007);
}
inline bool is_japanese_letter(char32_t c) {
  return is_kanji(c) || is_hiragana(c) || is_katakana(c);
}

/// White space of Unicode, line ends included.
inline bool is_space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

}  // namespace genkai::text
