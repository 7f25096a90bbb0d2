#pragma once
// Numbers as people write them: 1,234.5, ３.５, 3.5 million, twenty-five, 三千五百, 2万3千.
//
//   if (auto number = read_number("2万3千人", 0)) number->value == 23000, number->end == 8

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace genkai::text {

struct Number {
  double value = 0;
  std::size_t end = 0;     // byte after the number
  std::size_t digits = 0;  // digits of a plain run without separators, else 0; "2024" has 4
  bool is_kanji = false;   // written in kanji alone
  bool is_word = false;    // written in English words alone
};

/// The number that starts exactly at `at`, multipliers (million, 万) included. A word or kanji must begin
/// there.
std::optional<Number> read_number(std::string_view text, std::size_t at);

/// Plain decimal: 23000, 3.5.
std::string format_number(double value);

/// 0 to 9 for a digit of ASCII, full width, or kanji (〇一二三); else -1.
int digit_value(char32_t c);

}  // namespace genkai::text
