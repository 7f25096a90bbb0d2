// What a Japanese question asks for: first by its question word, then by the noun it asks about.

#include <algorithm>
#include <array>
#include <initializer_list>

#include "text/measures.h"
#include "text/question_rules.h"
#include "text/question_words.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

constexpr std::array<std::string_view, 47> kPersonNouns = {
    "人",   "人物", "者",   "家",     "王",     "帝",   "手",   "員",   "官",     "督",   "将",   "師",
    "士",   "僧",   "長",   "首相",   "領主",   "妻",   "夫",   "父",   "母",     "息子", "娘",   "兄",
    "弟",   "姉",   "妹",   "大統領", "君主",   "選手", "俳優", "女優", "子ども", "弟子", "天皇", "皇后",
    "将軍", "教授", "博士", "大臣",   "主人公", "親",   "教皇", "法王", "伯",     "公",   "祖"};
constexpr std::array<std::string_view, 10> kDateNouns = {"年",   "日",   "月",   "世紀", "時代",
                                                         "時期", "年代", "日付", "時",   "年度"};
constexpr std::array<std::string_view, 46> kPlaceNouns = {
    "国",   "県",     "市",   "町",     "村",       "都市",   "場所", "地",     "地域",   "地方", "島", "川",
    "山",   "湖",     "州",   "首都",   "都",       "駅",     "区",   "所在地", "出身地", "大陸", "海", "街",
    "城",   "港",     "土地", "地点",   "河川",     "施設",   "会場", "寺",     "神社",   "郡",   "府", "領",
    "拠点", "本拠地", "方角", "出生地", "都道府県", "生誕地", "道",   "建物",   "公園",   "王国"};
constexpr std::array<std::string_view, 44> kNumberNouns = {
    "数",   "率",   "割合", "面積", "人口", "高さ", "長さ", "距離", "人数", "温度",   "重さ",
    "重量", "値段", "価格", "年齢", "深さ", "幅",   "速度", "回数", "個数", "本数",   "金額",
    "標高", "全長", "体長", "期間", "時間", "年数", "身長", "体重", "容量", "大きさ", "サイズ",
    "量",   "額",   "点数", "得点", "直径", "半径", "比率", "確率", "頻度", "順位",   "歳"};

// After 何: it counts. Longest first where one begins another.
constexpr std::array<std::string_view, 77> kCounters = {
    "年間", "年生", "日間", "時間", "か月", "ヶ月", "カ月", "週間", "分間", "秒間", "種類", "番目", "度目",
    "回目", "人目", "年目", "か国", "カ国", "ヶ国", "箇所", "か所", "カ所", "世帯", "連勝", "人",   "名",
    "個",   "本",   "枚",   "台",   "匹",   "頭",   "羽",   "冊",   "件",   "回",   "度",   "倍",   "位",
    "番",   "階",   "両",   "隻",   "機",   "点",   "分",   "秒",   "円",   "歳",   "才",   "坪",   "戸",
    "社",   "校",   "店",   "勝",   "敗",   "割",   "軒",   "門",   "層",   "代",   "つ",   "冠",   "発",
    "世",   "席",   "基",   "段",   "杯",   "皿",   "通",   "曲",   "着",   "足",   "部",   "問"};

template <std::size_t N>
bool ends_with_any(std::string_view text, const std::array<std::string_view, N>& nouns) {
  return std::any_of(nouns.begin(), nouns.end(), [&](std::string_view noun) { return text.ends_with(noun); });
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.starts_with(word); });
}

/// The noun (kanji, katakana, Latin) that ends at byte `end`.
std::string_view noun_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0) {
    const CodePoint c = code_point_before(text, begin);
    if (!is_kanji(c.value) && !is_katakana(c.value) && !is_ascii_letter(c.value)) break;
    begin -= c.length;
  }
  // 高さ, 長さ, 大きさ
  if (begin == end && text.substr(0, end).ends_with("さ")) {
    begin = end - 3;
    while (begin > 0) {
      const CodePoint c = code_point_before(text, begin);
      begin -= c.length;
      if (is_kanji(c.value)) break;
      if (c.value != U'き') return {};
    }
  }
  return text.substr(begin, end - begin);
}

std::string_view noun_after(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size()) {
    const CodePoint c = code_point_at(text, end);
    if (!is_kanji(c.value) && !is_katakana(c.value) && !is_ascii_letter(c.value)) break;
    end += c.length;
  }
  return text.substr(begin, end - begin);
}

AnswerType type_of_noun(std::string_view noun) {
  if (noun.empty()) return AnswerType::entity;
  if (noun == "理由" || noun == "原因" || noun == "目的") return AnswerType::reason;
  const Measure measure = measure_of_noun(noun);
  if (measure == Measure::day || measure == Measure::time_of_day) return AnswerType::date;
  if (measure != Measure::none || ends_with_any(noun, kNumberNouns)) return AnswerType::number;
  if (ends_with_any(noun, kDateNouns)) return AnswerType::date;
  if (ends_with_any(noun, kPersonNouns)) return AnswerType::person;
  if (ends_with_any(noun, kPlaceNouns)) return AnswerType::place;
  return AnswerType::entity;
}

bool set(QuestionFocus& focus, AnswerType type, std::string_view unit = {}) {
  focus.type = type;
  focus.unit = unit;
  return true;
}

/// By the noun that is asked for; a noun such as 値段 is no unit of the answer.
bool set_by_noun(QuestionFocus& focus, std::string_view noun) {
  const AnswerType type = type_of_noun(noun);
  focus.measure = measure_of_noun(noun);
  return set(focus, type, type == AnswerType::number ? std::string_view() : noun);
}

bool set_counted(QuestionFocus& focus, std::string_view unit) {
  focus.measure = measure_of_unit(unit);
  return set(focus, AnswerType::number, unit);
}

/// いくら, どのくらい: by the last noun of the question that has a measure, or by its verb.
Measure measure_of_extent(std::string_view q, std::string_view word) {
  struct Cue {
    std::string_view words;
    Measure measure;
  };
  constexpr std::array<Cue, 24> kCues = {
      {{"高さ", Measure::length},      {"長さ", Measure::length},      {"深さ", Measure::length},
       {"距離", Measure::length},      {"幅", Measure::length},        {"離れ", Measure::length},
       {"標高", Measure::length},      {"身長", Measure::length},      {"面積", Measure::area},
       {"広さ", Measure::area},        {"重さ", Measure::weight},      {"体重", Measure::weight},
       {"重量", Measure::weight},      {"速さ", Measure::speed},       {"速度", Measure::speed},
       {"気温", Measure::temperature}, {"温度", Measure::temperature}, {"割合", Measure::percent},
       {"人口", Measure::people},      {"人数", Measure::people},      {"期間", Measure::duration},
       {"時間", Measure::duration},    {"年齢", Measure::duration},    {"続", Measure::duration}}};
  for (const Cue& cue : kCues)
    if (q.find(cue.words) != std::string_view::npos) return cue.measure;
  if (word == "いくら") return Measure::money;
  for (const std::string_view money : {"費用", "料金", "値段", "お金", "金額", "代金", "運賃", "価格"})
    if (q.find(money) != std::string_view::npos) return Measure::money;
  if (word == "いくつ") return Measure::count;
  return q.find("かか") != std::string_view::npos ? Measure::duration : Measure::none;
}

/// 何 and what follows it directly.
bool by_what(std::string_view q, std::size_t at, QuestionFocus& focus) {
  std::string_view after = q.substr(at);
  if (starts_with_any(after, {"年間", "年生き", "年後", "年ぶり", "年かか", "年前", "年続", "年も"})) {
    return set_counted(focus, "年間") && set(focus, AnswerType::number, "年");
  }
  if (starts_with_any(after, {"日間", "時間", "か月", "ヶ月", "週間"}))
    return set_counted(focus, noun_after(q, at));
  if (after.starts_with("時") && !starts_with_any(after, {"時代", "時期"}))
    focus.measure = Measure::time_of_day;
  if (after.starts_with("年") || after.starts_with("世紀"))
    focus.measure =
        after.starts_with("年何月") || after.starts_with("年の何月") ? Measure::day : Measure::year;
  if (starts_with_any(after, {"月", "日", "曜日"})) focus.measure = Measure::day;
  if (starts_with_any(after, {"年", "月", "日", "世紀", "時代", "曜日", "時"}))
    return set(focus, AnswerType::date);
  if (starts_with_any(after, {"という", "と言う", "といい", "と呼ば", "て"})) {
    const std::size_t named = after.starts_with("という") ? at + 9 : at;
    const std::string_view noun = named > at ? noun_after(q, named) : std::string_view();
    if (!noun.empty()) return set_by_noun(focus, noun);
    return false;  // 〜は何という: the topic decides
  }
  if (starts_with_any(after, {"故", "のため", "が原因", "が理由", "で"}) && !after.starts_with("でし") &&
      !after.starts_with("です")) {
    return after.starts_with("で") ? false : set(focus, AnswerType::reason);
  }
  for (const std::string_view counter : kCounters)
    if (after.starts_with(counter)) return set_counted(focus, counter);
  const std::string_view noun = noun_after(q, at);
  if (noun.empty()) return false;
  const char32_t first = code_point_at(noun, 0).value;
  if (is_katakana(first) || is_ascii_letter(first)) return set_counted(focus, noun);
  if (starts_with_any(noun, {"県", "市", "国", "町", "州", "島", "川", "山", "駅", "区", "地方", "村"})) {
    return set(focus, AnswerType::place, noun);
  }
  if (type_of_noun(noun) == AnswerType::number) return set_counted(focus, noun);
  return set(focus, AnswerType::entity, noun);
}

/// The topic before は when the question ends right after it, or after は何, はどれ, は誰.
std::string_view topic(std::string_view q) {
  const std::size_t at = q.rfind("は");
  if (at == std::string_view::npos) return {};
  std::string_view rest = q.substr(at + 3);
  while (!rest.empty() && (rest.front() == ' ' || rest.starts_with("、")))
    rest.remove_prefix(rest.front() == ' ' ? 1 : 3);
  const bool asked = rest.empty() || rest[0] == '?' ||
                     starts_with_any(rest, {"何", "なん", "どれ", "どの", "どちら", "。", "なに"});
  if (!asked) return {};
  std::size_t end = at;
  for (const std::string_view tail : {"の名前", "の名称", "の名"})
    if (q.substr(0, end).ends_with(tail)) end -= tail.size();
  return noun_before(q, end);
}

/// The noun before を教えて, を答えて, を知りたい.
std::string_view asked_by_request(std::string_view q) {
  for (const std::string_view request : {"を教え", "を答え", "をお教え", "を知りた", "を述べ"}) {
    std::size_t at = q.rfind(request);
    if (at == std::string_view::npos) continue;
    for (const std::string_view tail : {"の名前", "の名称", "の名"})
      if (q.substr(0, at).ends_with(tail)) at -= tail.size();
    return noun_before(q, at);
  }
  return {};
}

void decide(std::string_view q, QuestionFocus& focus) {
  const auto has = [&](std::string_view word) { return q.find(word) != std::string_view::npos; };
  for (const std::string_view why :
       {"なぜ", "何故", "どうして", "なにゆえ", "理由は", "原因は", "何のため", "何が原因", "目的は"})
    if (has(why)) return void(set(focus, AnswerType::reason));
  for (const std::string_view when : {"いつ", "何年何月", "どの年", "どの時代", "どの時期", "何時代"})
    if (has(when) && !has("いつも") && !has("いつか")) {
      if (has("何年何月") || has("いつまで")) focus.measure = Measure::day;
      return void(set(focus, AnswerType::date));
    }
  for (const std::string_view who : {"誰", "だれ", "どなた", "何者", "どの人物"})
    if (has(who)) return void(set(focus, AnswerType::person));
  for (const std::string_view many :
       {"いくつ", "いくら", "どれくらい", "どれぐらい", "どのくらい", "どのぐらい", "どれほど", "どれだけ"})
    if (has(many)) {
      focus.measure = measure_of_extent(q, many);
      return void(set(focus, AnswerType::number, noun_after(q, q.find(many) + many.size())));
    }
  const std::string_view topic_asked = asked_by_request(q);
  if (!topic_asked.empty() && type_of_noun(topic_asked) != AnswerType::entity)
    return void(set_by_noun(focus, topic_asked));
  for (const std::string_view asked :
       {"とは何", "とは?", "とはなん", "とはどういう", "とはどんな", "とはどのような", "って何", "の意味は",
        "どういう意味", "を説明", "について教えて"}) {
    const std::size_t at = q.find(asked);
    if (at == std::string_view::npos) continue;
    // 賞とは何 names a class and asks for its member; Xとは何 at the start of a question asks what X is.
    const std::string_view noun = asked.starts_with("とは") ? noun_before(q, at) : std::string_view();
    if (!noun.empty() && noun.data() != q.data()) return void(set_by_noun(focus, noun));
    return void(set(focus, AnswerType::definition));
  }
  if (has("どこ")) return void(set(focus, AnswerType::place));
  for (const std::string_view which : {"どの", "どんな"}) {
    const std::size_t at = q.find(which);
    if (at == std::string_view::npos || q.substr(at).starts_with("どのよう")) continue;
    const std::string_view noun = noun_after(q, at + which.size());
    if (!noun.empty()) return void(set_by_noun(focus, noun));
  }
  for (const std::string_view what : {"何", "なん"}) {
    const std::size_t at = q.find(what);
    if (at != std::string_view::npos && by_what(q, at + what.size(), focus)) return;
  }
  const std::string_view noun = topic(q);
  if (!noun.empty()) return void(set_by_noun(focus, noun));
  for (const std::string_view word : {"何", "なに", "なん", "どれ", "どちら", "どの", "どんな"})
    if (has(word)) return void(set(focus, AnswerType::entity));
  if (has("どう") || has("いかが")) return void(set(focus, AnswerType::other));
  std::string_view end = q;
  while (!end.empty() && (end.back() == '?' || end.back() == ' ' || end.ends_with("。")))
    end.remove_suffix(end.back() == '?' || end.back() == ' ' ? 1 : 3);
  if (end.ends_with("か") || end.ends_with("の")) return void(set(focus, AnswerType::yes_no));
  if (end.ends_with("とは")) return void(set(focus, AnswerType::definition));
  focus.type = q.ends_with("?") ? AnswerType::entity : AnswerType::other;
}

}  // namespace

QuestionFocus analyse_japanese_question(std::string_view question) {
  QuestionFocus focus;
  const std::string q = normalise(question);
  decide(q, focus);
  const std::string stripped = without_japanese_question_words(q);
  for (const char c : stripped)
    if (c != ' ' || (!focus.words.empty() && focus.words.back() != ' ')) focus.words += c;
  while (!focus.words.empty() && (focus.words.back() == ' ' || focus.words.back() == '?'))
    focus.words.pop_back();
  return focus;
}

}  // namespace genkai::text
