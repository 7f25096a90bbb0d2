#include "text/confusables.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/utf8.h"

namespace genkai::text {
namespace {

using Pair = std::pair<char32_t, char>;

// Ascending code points.
constexpr std::array<Pair, 101> kLookalikes{
    {{0x0391, 'A'}, {0x0392, 'B'}, {0x0395, 'E'}, {0x0396, 'Z'}, {0x0397, 'H'}, {0x0399, 'I'}, {0x039A, 'K'},
     {0x039C, 'M'}, {0x039D, 'N'}, {0x039F, 'O'}, {0x03A1, 'P'}, {0x03A4, 'T'}, {0x03A5, 'Y'}, {0x03A7, 'X'},
     {0x03B1, 'a'}, {0x03B3, 'y'}, {0x03B5, 'e'}, {0x03B9, 'i'}, {0x03BA, 'k'}, {0x03BD, 'v'}, {0x03BF, 'o'},
     {0x03C1, 'p'}, {0x03C3, 'o'}, {0x03C4, 't'}, {0x03C5, 'u'}, {0x03C7, 'x'}, {0x03F2, 'c'}, {0x03F3, 'j'},
     {0x0405, 'S'}, {0x0406, 'I'}, {0x0408, 'J'}, {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'}, {0x0417, '3'},
     {0x041A, 'K'}, {0x041C, 'M'}, {0x041D, 'H'}, {0x041E, 'O'}, {0x0420, 'P'}, {0x0421, 'C'}, {0x0422, 'T'},
     {0x0423, 'Y'}, {0x0425, 'X'}, {0x042C, 'b'}, {0x0430, 'a'}, {0x0432, 'b'}, {0x0433, 'r'}, {0x0435, 'e'},
     {0x043A, 'k'}, {0x043C, 'm'}, {0x043D, 'h'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'},
     {0x0443, 'y'}, {0x0445, 'x'}, {0x044C, 'b'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'}, {0x0475, 'v'},
     {0x04AE, 'Y'}, {0x04AF, 'y'}, {0x04BB, 'h'}, {0x04C0, 'I'}, {0x04CF, 'l'}, {0x0501, 'd'}, {0x050D, 'g'},
     {0x051B, 'q'}, {0x051C, 'W'}, {0x051D, 'w'}, {0x0555, 'O'}, {0x0561, 'w'}, {0x0563, 'q'}, {0x0566, 'q'},
     {0x0570, 'h'}, {0x0578, 'n'}, {0x057C, 'n'}, {0x057D, 'u'}, {0x0581, 'g'}, {0x0582, 'i'}, {0x0584, 'f'},
     {0x0585, 'o'}, {0x13A0, 'D'}, {0x13A1, 'R'}, {0x13A2, 'T'}, {0x13A9, 'Y'}, {0x13AA, 'A'}, {0x13AB, 'J'},
     {0x13AC, 'E'}, {0x13B3, 'W'}, {0x13B7, 'M'}, {0x13BB, 'H'}, {0x13C0, 'G'}, {0x13C3, 'Z'}, {0x13CF, 'b'},
     {0x13D2, 'R'}, {0x13D9, 'V'}, {0x13DA, 'S'}}};

constexpr bool ascending() {
  for (std::size_t i = 1; i < kLookalikes.size(); ++i)
    if (kLookalikes[i - 1].first >= kLookalikes[i].first) return false;
  return true;
}
static_assert(ascending());

bool is_greek(char32_t c) {
  return c >= 0x370 && c < 0x400;
}

// Letters for the purpose of words: ASCII, and whatever is neither ASCII, space, punctuation nor CJK.
bool is_word(char32_t c) {
  if (c < 0x80) return is_ascii_letter(c);
  return (c >= 0xC0 && c < 0x2000) || (c >= 0x13A0 && c < 0x1400);
}

struct Word {
  Span span;
  std::size_t ascii = 0, cyrillic = 0, greek = 0, greek_inside = 0, other = 0;
};

template <class Visit>
void each_word(std::string_view utf8, Visit&& visit) {
  Word word;
  bool open = false, after_letter = false;  // the last one was Greek, after a lower-case ASCII letter
  char32_t previous = 0;
  const auto close = [&](std::size_t end) {
    if (!open) return;
    word.span.end = end;
    visit(word);
    open = false;
  };
  for (std::size_t at = 0; at < utf8.size();) {
    const CodePoint c = code_point_at(utf8, at);
    if (!is_word(c.value)) {
      close(at);
    } else {
      if (!open) {
        word = {{at, at}, 0, 0, 0, 0, 0};
        open = true;
        after_letter = false;
        previous = 0;
      }
      if (after_letter && is_ascii_lower(c.value)) ++word.greek_inside;
      after_letter = is_greek(c.value) && is_ascii_lower(previous);
      if (is_ascii_letter(c.value)) {
        ++word.ascii;
      } else if (looks_like(c.value) == 0) {
        ++word.other;
      } else if (is_greek(c.value)) {
        ++word.greek;
      } else {
        ++word.cyrillic;
      }
      previous = c.value;
    }
    at += c.length;
  }
  close(utf8.size());
}

std::string plain_of(std::string_view word) {
  std::string out;
  for (std::size_t at = 0; at < word.size();) {
    const CodePoint c = code_point_at(word, at);
    if (const char plain = looks_like(c.value); plain != 0)
      out += plain;
    else
      out.append(word, at, c.length);
    at += c.length;
  }
  return out;
}

}  // namespace

char looks_like(char32_t c) {
  if (c < kLookalikes.front().first || c > kLookalikes.back().first) return 0;
  const auto found = std::lower_bound(kLookalikes.begin(), kLookalikes.end(), c,
                                      [](const Pair& pair, char32_t wanted) { return pair.first < wanted; });
  return found != kLookalikes.end() && found->first == c ? found->second : '\0';
}

std::vector<MixedWord> find_mixed_words(std::string_view utf8) {
  std::vector<MixedWord> found;
  if (is_ascii(utf8)) return found;
  each_word(utf8, [&](const Word& word) {
    const bool cyrillic = word.cyrillic > 0 && word.ascii >= 2;
    const bool greek = word.greek_inside > 0 && word.ascii >= 3;
    if (cyrillic || greek) found.push_back({word.span, plain_of(word.span.of(utf8))});
  });
  return found;
}

std::string fold_confusables(std::string_view utf8) {
  if (is_ascii(utf8)) return std::string(utf8);
  std::size_t ascii = 0, foreign = 0;
  each_word(utf8, [&](const Word& word) {
    ascii += word.ascii;
    foreign += word.other + (word.ascii == 0 ? word.cyrillic + word.greek : 0);
  });
  const bool mostly_ascii = ascii > 4 * foreign;
  std::string out;
  std::size_t done = 0;
  each_word(utf8, [&](const Word& word) {
    const bool lookalikes = word.cyrillic + word.greek > 0;
    const bool whole = word.ascii == 0 && word.other == 0 && mostly_ascii;
    if (!lookalikes || (word.ascii == 0 && !whole)) return;
    out.append(utf8, done, word.span.begin - done);
    out += plain_of(word.span.of(utf8));
    done = word.span.end;
  });
  out.append(utf8, done);
  return out;
}

}  // namespace genkai::text
