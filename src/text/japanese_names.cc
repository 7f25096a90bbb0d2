// Names in Japanese: noun compounds as MeCab cuts them, typed by the names inside and by what follows.

#include <algorithm>
#include <array>

#include "text/japanese_words.h"
#include "text/span_finders.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

constexpr std::size_t kLongestCompound = 16;  // words

constexpr std::array<std::string_view, 26> kPersonSuffixes = {
    "さん", "氏", "様",   "君",   "ちゃん", "大統領", "首相", "監督", "教授", "博士", "将軍", "天皇", "皇后",
    "皇帝", "王", "女王", "王子", "王女",   "公爵",   "伯爵", "先生", "選手", "議員", "法師", "上人", "世"};
constexpr std::array<std::string_view, 58> kPlaceSuffixes = {
    "都",   "道",   "府",   "県",   "市",   "区",   "町",   "村",   "郡",     "州",   "国",   "島",
    "川",   "山",   "湖",   "海",   "湾",   "峠",   "港",   "駅",   "城",     "寺",   "神社", "大社",
    "宮",   "大学", "空港", "公園", "半島", "諸島", "群島", "列島", "大陸",   "地方", "地域", "平野",
    "盆地", "山脈", "高原", "砂漠", "海峡", "海岸", "王国", "帝国", "共和国", "連邦", "領",   "街",
    "通り", "橋",   "岳",   "河",   "岬",   "滝",   "谷",   "遺跡", "広場",   "基地"};

template <std::size_t N>
bool ends_with_any(std::string_view text, const std::array<std::string_view, N>& suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) {
    return text.size() > suffix.size() && text.ends_with(suffix);
  });
}

bool has_japanese(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); at += code_point_at(text, at).length)
    if (is_japanese_letter(code_point_at(text, at).value)) return true;
  return false;
}

bool joins_names(std::string_view word) {
  return word == "・" || word == "=" || word == "＝" || word == "･" || word == "-" || word == "‐";
}

/// Katakana with ・ between its parts: ジョン・F・ケネディ.
std::size_t dotted_katakana(std::string_view text, std::size_t at, std::size_t& parts) {
  parts = 1;
  std::size_t end = at;
  while (at < text.size()) {
    const CodePoint c = code_point_at(text, at);
    const std::size_t next = at + c.length;
    if (is_katakana(c.value)) {
      end = next;
    } else if ((c.value == U'・' || c.value == U'＝' || c.value == U'･') && end == at && next < text.size() &&
               (is_katakana(code_point_at(text, next).value) ||
                is_ascii_upper(code_point_at(text, next).value))) {
      ++parts;
    } else if (is_ascii_upper(c.value) && parts > 1) {
      end = next;
    } else {
      break;
    }
    at = next;
  }
  return end;
}

class JapaneseNameFinder {
 public:
  JapaneseNameFinder(std::string_view text, std::vector<TypedSpan>& out) : text_(text), out_(out) {}

  void find(JapaneseWords& tagger) {
    katakana();
    tagger.tag(text_, words_);
    for (std::size_t i = 0; i < words_.size();) i = compound(i);
  }

 private:
  std::string_view text(std::size_t i) const {
    return text_.substr(words_[i].begin, words_[i].end - words_[i].begin);
  }
  WordKind kind(std::size_t i) const { return words_[i].kind; }

  void add(std::size_t begin, std::size_t end, AnswerType type) {
    const Span span{begin, end};
    if (has_japanese(span.of(text_))) out_.push_back({span, type, normalise(span.of(text_))});
  }

  void katakana() {
    for (std::size_t at = 0; at < text_.size();) {
      const CodePoint c = code_point_at(text_, at);
      if (!is_katakana(c.value)) {
        at += c.length;
        continue;
      }
      std::size_t parts = 0;
      const std::size_t end = dotted_katakana(text_, at, parts);
      if (end - at > 3) add(at, end, parts > 1 ? AnswerType::person : AnswerType::entity);
      at = std::max(end, at + c.length);
    }
  }

  bool in_compound(std::size_t i) const {
    if (kind(i) != WordKind::other) return true;
    const std::string_view word = text(i);
    if (joins_names(word)) return true;
    return std::all_of(word.begin(), word.end(),
                       [](char c) { return is_ascii_letter(static_cast<unsigned char>(c)); });
  }

  std::size_t compound(std::size_t first) {
    std::size_t last = first;
    while (last < words_.size() && last - first < kLongestCompound && in_compound(last) &&
           (last == first || words_[last].begin == words_[last - 1].end)) {
      ++last;
    }
    if (last == first) return first + 1;
    const std::size_t next = last;
    while (last > first && joins_names(text(last - 1))) --last;
    while (first < last && joins_names(text(first))) ++first;
    if (first == last) return next;
    const std::size_t begin = words_[first].begin, end = words_[last - 1].end;
    if (end - begin > 3) add(begin, end, type_of(first, last));
    // A honorific or office is not part of the name, but 県 and 川 are.
    if (last - first > 1 && ends_with_any(text_.substr(begin, end - begin), kPersonSuffixes)) {
      add(begin, words_[last - 2].end, AnswerType::person);
    }
    inner_names(first, last);
    return next;
  }

  AnswerType type_of(std::size_t first, std::size_t last) const {
    const std::string_view whole =
        text_.substr(words_[first].begin, words_[last - 1].end - words_[first].begin);
    if (whole.ends_with("時代") || whole.ends_with("世紀")) return AnswerType::date;
    if (ends_with_any(whole, kPersonSuffixes)) return AnswerType::person;
    if (ends_with_any(whole, kPlaceSuffixes)) return AnswerType::place;
    bool all_person = true, all_place = true, any_number = false;
    for (std::size_t i = first; i < last; ++i) {
      all_person &= kind(i) == WordKind::person || joins_names(text(i));
      all_place &= kind(i) == WordKind::place;
      any_number |= kind(i) == WordKind::number;
    }
    if (all_person) return AnswerType::person;
    if (all_place) return AnswerType::place;
    if (kind(first) == WordKind::number && any_number) return AnswerType::number;
    return AnswerType::entity;
  }

  /// Maximal runs of one kind of name inside a longer compound, and its words.
  void inner_names(std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last;) {
      std::size_t j = i + 1;
      while (j < last && kind(j) == kind(i)) ++j;
      const bool name = kind(i) == WordKind::person || kind(i) == WordKind::place;
      const bool noun = kind(i) == WordKind::noun || kind(i) == WordKind::proper;
      const bool place_suffix = name && j < last && contains_suffix(text(j));
      if ((name || noun) && !(i == first && j == last)) {
        const AnswerType type = kind(i) == WordKind::person  ? AnswerType::person
                                : kind(i) == WordKind::place ? AnswerType::place
                                                             : AnswerType::entity;
        if (words_[j - 1].end - words_[i].begin > 3) add(words_[i].begin, words_[j - 1].end, type);
        if (place_suffix) add(words_[i].begin, words_[j].end, AnswerType::place);
      }
      i = j;
    }
  }

  static bool contains_suffix(std::string_view word) {
    return std::find(kPlaceSuffixes.begin(), kPlaceSuffixes.end(), word) != kPlaceSuffixes.end();
  }

  std::string_view text_;
  std::vector<TypedSpan>& out_;
  std::vector<TaggedWord> words_;
};

}  // namespace

void find_japanese_names(std::string_view sentence, std::vector<TypedSpan>& out) {
  if (!has_japanese(sentence)) return;
  thread_local JapaneseWords tagger;
  JapaneseNameFinder(sentence, out).find(tagger);
}

void find_quoted(std::string_view sentence, std::vector<TypedSpan>& out) {
  constexpr std::size_t kLongestTitle = 240;  // bytes
  struct Pair {
    std::string_view open, close;
  };
  for (const auto& [open, close] : {Pair{"「", "」"}, Pair{"『", "』"}, Pair{"“", "”"}, Pair{"\"", "\""}}) {
    for (std::size_t at = 0; (at = sentence.find(open, at)) != std::string_view::npos;) {
      const std::size_t begin = at + open.size();
      const std::size_t found = sentence.substr(begin, kLongestTitle).find(close);
      if (found == std::string_view::npos) {
        at = begin;
        continue;
      }
      const Span span{begin, begin + found};
      if (found > 0) {
        out.push_back({span, AnswerType::entity, normalise(span.of(sentence))});
        out.push_back({{at, span.end + close.size()}, AnswerType::entity, out.back().value});
      }
      at = span.end + close.size();
    }
  }
}

}  // namespace genkai::text
