#include <algorithm>
#include <array>
#include <tuple>

#include "text/measures.h"
#include "text/question.h"
#include "text/span_finders.h"

namespace genkai::text {
namespace {

constexpr std::array<std::string_view, 22> kBefore = {
    "over ",      "about ", "around ", "approximately ", "nearly ", "almost ", "at least ", "more than ",
    "less than ", "under ", "up to ",  "fewer than ",    "early ",  "late ",   "mid-",      "約",
    "およそ",     "最大",   "最高",    "最低",           "西暦",    "第"};
constexpr std::array<std::string_view, 14> kAfter = {"以上", "以下", "以降",   "以前", "以後",
                                                     "未満", "頃",   "ごろ",   "ころ", "ほど",
                                                     "前後", "程度", "あまり", "余り"};
constexpr std::array<std::string_view, 13> kBetween = {"–",    "-",  "—",  " - ", " – ",  " to ",  " and ",
                                                       " or ", "～", "〜", "~",   "から", "ないし"};

/// "1914 to 1918", "27-30%", 1942年から1943年: two neighbours of one type; the longest spans come first at
/// each begin.
void add_ranges(std::string_view text, std::vector<TypedSpan>& spans) {
  std::vector<TypedSpan> ranges;
  const std::size_t count = spans.size();
  for (std::size_t i = 0; i < count; ++i) {
    const TypedSpan& left = spans[i];
    const std::string_view rest = text.substr(left.span.end);
    for (const std::string_view between : kBetween) {
      if (!rest.starts_with(between)) continue;
      const std::size_t begin = left.span.end + between.size();
      const auto right =
          std::lower_bound(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(count), begin,
                           [](const TypedSpan& s, std::size_t at) { return s.span.begin < at; });
      for (auto it = right;
           it != spans.begin() + static_cast<std::ptrdiff_t>(count) && it->span.begin == begin; ++it) {
        if (it->type != left.type) continue;
        ranges.push_back({{left.span.begin, it->span.end},
                          left.type,
                          left.value + "/" + it->value,
                          left.measure == Measure::count ? it->measure : left.measure});
        break;
      }
    }
  }
  spans.insert(spans.end(), ranges.begin(), ranges.end());
}

/// 約3人 beside 3人, "more than 70,000" beside "70,000", 1856年1月頃 beside 1856年1月.
void add_qualified(std::string_view text, std::vector<TypedSpan>& spans) {
  const std::size_t count = spans.size();
  for (std::size_t i = 0; i < count; ++i) {
    Span wide = spans[i].span;
    for (const std::string_view before : kBefore) {
      if (!text.substr(0, wide.begin).ends_with(before)) continue;
      wide.begin -= before.size();
      break;
    }
    if (wide.begin < spans[i].span.begin)
      spans.push_back({wide, spans[i].type, spans[i].value, spans[i].measure});
    for (const std::string_view after : kAfter) {
      if (!text.substr(wide.end).starts_with(after)) continue;
      wide.end += after.size();
      spans.push_back({wide, spans[i].type, spans[i].value, spans[i].measure});
      break;
    }
  }
}

/// Dates by their values. The 17 of 17:10 and the 40分 of 6時40分 measure nothing themselves.
void set_measures(std::vector<TypedSpan>& spans) {
  std::size_t reach = 0;
  for (TypedSpan& own : spans) {
    if (own.type == AnswerType::date) {
      own.measure = measure_of_date(own.value);
      reach = std::max(reach, own.span.end);
    } else if (own.measure != Measure::money && own.span.end <= reach) {
      own.measure = Measure::none;
    }
  }
}

void sort_unique(std::vector<TypedSpan>& spans) {
  const auto key = [](const TypedSpan& s) { return std::tuple(s.span.begin, ~s.span.end, s.type); };
  std::stable_sort(spans.begin(), spans.end(),
                   [&](const TypedSpan& a, const TypedSpan& b) { return key(a) < key(b); });
  spans.erase(std::unique(spans.begin(), spans.end(),
                          [](const TypedSpan& a, const TypedSpan& b) {
                            return a.span == b.span && a.type == b.type;
                          }),
              spans.end());
}

}  // namespace

std::vector<TypedSpan> find_typed_spans(std::string_view sentence) {
  std::vector<TypedSpan> out;
  find_dates(sentence, out);
  find_times(sentence, out);
  find_numbers(sentence, out);
  sort_unique(out);
  set_measures(out);
  add_ranges(sentence, out);
  add_qualified(sentence, out);
  find_latin_names(sentence, out);
  find_japanese_names(sentence, out);
  find_quoted(sentence, out);
  sort_unique(out);
  return out;
}

}  // namespace genkai::text
