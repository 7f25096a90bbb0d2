// What a Japanese question asks for: first by its question word, then by the noun it asks about.

#include <algorithm>
#include <array>
#include <initializer_list>

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
constexpr std::array<std::string_view, 66> kCounters = {
    "年間", "年生", "日間", "時間", "か月", "ヶ月", "カ月", "週間", "分間", "秒間", "種類",
    "番目", "度目", "回目", "人目", "年目", "か国", "カ国", "ヶ国", "箇所", "か所", "カ所",
    "世帯", "連勝", "人",   "名",   "個",   "本",   "枚",   "台",   "匹",   "頭",   "羽",
    "冊",   "件",   "回",   "度",   "倍",   "位",   "番",   "階",   "両",   "隻",   "機",
    "点",   "分",   "秒",   "円",   "歳",   "才",   "坪",   "戸",   "社",   "校",   "店",
    "勝",   "敗",   "割",   "軒",   "門",   "層",   "代",   "つ",   "冠",   "発",   "世"};

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
  if (ends_with_any(noun, kNumberNouns)) return AnswerType::number;
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

/// 何 and what follows it directly.
bool by_what(std::string_view q, std::size_t at, QuestionFocus& focus) {
  std::string_view after = q.substr(at);
  if (starts_with_any(after, {"年間", "年生き", "年後", "年ぶり", "年かか", "年前", "年続", "年も"})) {
    return set(focus, AnswerType::number, "年");
  }
  if (starts_with_any(after, {"日間", "時間", "か月", "ヶ月", "週間"}))
    return set(focus, AnswerType::number, noun_after(q, at));
  if (starts_with_any(after, {"年", "月", "日", "世紀", "時代", "曜日", "時"}))
    return set(focus, AnswerType::date);
  if (starts_with_any(after, {"という", "と言う", "といい", "と呼ば", "て"})) {
    const std::size_t named = after.starts_with("という") ? at + 9 : at;
    const std::string_view noun = named > at ? noun_after(q, named) : std::string_view();
    if (!noun.empty()) return set(focus, type_of_noun(noun), noun);
    return false;  // 〜は何という: the topic decides
  }
  if (starts_with_any(after, {"故", "のため", "が原因", "が理由", "で"}) && !after.starts_with("でし") &&
      !after.starts_with("です")) {
    return after.starts_with("で") ? false : set(focus, AnswerType::reason);
  }
  for (const std::string_view counter : kCounters)
    if (after.starts_with(counter)) return set(focus, AnswerType::number, counter);
  const std::string_view noun = noun_after(q, at);
  if (noun.empty()) return false;
  const char32_t first = code_point_at(noun, 0).value;
  if (is_katakana(first) || is_ascii_letter(first)) return set(focus, AnswerType::number, noun);
  if (starts_with_any(noun, {"県", "市", "国", "町", "州", "島", "川", "山", "駅", "区", "地方", "村"})) {
    return set(focus, AnswerType::place, noun);
  }
  return set(focus, type_of_noun(noun) == AnswerType::number ? AnswerType::number : AnswerType::entity, noun);
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

void decide(std::string_view q, QuestionFocus& focus) {
  const auto has = [&](std::string_view word) { return q.find(word) != std::string_view::npos; };
  for (const std::string_view why :
       {"なぜ", "何故", "どうして", "なにゆえ", "理由は", "原因は", "何のため", "何が原因", "目的は"})
    if (has(why)) return void(set(focus, AnswerType::reason));
  for (const std::string_view when : {"いつ", "何年何月", "どの年", "どの時代", "どの時期", "何時代"})
    if (has(when) && !has("いつも") && !has("いつか")) return void(set(focus, AnswerType::date));
  for (const std::string_view who : {"誰", "だれ", "どなた", "何者", "どの人物"})
    if (has(who)) return void(set(focus, AnswerType::person));
  for (const std::string_view many :
       {"いくつ", "いくら", "どれくらい", "どれぐらい", "どのくらい", "どのぐらい", "どれほど", "どれだけ"})
    if (has(many)) return void(set(focus, AnswerType::number, noun_after(q, q.find(many) + many.size())));
  for (const std::string_view asked :
       {"とは何", "とは?", "とはなん", "とはどういう", "とはどんな", "とはどのような", "って何", "の意味は",
        "どういう意味", "を説明", "について教えて"}) {
    const std::size_t at = q.find(asked);
    if (at == std::string_view::npos) continue;
    // 賞とは何 names a class and asks for its member; Xとは何 at the start of a question asks what X is.
    const std::string_view noun = asked.starts_with("とは") ? noun_before(q, at) : std::string_view();
    if (!noun.empty() && noun.data() != q.data()) return void(set(focus, type_of_noun(noun), noun));
    return void(set(focus, AnswerType::definition));
  }
  if (has("どこ")) return void(set(focus, AnswerType::place));
  for (const std::string_view which : {"どの", "どんな"}) {
    const std::size_t at = q.find(which);
    if (at == std::string_view::npos || q.substr(at).starts_with("どのよう")) continue;
    const std::string_view noun = noun_after(q, at + which.size());
    if (!noun.empty()) return void(set(focus, type_of_noun(noun), noun));
  }
  for (const std::string_view what : {"何", "なん"}) {
    const std::size_t at = q.find(what);
    if (at != std::string_view::npos && by_what(q, at + what.size(), focus)) return;
  }
  const std::string_view noun = topic(q);
  if (!noun.empty()) return void(set(focus, type_of_noun(noun), noun));
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
