#include "limits/reasoning/programs/asked.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::reasoning::programs {
namespace {

using Words = std::initializer_list<std::string_view>;

bool any(std::string_view text, Words words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// Lower case, words between single spaces, one at each end.
std::string spaced(std::string_view question) {
  std::string out = " ";
  for (const char c : text::normalise(question)) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || byte >= 0x80 || c == '%')
      out += c;
    else if (out.back() != ' ')
      out += ' ';
  }
  return out.back() == ' ' ? out : out + " ";
}

// A number of things in the question itself: "three tickets", 大人2人.
bool names_a_count(std::string_view question) {
  const auto spans = text::find_typed_spans(question);
  return std::any_of(spans.begin(), spans.end(), [](const text::TypedSpan& span) {
    return span.type == text::AnswerType::number && !span.value.empty() &&
           span.value.find_first_not_of("0123456789.") == std::string::npos &&
           (span.measure == text::Measure::count || span.measure == text::Measure::people);
  });
}

bool in_comparison(const std::string& q) {
  const std::size_t than = q.find(" than ");
  if (than == std::string::npos) return false;
  for (const std::string_view much : {" how much ", " how many "})
    if (q.find(much) < than) return true;
  return false;
}

Wanted in_english(const std::string& q, std::string_view question) {
  const bool time = any(q, {" how many days ", " how many weeks ", " how many months ", " how many years ",
                            " how many hours ", " how many minutes ", " how long ", " how much time "});
  const bool apart = any(q, {" between ", " until ", " since ", " before ", " after ", " passed ",
                             " elapsed ", " apart ", " later ", " earlier "}) ||
                     (any(q, {" from "}) && any(q, {" to ", " till "}));
  if (any(q, {" percent ", " percentage ", "% ", " what share ", " what fraction ", " what proportion "}))
    return Wanted::percentage;
  if (any(q, {" average ", " mean of ", " mean number ", " median "})) return Wanted::average;
  if (in_comparison(q) ||
      any(q, {" difference between ", " difference in ", " by how much ", " by how many "}))
    return Wanted::difference;
  if (time && apart) return Wanted::between;
  if (any(q, {" how old "}) && any(q, {" when ", " at "})) return Wanted::between;
  if (any(q, {" day of the week ", " weekday "})) return Wanted::between;
  if (any(q, {" what date ", " which date ", " what day "}) &&
      any(q, {" days ", " weeks ", " months ", " years "}))
    return Wanted::between;
  if (any(q, {" total ", " altogether ", " in all ", " combined ", " sum of ", " in sum "}))
    return Wanted::total;
  const bool price = any(q, {" cost ", " costs ", " pay ", " price of "}) && any(q, {" how much ", " what "});
  if (price && names_a_count(question)) return Wanted::total;
  return Wanted::nothing;
}

Wanted in_japanese(const std::string& q, std::string_view question) {
  const bool time = any(q, {"何日", "何週間", "何か月", "何ヶ月", "何カ月", "何ヵ月", "何年", "何時間",
                            "何分", "どれくらいの期間", "どのくらいの期間"});
  const bool apart = (any(q, {"から"}) && any(q, {"まで"})) ||
                     any(q, {"経", "年後", "日後", "の間", "年間", "日間", "前です", "後です", "離れ"});
  if (any(q, {"何パーセント", "何%", "何割", "割合", "比率", "増加率", "減少率"})) return Wanted::percentage;
  if (any(q, {"平均", "中央値"})) return Wanted::average;
  const bool more = any(q, {"多い", "多く", "少な", "長い", "長く", "短い", "高い", "高く", "低い", "大きい",
                            "小さい", "重い", "軽い", "安い", "広い", "早い", "遅い"});
  if (any(q, {"の差", "差額", "違いは何"}) ||
      (any(q, {"より"}) && more && any(q, {"何", "いくら", "どれだけ", "どれくらい"})))
    return Wanted::difference;
  if (any(q, {"何曜日"}) || (time && apart)) return Wanted::between;
  if (any(q, {"合計", "全部で", "合わせて", "あわせて", "総額", "総計", "足すと"})) return Wanted::total;
  if (any(q, {"いくら", "料金", "何円"}) && names_a_count(question)) return Wanted::total;
  return Wanted::nothing;
}

}  // namespace

std::string_view to_string(Wanted wanted) {
  constexpr std::array<std::string_view, 6> kNames{"nothing",    "between", "total",
                                                   "difference", "average", "percentage"};
  return kNames[static_cast<std::size_t>(wanted)];
}

Wanted asked_for(std::string_view question) {
  constexpr std::size_t kMost = 4'000;  // code points
  question = text::prefix(question, kMost);
  return text::detect_language(question) == text::Language::japanese
             ? in_japanese(text::normalise(question), question)
             : in_english(spaced(question), question);
}

}  // namespace genkai::limits::reasoning::programs
