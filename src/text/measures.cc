#include "text/measures.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "text/utf8.h"

namespace genkai::text {
namespace {

using Words = std::initializer_list<std::string_view>;
struct Group {
  Measure measure;
  Words words;
};

const std::array<Group, 9>& english_units() {
  static const std::array<Group, 9> groups = {{
      {Measure::money, {"yen",  "dollar", "euro",  "pound",  "cent",    "penny", "pence",    "franc",
                        "yuan", "won",    "rupee", "rouble", "ruble",   "krone", "krona",    "peso",
                        "usd",  "jpy",    "eur",   "gbp",    "guilder", "mark",  "shilling", "ducat"}},
      {Measure::duration,
       {"second", "minute", "hour", "day", "night", "week", "weekend", "fortnight", "month", "year", "decade",
        "century", "millennium", "min", "sec", "hr", "generation"}},
      {Measure::length,
       {"metre", "meter", "kilometre", "kilometer",  "centimetre", "centimeter", "millimetre", "millimeter",
        "mile",  "foot",  "feet",      "inch",       "yard",       "km",         "cm",         "mm",
        "m",     "ft",    "fathom",    "micrometre", "nanometre",  "light-year", "block"}},
      {Measure::area, {"hectare", "acre", "km2", "m2", "ha", "sq"}},
      {Measure::weight,
       {"kilogram", "kilogramme", "gram", "gramme", "tonne", "ton", "kilo", "kg", "mg", "g", "t", "ounce",
        "lb", "lbs", "milligram"}},
      {Measure::speed, {"knot", "mph", "kph", "km/h", "kmh"}},
      {Measure::temperature, {"degree", "celsius", "fahrenheit", "kelvin"}},
      {Measure::percent, {"percent", "per cent", "percentage", "%", "‰"}},
      {Measure::people,
       {"people",     "person",    "man",      "men",       "woman",     "women",       "child",
        "children",   "passenger", "visitor",  "member",    "resident",  "inhabitant",  "guest",
        "pupil",      "student",   "teacher",  "worker",    "employee",  "soldier",     "sailor",
        "fisherman",  "fishermen", "adult",    "citizen",   "volunteer", "participant", "player",
        "victim",     "patient",   "settler",  "immigrant", "refugee",   "prisoner",    "troop",
        "delegate",   "islander",  "tourist",  "user",      "reader",    "voter",       "spectator",
        "individual", "casualty",  "survivor", "speaker",   "believer",  "follower",    "slave",
        "official",   "officer",   "crew"}},
  }};
  return groups;
}

// Compared with the beginning of the unit; longest first where one begins another of another kind.
const std::array<Group, 10>& japanese_units() {
  static const std::array<Group, 10> groups = {{
      {Measure::area, {"平方", "ヘクタール", "アール", "エーカー", "坪", "km²", "m²"}},
      {Measure::speed, {"ノット", "キロ毎時", "km/h"}},
      {Measure::weight, {"キログラム", "グラム", "ミリグラム", "トン", "貫"}},
      {Measure::length,
       {"キロメートル", "センチ", "ミリ", "メートル", "マイル", "フィート", "インチ", "ヤード", "光年",
        "海里", "キロ", "km", "cm", "mm", "尺", "寸", "里"}},
      {Measure::duration, {"年間", "日間", "時間", "分間", "秒間", "週間", "か月", "ヶ月", "カ月", "ヵ月",
                           "箇月", "世紀", "歳",   "才",   "分",   "秒",   "泊",   "晩",   "年",   "週"}},
      {Measure::money, {"円", "ドル", "ユーロ", "ポンド", "元", "ウォン", "銭", "両", "フラン", "マルク"}},
      {Measure::percent, {"パーセント", "%", "割", "‰"}},
      {Measure::temperature, {"度目", "度", "℃", "°"}},
      {Measure::people, {"人", "名"}},
      {Measure::day, {"日", "月"}},
  }};
  return groups;
}

const std::array<Group, 13>& nouns() {
  static const std::array<Group, 13> groups = {{
      {Measure::money,
       {"price",    "cost",    "fare",      "fee",          "charge",       "deposit", "rent",
        "toll",     "fine",    "budget",    "salary",       "wage",         "income",  "revenue",
        "payment",  "penalty", "tax",       "subscription", "tuition",      "profit",  "debt",
        "donation", "expense", "surcharge", "refund",       "compensation", "turnover"}},
      {Measure::time_of_day, {"time", "hour"}},
      {Measure::year, {"year", "decade", "century"}},
      {Measure::day, {"day", "date", "deadline", "weekday", "month"}},
      {Measure::duration, {"age", "duration", "period", "lifespan", "lifetime"}},
      {Measure::length,
       {"length", "height", "depth", "distance", "width", "altitude", "elevation", "diameter", "radius",
        "thickness", "aperture", "circumference", "wingspan", "draught"}},
      {Measure::area, {"area"}},
      {Measure::weight, {"weight", "mass"}},
      {Measure::speed, {"speed", "velocity"}},
      {Measure::temperature, {"temperature"}},
      {Measure::percent, {"percentage", "percent", "proportion", "fraction"}},
      {Measure::people, {"population", "attendance", "headcount"}},
      {Measure::count, {"number", "total", "quantity"}},
  }};
  return groups;
}

// Compared with the end of the noun; the first that fits counts.
const std::array<Group, 12>& japanese_nouns() {
  static const std::array<Group, 12> groups = {{
      {Measure::money,
       {"値段",   "料金",   "運賃",   "費用",   "価格",   "代金",   "家賃",   "会費",     "手数料", "使用料",
        "利用料", "入場料", "入館料", "入園料", "参加費", "受講料", "指導料", "宿泊料",   "送料",   "料",
        "金額",   "罰金",   "賞金",   "給料",   "月給",   "年収",   "予算",   "売り上げ", "売上",   "売上高",
        "収入",   "税額",   "額",     "賃",     "資金",   "寄付金", "保証金", "敷金"}},
      {Measure::duration, {"所要時間", "期間", "年数", "日数", "年齢", "歳", "寿命", "制限時間"}},
      {Measure::time_of_day,
       {"時刻", "開館時間", "営業時間", "開始時間", "終了時間", "受付時間", "門限", "消灯時間"}},
      {Measure::day, {"日付", "締切", "締め切り", "期限", "月日", "曜日", "誕生日", "命日", "初日"}},
      {Measure::length,
       {"高さ", "長さ", "深さ", "距離", "幅", "標高", "全長", "体長", "身長", "直径", "半径", "口径", "水深",
        "厚さ", "落差", "波高"}},
      {Measure::area, {"面積", "広さ"}},
      {Measure::weight, {"重さ", "重量", "体重", "質量"}},
      {Measure::speed, {"速度", "速さ", "時速", "スピード"}},
      {Measure::temperature, {"温度", "気温", "水温", "体温"}},
      {Measure::percent, {"割合", "比率", "確率", "率"}},
      {Measure::people, {"人口", "人数", "定員", "乗客数", "来場者数", "者数", "員数"}},
      {Measure::count, {"個数", "本数", "回数", "冊数", "点数", "件数", "数"}},
  }};
  return groups;
}

bool in(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool word_or_plural_in(const Words& words, std::string_view word) {
  if (in(words, word)) return true;
  if (word.ends_with("ies") && in(words, std::string(word.substr(0, word.size() - 3)) + "y")) return true;
  if (word.ends_with("es") && in(words, word.substr(0, word.size() - 2))) return true;
  return word.ends_with("s") && in(words, word.substr(0, word.size() - 1));
}

bool is_latin(std::string_view text) {
  return !text.empty() && is_ascii_letter(static_cast<unsigned char>(text.front()));
}

}  // namespace

std::string_view to_string(Measure measure) {
  constexpr std::array<std::string_view, 14> kNames = {
      "none", "money",  "time of day", "year",        "day",     "duration", "length",
      "area", "weight", "speed",       "temperature", "percent", "people",   "count"};
  return kNames[static_cast<std::size_t>(measure)];
}

double measure_match(Measure wanted, Measure found) {
  if (wanted == Measure::none || found == Measure::none) return 0;
  if (wanted == found) return 1;
  if (wanted == Measure::year && found == Measure::day) return 0.75;  // 21 May 1961 names its year
  // A bare number may count people, and people may be counted by another word.
  if (wanted == Measure::people && found == Measure::count) return 0.5;
  if (wanted == Measure::count && found == Measure::people) return 0.5;
  return 0;
}

Measure measure_of_unit(std::string_view unit) {
  while (!unit.empty() && (unit.front() == ' ' || unit.front() == '-')) unit.remove_prefix(1);
  if (unit.empty()) return Measure::count;
  if (unit.starts_with("square ") || unit.starts_with("sq ")) return Measure::area;
  if (unit.starts_with("per cent")) return Measure::percent;
  if (unit.find(" per hour") != std::string_view::npos || unit.find(" per second") != std::string_view::npos)
    return Measure::speed;
  if (is_latin(unit)) {
    const std::string_view first = unit.substr(0, unit.find(' '));
    for (const Group& group : english_units())
      if (word_or_plural_in(group.words, first)) return group.measure;
  }
  for (const Group& group : japanese_units())
    for (const std::string_view word : group.words)
      if (unit.starts_with(word)) {
        const bool ordinal = unit.starts_with("度目") || unit.starts_with("年目") ||
                             unit.starts_with("人目") || unit.starts_with("日目");
        return ordinal ? Measure::count : group.measure;
      }
  return Measure::count;
}

Measure measure_of_noun(std::string_view noun) {
  if (noun.empty()) return Measure::none;
  if (is_latin(noun)) {
    for (const Group& group : nouns())
      if (word_or_plural_in(group.words, noun)) return group.measure;
    return Measure::none;
  }
  for (const Group& group : japanese_nouns())
    for (const std::string_view word : group.words)
      if (noun.ends_with(word)) return group.measure;
  return Measure::none;
}

Measure measure_of_date(std::string_view value) {
  if (value.starts_with('T')) return Measure::time_of_day;
  if (value.starts_with("--")) return Measure::day;
  // 1990s, 19c, -66000000y; Monday has no digit.
  if (value.ends_with('s') || value.ends_with('c') || value.ends_with('y'))
    return value.find_first_of("0123456789") == std::string_view::npos ? Measure::day : Measure::year;
  if (value.starts_with('-')) value.remove_prefix(1);
  return value.find('-') != std::string_view::npos ? Measure::day : Measure::year;
}

}  // namespace genkai::text
