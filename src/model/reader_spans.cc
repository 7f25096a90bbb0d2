#include "model/reader_spans.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "model/reader_features.h"
#include "text/utf8.h"

namespace genkai::model {
namespace {

using text::AnswerType;

constexpr std::array<std::string_view, kSpanFeatures> kNames = {"match",
                                                                "typed",
                                                                "is_person",
                                                                "is_date",
                                                                "is_place",
                                                                "is_number",
                                                                "is_entity",
                                                                "measure_match",
                                                                "measure_other",
                                                                "measure_unasked",
                                                                "counted",
                                                                "noun_match",
                                                                "held",
                                                                "proximity",
                                                                "terms_before",
                                                                "terms_after",
                                                                "touches_before",
                                                                "touches_after",
                                                                "digits",
                                                                "kanji",
                                                                "katakana",
                                                                "hiragana",
                                                                "capital",
                                                                "capital_words",
                                                                "quoted",
                                                                "joined",
                                                                "single",
                                                                "length",
                                                                "long_text",
                                                                "position",
                                                                "at_start",
                                                                "in_brackets",
                                                                "after_wa",
                                                                "after_ga",
                                                                "after_wo",
                                                                "after_ni",
                                                                "after_de",
                                                                "after_no",
                                                                "after_kara",
                                                                "after_to",
                                                                "after_copula",
                                                                "after_nado",
                                                                "before_wa",
                                                                "before_no",
                                                                "before_wo",
                                                                "before_comma",
                                                                "prev_by",
                                                                "prev_in",
                                                                "prev_of",
                                                                "prev_article",
                                                                "prev_to",
                                                                "prev_at",
                                                                "prev_from",
                                                                "prev_for",
                                                                "prev_with",
                                                                "prev_on",
                                                                "prev_copula",
                                                                "prev_and",
                                                                "next_copula",
                                                                "next_of",
                                                                "next_comma",
                                                                "next_and",
                                                                "suffix_person",
                                                                "suffix_place",
                                                                "suffix_date",
                                                                "suffix_organisation",
                                                                "suffix_unit",
                                                                "asks_person",
                                                                "asks_date",
                                                                "asks_place",
                                                                "asks_number",
                                                                "asks_reason",
                                                                "asks_definition",
                                                                "asks_entity",
                                                                "asks_measure",
                                                                "japanese"};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return text.ends_with(e); });
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view s) { return text.starts_with(s); });
}

struct Letters {
  double digits = 0, kanji = 0, katakana = 0, hiragana = 0, all = 0;
};

Letters count_letters(std::string_view utf8) {
  Letters letters;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto c = text::code_point_at(utf8, at);
    at += c.length;
    letters.all += 1;
    letters.digits += text::is_ascii_digit(c.value) || (c.value >= 0xFF10 && c.value <= 0xFF19);
    letters.kanji += text::is_kanji(c.value);
    letters.katakana += text::is_katakana(c.value);
    letters.hiragana += text::is_hiragana(c.value);
  }
  return letters;
}

bool every_word_capital(std::string_view utf8) {
  bool start = true, any = false;
  for (const char c : utf8) {
    if (start && text::is_ascii_lower(static_cast<unsigned char>(c))) return false;
    any |= text::is_ascii_upper(static_cast<unsigned char>(c));
    start = c == ' ';
  }
  return any;
}

/// Share of the question's weight among tokens [begin, end).
double share_between(const QuestionTerms& terms, const std::vector<Token>& tokens, std::size_t begin,
                     std::size_t end) {
  TermSet set;
  for (std::size_t i = begin; i < end; ++i)
    if (tokens[i].term >= 0) set.set(static_cast<std::size_t>(tokens[i].term));
  return terms.share(set);
}

}  // namespace

std::span<const std::string_view> span_feature_names() {
  return kNames;
}

std::vector<SpanRow> span_features(const core::Interpretation& question, const QuestionTerms& terms,
                                   std::string_view unit_text, const Unit& unit,
                                   std::span<const SpanCandidate> candidates) {
  std::vector<SpanRow> rows(candidates.size(), SpanRow{});
  const AnswerType wanted = question.focus.type;
  const text::Measure measure = question.focus.measure;
  const std::string noun = text::normalise(question.focus.unit);
  const bool is_japanese = question.language == text::Language::japanese;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const SpanCandidate& own = candidates[i];
    const auto set = [&](SpanFeature feature, double value) {
      rows[i][static_cast<std::size_t>(feature)] = value;
    };
    using F = SpanFeature;
    const std::string_view words = own.span.of(unit_text);
    const std::string_view before = unit_text.substr(0, own.span.begin),
                           after = unit_text.substr(own.span.end);
    set(F::match, type_match(wanted, own.type));
    set(F::typed, own.type != AnswerType::other);
    set(F::is_person, own.type == AnswerType::person);
    set(F::is_date, own.type == AnswerType::date);
    set(F::is_place, own.type == AnswerType::place);
    set(F::is_number, own.type == AnswerType::number);
    set(F::is_entity, own.type == AnswerType::entity);
    const double measured = text::measure_match(measure, own.measure);
    set(F::measure_match, measured);
    set(F::measure_other, measure != text::Measure::none && measured <= 0);
    set(F::measure_unasked, measure == text::Measure::none && own.measure != text::Measure::none);
    if (!noun.empty()) {
      set(F::counted, wanted == AnswerType::number && own.type == AnswerType::number &&
                          counts(unit_text, own.span, noun));
      const std::size_t end = std::min(unit_text.size(), own.span.end + 12);
      const std::string around = text::normalise(unit_text.substr(own.span.begin, end - own.span.begin));
      set(F::noun_match, around.find(noun) != std::string::npos);
    }
    const auto [first, last] = tokens_at(unit.tokens, own.span);
    double inside = 0, held = 0;
    for (std::size_t t = first; t < last; ++t) {
      if (unit.tokens[t].span.begin < own.span.begin || unit.tokens[t].span.end > own.span.end) continue;
      inside += 1;
      held += unit.tokens[t].term >= 0;
    }
    const std::size_t count = unit.tokens.size();
    set(F::held, inside > 0 ? held / inside : 0);
    set(F::proximity, proximity(terms, unit.tokens, first, last));
    const std::size_t reach = is_japanese ? 10 : 6;
    set(F::terms_before, share_between(terms, unit.tokens, first > reach ? first - reach : 0, first));
    set(F::terms_after, share_between(terms, unit.tokens, last, std::min(count, last + reach)));
    set(F::touches_before, first > 0 && unit.tokens[first - 1].term >= 0);
    set(F::touches_after, last < count && unit.tokens[last].term >= 0);
    const Letters letters = count_letters(words);
    set(F::digits, letters.digits / letters.all);
    set(F::kanji, letters.kanji / letters.all);
    set(F::katakana, letters.katakana / letters.all);
    set(F::hiragana, letters.hiragana / letters.all);
    set(F::capital, text::is_ascii_upper(static_cast<unsigned char>(words.front())));
    set(F::capital_words, every_word_capital(words));
    set(F::quoted, own.quoted);
    set(F::joined, own.joined);
    set(F::single, last - first <= 1);
    set(F::length, std::min(2.0, static_cast<double>(last - first) / 8));
    set(F::long_text, letters.all > 30);
    set(F::position, static_cast<double>(own.span.begin) /
                         static_cast<double>(std::max<std::size_t>(1, unit_text.size())));
    set(F::at_start, own.span.begin == 0);
    set(F::in_brackets, ends_with_any(before, {"(", "（", "〈", "["}));
    set(F::after_wa, after.starts_with("は"));
    set(F::after_ga, after.starts_with("が"));
    set(F::after_wo, after.starts_with("を"));
    set(F::after_ni, after.starts_with("に"));
    set(F::after_de, after.starts_with("で") && !after.starts_with("であ"));
    set(F::after_no, after.starts_with("の"));
    set(F::after_kara, starts_with_any(after, {"から", "より"}));
    set(F::after_to, after.starts_with("と"));
    set(F::after_copula, starts_with_any(after, {"であ", "だ", "です", "。"}));
    set(F::after_nado, starts_with_any(after, {"など", "、"}));
    set(F::before_wa, ends_with_any(before, {"は", "は、"}));
    set(F::before_no, before.ends_with("の"));
    set(F::before_wo, ends_with_any(before, {"を", "を、"}));
    set(F::before_comma, ends_with_any(before, {"、", "，"}));
    set(F::prev_by, before.ends_with(" by "));
    set(F::prev_in, ends_with_any(before, {" in ", "In ", " in the "}));
    set(F::prev_of, ends_with_any(before, {" of ", " of the "}));
    set(F::prev_article, ends_with_any(before, {" the ", " a ", " an ", "The "}));
    set(F::prev_to, ends_with_any(before, {" to ", " to the "}));
    set(F::prev_at, ends_with_any(before, {" at ", " at the "}));
    set(F::prev_from, ends_with_any(before, {" from ", " from the ", " since "}));
    set(F::prev_for, before.ends_with(" for "));
    set(F::prev_with, before.ends_with(" with "));
    set(F::prev_on, ends_with_any(before, {" on ", "On "}));
    set(F::prev_copula, ends_with_any(before, {" is ", " was ", " are ", " were ", " as ", " called ",
                                               " named ", " is a ", " was a ", " is the ", " was the "}));
    set(F::prev_and, ends_with_any(before, {" and ", " or ", ", "}));
    set(F::next_copula, starts_with_any(after, {" is ", " was ", " are ", " were ", " has ", " had "}));
    set(F::next_of, after.starts_with(" of "));
    set(F::next_comma, starts_with_any(after, {",", ".", ";", ")"}));
    set(F::next_and, starts_with_any(after, {" and ", " or "}));
    set(F::suffix_person, ends_with_any(words, {"氏", "王", "世", "者", "家", "公", "卿", "皇", "帝", "夫人",
                                                "伯爵", "将軍", "大統領", "首相", "監督", "教授"}));
    set(F::suffix_place, ends_with_any(words, {"市",   "県",   "国", "町", "村", "区", "駅",   "島",
                                               "州",   "山",   "川", "省", "都", "府", "道",   "地方",
                                               "地区", "半島", "湾", "宮", "城", "寺", "大学", "空港"}));
    set(F::suffix_date, ends_with_any(words, {"年", "月", "日", "世紀", "時代", "頃", "年代"}));
    set(F::suffix_organisation,
        ends_with_any(words, {"会", "社", "軍", "党", "局", "団", "部", "院", "庁", "隊", "組合", "機関",
                              "University", "Company", "Party", "Council"}));
    set(F::suffix_unit, ends_with_any(words, {"人", "円",   "メートル", "キロ", "トン", "km", "m",  "%",
                                              "％", "個",   "本",       "回",   "歳",   "名", "隻", "機",
                                              "分", "時間", "番",       "位",   "つ",   "種", "点", "倍"}));
    set(F::asks_person, wanted == AnswerType::person);
    set(F::asks_date, wanted == AnswerType::date);
    set(F::asks_place, wanted == AnswerType::place);
    set(F::asks_number, wanted == AnswerType::number);
    set(F::asks_reason, wanted == AnswerType::reason);
    set(F::asks_definition, wanted == AnswerType::definition);
    set(F::asks_entity, wanted == AnswerType::entity);
    set(F::asks_measure, measure != text::Measure::none);
    set(F::japanese, is_japanese);
  }
  return rows;
}

}  // namespace genkai::model
