#include <algorithm>
#include <array>

#include "text/measures.h"
#include "text/numbers.h"
#include "text/span_finders.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

// Longest first where one begins another.
constexpr std::array<std::string_view, 103> kCounters = {"キロメートル",
                                                         "センチメートル",
                                                         "ミリメートル",
                                                         "平方キロメートル",
                                                         "平方メートル",
                                                         "立方メートル",
                                                         "パーセント",
                                                         "ヘクタール",
                                                         "キログラム",
                                                         "ポイント",
                                                         "メートル",
                                                         "グラム",
                                                         "リットル",
                                                         "ドル",
                                                         "ユーロ",
                                                         "ポンド",
                                                         "フィート",
                                                         "マイル",
                                                         "インチ",
                                                         "トン",
                                                         "キロ",
                                                         "ページ",
                                                         "チーム",
                                                         "カ国",
                                                         "か国",
                                                         "ヶ国",
                                                         "ヵ国",
                                                         "箇所",
                                                         "か所",
                                                         "カ所",
                                                         "ヶ所",
                                                         "ヶ月",
                                                         "か月",
                                                         "カ月",
                                                         "ヵ月",
                                                         "週間",
                                                         "時間",
                                                         "日間",
                                                         "年間",
                                                         "年",
                                                         "分間",
                                                         "秒間",
                                                         "世帯",
                                                         "種類",
                                                         "連勝",
                                                         "連敗",
                                                         "得点",
                                                         "番目",
                                                         "度目",
                                                         "回目",
                                                         "人目",
                                                         "年目",
                                                         "歳",
                                                         "才",
                                                         "人",
                                                         "名",
                                                         "個",
                                                         "本",
                                                         "枚",
                                                         "台",
                                                         "匹",
                                                         "頭",
                                                         "羽",
                                                         "冊",
                                                         "件",
                                                         "回",
                                                         "度",
                                                         "倍",
                                                         "位",
                                                         "番",
                                                         "階",
                                                         "両",
                                                         "隻",
                                                         "機",
                                                         "点",
                                                         "分",
                                                         "秒",
                                                         "日",
                                                         "月",
                                                         "時",
                                                         "円",
                                                         "坪",
                                                         "戸",
                                                         "社",
                                                         "校",
                                                         "店",
                                                         "駅",
                                                         "勝",
                                                         "敗",
                                                         "軒",
                                                         "艦",
                                                         "門",
                                                         "口",
                                                         "級",
                                                         "代",
                                                         "つ",
                                                         "席",
                                                         "基",
                                                         "段",
                                                         "割",
                                                         "杯",
                                                         "皿",
                                                         "曲"};
constexpr std::array<std::string_view, 22> kLatinUnits = {
    "km/h", "km²", "km2", "km",  "cm",  "mm", "mg", "kg",  "m²", "m2", "m3",
    "MW",   "kW",  "GHz", "MHz", "kHz", "Hz", "ha", "hPa", "m",  "g",  "t"};
// Words that follow a number but are not what it counts.
constexpr std::array<std::string_view, 40> kNoUnits = {
    "a",     "after",  "an",   "and",  "are",   "as",  "at",   "be",   "before", "but",
    "by",    "during", "for",  "from", "had",   "has", "have", "he",   "in",     "is",
    "it",    "its",    "of",   "on",   "only",  "or",  "she",  "so",   "that",   "the",
    "their", "they",   "this", "to",   "until", "was", "were", "when", "which",  "with"};
static_assert(std::is_sorted(kNoUnits.begin(), kNoUnits.end()));

std::size_t latin_unit(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  if (begin < text.size() && (text[begin] == ' ' || text[begin] == '-')) ++begin;
  std::size_t end = begin;
  while (end < text.size() && is_ascii_letter(static_cast<unsigned char>(text[end]))) ++end;
  const std::string_view word = text.substr(begin, end - begin);
  if (word.size() < 2 || std::binary_search(kNoUnits.begin(), kNoUnits.end(), word)) return at;
  if ((word == "square" || word == "cubic" || word == "sq" || word == "per") && end < text.size() &&
      text[end] == ' ') {
    std::size_t next = end + 1;
    while (next < text.size() && is_ascii_letter(static_cast<unsigned char>(text[next]))) ++next;
    if (next > end + 1) return next;
  }
  if (text.substr(end).starts_with(" per ")) {
    std::size_t next = end + 5;
    while (next < text.size() && is_ascii_letter(static_cast<unsigned char>(text[next]))) ++next;
    return next;
  }
  return end;
}

std::size_t japanese_unit(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t best = 0;
  for (const std::string_view counter : kCounters)
    if (rest.starts_with(counter)) best = std::max(best, counter.size());
  return at + best;
}

/// The byte after the unit that follows at `at`, or `at`.
std::size_t unit_end(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const std::size_t space = rest.starts_with("\u00A0") ? 2 : rest.starts_with(' ') ? 1 : 0;
  for (const std::string_view sign : {"%", "％", "°C", "°F", "°", "℃", "‰"})
    if (rest.substr(space).starts_with(sign)) return at + space + sign.size();
  for (const std::string_view unit : kLatinUnits) {
    const std::size_t gap = rest.starts_with(' ');
    const std::size_t end = at + gap + unit.size();
    if (rest.substr(gap).starts_with(unit) &&
        (end >= text.size() || !is_ascii_letter(static_cast<unsigned char>(text[end])))) {
      return end;
    }
  }
  const std::size_t japanese = japanese_unit(text, at);
  return japanese > at ? japanese : latin_unit(text, at);
}

std::size_t currency_begin(std::string_view text, std::size_t at) {
  for (const std::string_view sign : {"US$", "$", "€", "£", "¥", "￥"})
    if (at >= sign.size() && text.substr(at - sign.size(), sign.size()) == sign) return at - sign.size();
  return at;
}

bool continues_word(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  const char32_t before = code_point_before(text, at).value;
  return is_ascii_letter(before) || is_ascii_digit(before);
}

}  // namespace

void find_numbers(std::string_view sentence, std::vector<TypedSpan>& out) {
  for (std::size_t at = 0; at < sentence.size();) {
    const CodePoint c = code_point_at(sentence, at);
    const bool candidate = digit_value(c.value) >= 0 || is_ascii_letter(c.value) || is_kanji(c.value);
    const std::optional<Number> number =
        candidate && !continues_word(sentence, at) ? read_number(sentence, at) : std::nullopt;
    if (!number) {
      at += c.length;
      continue;
    }
    const std::size_t with_unit = unit_end(sentence, number->end);
    // 一般 and 三重 are no numbers: one kanji needs a counter.
    const bool short_kanji =
        number->is_kanji && number->end - at <= 3 && japanese_unit(sentence, number->end) == number->end;
    if (!short_kanji) {
      const std::string value = format_number(number->value);
      const std::size_t begin = currency_begin(sentence, at);
      Measure measure =
          begin < at ? Measure::money
                     : measure_of_unit(normalise(sentence.substr(number->end, with_unit - number->end)));
      const bool plain_year = number->digits == 4 && sentence.substr(number->end).starts_with("年");
      if (plain_year && !sentence.substr(number->end).starts_with("年間")) measure = Measure::year;
      if (with_unit > number->end) out.push_back({{begin, with_unit}, AnswerType::number, value, measure});
      if (begin < at) out.push_back({{begin, number->end}, AnswerType::number, value, measure});
      out.push_back({{at, number->end}, AnswerType::number, value, measure});
    }
    at = number->end;
  }
}

}  // namespace genkai::text
