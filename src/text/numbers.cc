#include "text/numbers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "text/utf8.h"

namespace genkai::text {
namespace {

constexpr std::u32string_view kKanjiDigits = U"〇一二三四五六七八九";

int plain_digit(char32_t c) {
  if (is_ascii_digit(c)) return static_cast<int>(c - '0');
  if (c >= 0xFF10 && c <= 0xFF19) return static_cast<int>(c - 0xFF10);
  return -1;
}
int kanji_digit(char32_t c) {
  const auto at = kKanjiDigits.find(c);
  return at == std::u32string_view::npos ? -1 : static_cast<int>(at);
}
double small_unit(char32_t c) {
  return c == U'十' ? 10 : c == U'百' ? 100 : c == U'千' ? 1000 : 0;
}
double large_unit(char32_t c) {
  return c == U'万' ? 1e4 : c == U'億' ? 1e8 : c == U'兆' ? 1e12 : 0;
}

char32_t at_or_zero(std::string_view text, std::size_t at) {
  return at < text.size() ? code_point_at(text, at).value : 0;
}
std::size_t length_at(std::string_view text, std::size_t at) {
  return code_point_at(text, at).length;
}

/// Digits with group separators and a decimal part.
struct Plain {
  double value = 0;
  std::size_t end = 0;
  std::size_t digits = 0;
  bool separated = false;
};
Plain read_plain(std::string_view text, std::size_t at) {
  Plain out;
  const auto take = [&](double& value, std::size_t most) {
    std::size_t count = 0;
    for (int d = 0; count < most && (d = plain_digit(at_or_zero(text, at))) >= 0; ++count) {
      value = value * 10 + d;
      at += length_at(text, at);
    }
    return count;
  };
  out.digits = take(out.value, 18);
  if (out.digits == 0) return out;
  out.end = at;
  for (std::size_t lead = out.digits; lead <= 3;) {
    const char32_t comma = at_or_zero(text, at);
    if (comma != ',' && comma != U'，') break;
    at += length_at(text, at);
    double group = 0;
    if (take(group, 4) != 3) break;
    out.value = out.value * 1000 + group;
    out.separated = true;
    out.end = at;
    if (out.value > 1e18) break;
  }
  at = out.end;
  const char32_t point = at_or_zero(text, at);
  if (point == '.' || point == U'．') {
    at += length_at(text, at);
    double part = 0;
    const std::size_t places = take(part, 15);
    if (places > 0) {
      out.value += part / std::pow(10.0, static_cast<double>(places));
      out.separated = true;
      out.end = at;
    }
  }
  return out;
}

/// Japanese numbers: digits of either kind mixed with 十百千万億兆.
std::optional<Number> read_japanese(std::string_view text, std::size_t at) {
  double total = 0, section = 0, current = -1, last_large = 1e16;
  Number out;
  out.is_kanji = true;
  std::size_t marks = 0;
  while (at < text.size() && marks < 40) {
    const CodePoint c = code_point_at(text, at);
    if (plain_digit(c.value) >= 0) {
      if (current >= 0) break;
      const Plain plain = read_plain(text, at);
      current = plain.value;
      out.digits = marks == 0 && !plain.separated ? plain.digits : 0;
      out.is_kanji = false;
      at = plain.end;
    } else if (const int digit = kanji_digit(c.value); digit >= 0) {
      if (current >= 0 && !out.is_kanji) break;
      current = (current < 0 ? 0 : current * 10) + digit;
      out.digits = out.is_kanji && marks == out.digits ? marks + 1 : 0;
      at += c.length;
    } else if (const double small = small_unit(c.value); small > 0) {
      section += (current < 0 ? 1 : current) * small;
      current = -1;
      out.digits = 0;
      at += c.length;
    } else if (const double large = large_unit(c.value); large > 0) {
      if (large >= last_large || (section == 0 && current < 0)) break;
      total += (section + std::max(current, 0.0)) * large;
      section = 0;
      current = -1;
      last_large = large;
      out.digits = 0;
      at += c.length;
    } else {
      break;
    }
    ++marks;
    out.end = at;
  }
  if (marks == 0) return std::nullopt;
  out.value = total + section + std::max(current, 0.0);
  return out;
}

constexpr std::array<std::pair<std::string_view, double>, 28> kSmallWords = {
    {{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
     {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
     {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
     {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
     {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
     {"seventy", 70}, {"eighty", 80},  {"ninety", 90}}};
constexpr std::array<std::pair<std::string_view, double>, 6> kLargeWords = {{{"hundred", 100},
                                                                             {"thousand", 1e3},
                                                                             {"million", 1e6},
                                                                             {"billion", 1e9},
                                                                             {"trillion", 1e12},
                                                                             {"dozen", 12}}};

std::string lower_word(std::string_view text, std::size_t at) {
  std::string word;
  while (at < text.size() && word.size() < 12 && is_ascii_letter(static_cast<unsigned char>(text[at])))
    word += static_cast<char>(text[at++] | 0x20);
  return word;
}
template <std::size_t N>
double lookup(const std::array<std::pair<std::string_view, double>, N>& table, std::string_view word) {
  for (const auto& [name, value] : table)
    if (name == word) return value;
  return -1;
}

/// Reads "twenty-five", "one hundred and five", "three million".
std::optional<Number> read_words(std::string_view text, std::size_t at) {
  double total = 0, section = 0;
  Number out;
  out.is_word = true;
  bool any = false;
  for (int words = 0; words < 12; ++words) {
    std::size_t begin = at;
    if (any) {
      if (begin >= text.size() || (text[begin] != ' ' && text[begin] != '-')) break;
      ++begin;
      if (section >= 100 && text.substr(begin).starts_with("and ")) begin += 4;
    }
    const std::string word = lower_word(text, begin);
    if (word.empty()) break;
    const double small = lookup(kSmallWords, word), large = lookup(kLargeWords, word);
    if (small >= 0) {
      if (any && !(small < 10 && section > 0 && std::fmod(section, 10) == 0) &&
          !(std::fmod(section, 100) == 0 && (section > 0 || total > 0))) {
        break;
      }
      section += small;
    } else if (large > 0 && any) {
      if (large < 1000) {
        section *= large;
      } else {
        total += section * large;
        section = 0;
      }
    } else {
      break;
    }
    any = true;
    at = begin + word.size();
    out.end = at;
  }
  if (!any) return std::nullopt;
  out.value = total + section;
  return out;
}

}  // namespace

int digit_value(char32_t c) {
  return plain_digit(c) >= 0 ? plain_digit(c) : kanji_digit(c);
}

std::optional<Number> read_number(std::string_view text, std::size_t at) {
  if (at >= text.size()) return std::nullopt;
  const auto byte = static_cast<unsigned char>(text[at]);
  if (is_ascii_letter(byte)) {
    std::optional<Number> words = read_words(text, at);
    if (words && words->end < text.size() && is_ascii_letter(static_cast<unsigned char>(text[words->end])))
      return {};
    return words;
  }
  std::optional<Number> out = read_japanese(text, at);
  if (!out || out->is_kanji) return out;
  if (out->end + 1 < text.size() && (text[out->end] == ' ' || text[out->end] == '-')) {
    const std::string word = lower_word(text, out->end + 1);
    const double large = lookup(kLargeWords, word);
    if (large > 0) {
      out->value *= large;
      out->end += 1 + word.size();
      out->digits = 0;
    }
  }
  return out;
}

std::string format_number(double value) {
  std::array<char, 64> buffer;
  const bool whole = std::floor(value) == value && std::fabs(value) < 1e18;
  std::snprintf(buffer.data(), buffer.size(), whole ? "%.0f" : "%.12g", value);
  return buffer.data();
}

}  // namespace genkai::text
