#include "answer/japanese_asked.h"

#include <algorithm>
#include <array>

#include "text/japanese_words.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::answer {
namespace {

using text::AnswerType;
using text::Measure;
using text::TypedSpan;
using text::WordKind;
using Asked = JapaneseAsked;

constexpr std::size_t kLongestName = 20;  // code points

template <class List>
bool starts_with_any(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view own) { return text.starts_with(own); });
}
template <class List>
bool ends_with_any(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view own) { return text.ends_with(own); });
}

bool is_noun_letter(char32_t c) {
  return text::is_kanji(c) || text::is_katakana(c) || text::is_ascii_letter(c) || text::is_ascii_digit(c);
}

// A part of an enumeration, by what stands on either side.
bool in_list(std::string_view before, std::string_view after) {
  static constexpr auto kJoints =
      std::to_array<std::string_view>({"・", "や", "と", "または", "および", "及び"});
  if (starts_with_any(
          after, std::to_array<std::string_view>({"という", "として", "とな", "とし", "と呼", "とされ"})))
    return false;
  return starts_with_any(after, kJoints) || ends_with_any(before, kJoints);
}

// 一日乗車券, 一万円札: the amount only says which kind of thing it is.
bool in_compound(std::string_view after) {
  static constexpr auto kSuffixes = std::to_array<std::string_view>(
      {"前", "後", "以上", "以下", "以内", "未満", "程度", "弱", "強", "余", "増", "減", "間", "分の"});
  if (after.empty() || starts_with_any(after, kSuffixes)) return false;
  return is_noun_letter(text::code_point_at(after, 0).value);
}

// Whether another one of its kind stands beside it: 1月5日に八幡祭、11月18日に二船祭.
bool has_rival(const TypedSpan& own, const std::vector<TypedSpan>& spans) {
  return std::any_of(spans.begin(), spans.end(), [&](const TypedSpan& other) {
    return other.type == own.type && other.measure == own.measure &&
           (other.span.end <= own.span.begin || other.span.begin >= own.span.end);
  });
}

std::optional<Asked> ask_date(std::string_view sentence, const TypedSpan& own,
                              const std::vector<TypedSpan>& spans) {
  if (own.value.find('/') != std::string::npos || has_rival(own, spans)) return {};
  const std::string_view shown = own.span.of(sentence), before = sentence.substr(0, own.span.begin),
                         after = sentence.substr(own.span.end);
  if (in_list(before, after) || after.starts_with("は") || after.starts_with("間") ||
      shown.starts_with("第") || before.ends_with("前"))
    return {};
  // 紀元前8世紀, 阿莘王6年: a part of a longer name.
  if (!before.empty() && is_noun_letter(text::code_point_before(before, before.size()).value)) return {};
  if (own.value.starts_with("---") || (own.value.starts_with("--") && own.value.size() < 6)) return {};
  Asked asked{own.span.begin, own.span.end, "", {std::string(shown)}, AnswerType::date};
  if (own.value.starts_with("T")) {
    if (!shown.starts_with("午") && !text::is_ascii_digit(text::code_point_at(shown, 0).value))
      return {};  // 一時
    const bool minutes = shown.ends_with("分") && shown.find("時") != std::string_view::npos;
    asked.word = minutes ? "何時何分" : "何時";
    const bool known = minutes || shown.ends_with("半") || shown.ends_with("時") ||
                       shown.find(':') != std::string_view::npos;
    return known ? std::optional(asked) : std::nullopt;
  }
  if (in_compound(after)) return {};
  if (shown.ends_with("曜日")) return asked.word = "何曜日", asked;
  if (shown.ends_with("世紀")) return asked.word = "何世紀", asked;
  if (shown.ends_with("年代")) return asked.word = "何年代", asked;
  for (const std::string_view part : {"年", "月", "日"})
    if (shown.find(part) != std::string_view::npos) asked.word += "何" + std::string(part);
  const bool ends_so = ends_with_any(shown, std::to_array<std::string_view>({"年", "月", "日"}));
  if (asked.word.empty() || !ends_so || own.measure == Measure::none) return {};
  return asked;
}

std::optional<Asked> ask_number(std::string_view sentence, const TypedSpan& own,
                                const std::vector<TypedSpan>& spans) {
  static constexpr auto kOther = std::to_array<std::string_view>(
      {"分の", "年に", "年の",   "年、", "月", "日に", "日、", "世紀", "時に", "代",
       "番",   "号",   "つの時", "部",   "次", "人称", "度目", "回目", "つ目", "階"});
  if (own.value.find('/') != std::string::npos || own.measure == Measure::none || own.value == "1") return {};
  std::size_t begin = own.span.begin, end = own.span.end;  // the numeral alone: without 約 and its counter
  for (const TypedSpan& part : spans)
    if (part.type == AnswerType::number && part.value == own.value && part.span.begin >= own.span.begin &&
        part.span.end <= own.span.end)
      begin = std::max(begin, part.span.begin);
  for (const TypedSpan& part : spans)
    if (part.type == AnswerType::number && part.value == own.value && part.span.begin == begin)
      end = std::min(end, part.span.end);
  const std::string_view unit = sentence.substr(end), before = sentence.substr(0, own.span.begin);
  if (end == own.span.end || starts_with_any(unit, kOther)) return {};
  if (!before.empty()) {
    const char32_t last = text::code_point_before(before, before.size()).value;
    if (!text::is_hiragana(last) && !before.ends_with("、")) return {};
  }
  const std::string_view shown = own.span.of(sentence);
  if (shown.starts_with("第") || has_rival(own, spans)) return {};
  if (shown == "二人") return {};
  // 十分な, 二分される
  if (shown.ends_with("分") && text::is_kanji(text::code_point_at(shown, 0).value)) return {};
  std::size_t unit_end = own.span.end;  // キロ of キロワット is not the whole unit
  for (const bool katakana = text::is_katakana(text::code_point_before(sentence, unit_end).value);
       unit_end < sentence.size();) {
    const auto c = text::code_point_at(sentence, unit_end);
    if (katakana ? !text::is_katakana(c.value) : !text::is_ascii_letter(c.value) && c.value != '/') break;
    unit_end += c.length;
  }
  const std::string_view after = sentence.substr(unit_end);
  if (in_list(before, after) || in_compound(after) ||
      starts_with_any(after,
                      std::to_array<std::string_view>({"から", "~", "～", "〜", "の1", "目", "-", "×"})))
    return {};
  Asked asked{own.span.begin, end, "何", {}, AnswerType::number};
  asked.answers = {std::string(sentence.substr(begin, unit_end - begin))};
  if (unit.starts_with("つ")) {
    asked.word = "いくつ";
    asked.end += std::string_view("つ").size();
  }
  return asked;
}

std::vector<text::TaggedWord> tag(std::string_view text) {
  thread_local text::JapaneseWords tagger;
  std::vector<text::TaggedWord> words;
  tagger.tag(text, words);
  return words;
}

bool follows_particle(std::string_view before) {
  return before.empty() ||
         ends_with_any(before, std::to_array<std::string_view>(
                                   {"、", "は", "が", "を", "に", "で", "から", "へ", "も"}));
}

std::optional<Asked> ask_person(Asked asked, std::string_view shown, std::string_view before,
                                std::string_view after) {
  const auto words = tag(shown);
  const bool named =
      shown.find("・") != std::string_view::npos || (!words.empty() && words.back().kind == WordKind::person);
  if (!named || text::count_code_points(shown) < 3 || !follows_particle(before)) return {};
  static constexpr auto kBehind = std::to_array<std::string_view>({"は", "が", "を", "によ", "に", "から"});
  static constexpr auto kNever =
      std::to_array<std::string_view>({"により構成", "には", "にも", "からなる", "にとって", "において"});
  if (!starts_with_any(after, kBehind) || starts_with_any(after, kNever)) return {};
  asked.word = "誰";
  return asked;
}

// 東京, 東京都, マイン川; no mere 首都 or 農村.
bool is_place_name(std::string_view shown) {
  static constexpr auto kKinds =
      std::to_array<std::string_view>({"市", "県", "国", "町", "村", "島", "都", "府", "川", "山", "湖", "州",
                                       "区", "郡", "駅", "港", "寺", "城", "市内"});
  const auto words = tag(shown);
  if (words.empty()) return false;
  const bool places =
      std::all_of(words.begin(), words.end(), [](const auto& own) { return own.kind == WordKind::place; });
  if (places) return true;
  const bool first = words.front().kind == WordKind::place || words.front().kind == WordKind::proper ||
                     text::is_katakana(text::code_point_at(shown, 0).value);
  const std::string_view last = shown.substr(words.back().begin);
  return first && words.size() <= 3 && std::find(kKinds.begin(), kKinds.end(), last) != kKinds.end();
}

std::optional<Asked> ask_place(Asked asked, std::string_view shown, std::string_view before,
                               std::string_view after) {
  if (!is_place_name(shown) || (!follows_particle(before) && !before.ends_with("の"))) return {};
  static constexpr auto kBehind = std::to_array<std::string_view>({"で", "に", "から", "へ"});
  static constexpr auto kNever = std::to_array<std::string_view>(
      {"に対",   "による", "により", "によっ",   "では",   "には",     "でも",   "にも",
       "へも",   "からの", "への",   "における", "に関",   "において", "である", "であり",
       "であっ", "です",   "での",   "にある",   "に比べ", "にとって"});
  if (!starts_with_any(after, kBehind) || starts_with_any(after, kNever)) return {};
  asked.word = "どこ";
  return asked;
}

std::optional<Asked> ask_name(std::string_view sentence, const TypedSpan& own,
                              const std::vector<TypedSpan>& spans) {
  const std::string_view shown = own.span.of(sentence);
  const std::size_t length = text::count_code_points(shown);
  if (length < 2 || length > kLongestName) return {};
  for (const TypedSpan& other : spans)  // of two kinds, or a part of a longer name
    if ((other.span == own.span && other.type != own.type) ||
        (other.span.begin <= own.span.begin && other.span.end >= own.span.end && !(other.span == own.span)))
      return {};
  const std::string_view before = sentence.substr(0, own.span.begin);
  std::size_t end = own.span.end;
  for (const std::string_view title : {"さん", "氏", "様"})
    if (sentence.substr(end).starts_with(title)) end += title.size();
  const std::string_view after = sentence.substr(end);
  Asked asked{own.span.begin, end, "", {std::string(shown)}, own.type};
  if (own.type == AnswerType::person) return ask_person(std::move(asked), shown, before, after);
  if (own.type == AnswerType::place) return ask_place(std::move(asked), shown, before, after);
  static constexpr auto kNaming = std::to_array<std::string_view>(
      {"と呼ば", "と名付け", "と名づけ", "と称し", "と称さ", "と命名", "と改称", "と題"});
  if (own.type != AnswerType::entity || !starts_with_any(after, kNaming) || !follows_particle(before))
    return {};
  asked.word = "何";
  constexpr std::size_t kBracket = 3;  // bytes
  if (shown.starts_with("「") || shown.starts_with("『"))
    asked.answers = {std::string(shown.substr(kBracket, shown.size() - 2 * kBracket))};
  return asked;
}

}  // namespace

std::optional<JapaneseAsked> ask_japanese_for(std::string_view sentence, const TypedSpan& span,
                                              const std::vector<TypedSpan>& spans) {
  // A part of a longer date or amount; of a range each end may be asked for.
  for (const TypedSpan& other : spans)
    if (span.type == AnswerType::date && other.type == span.type && !(other.span == span.span) &&
        other.span.begin <= span.span.begin && other.span.end >= span.span.end &&
        other.value.find('/') == std::string::npos && other.value != span.value)
      return {};
  if (span.type == AnswerType::date) return ask_date(sentence, span, spans);
  if (span.type == AnswerType::number) return ask_number(sentence, span, spans);
  return ask_name(sentence, span, spans);
}

}  // namespace genkai::answer
