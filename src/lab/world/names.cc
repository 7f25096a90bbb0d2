#include "lab/world/names.h"

#include <array>
#include <initializer_list>
#include <string_view>

namespace genkai::lab::world {
namespace {

using Words = std::initializer_list<std::string_view>;

std::string_view pick(base::Rng& rng, Words words) {
  return words.begin()[rng.below(words.size())];
}
template <std::size_t n>
std::string_view pick(base::Rng& rng, const std::string_view (&words)[n]) {
  return words[rng.below(n)];
}

constexpr std::string_view kFirstOnsets[]{"b", "br", "c", "d", "dr", "f", "g",  "gr", "h",  "j", "k",
                                          "l", "m",  "n", "p", "r",  "s", "st", "t",  "tr", "v", "w"};
constexpr std::string_view kOnsets[]{"b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v"};
constexpr std::string_view kVowels[]{"a", "e", "i", "o", "u"};
constexpr std::string_view kCodas[]{"l", "n", "r", "", ""};

// Open syllables, the last one of which may be closed.
std::string stem(base::Rng& rng, std::size_t syllables) {
  std::string out;
  for (std::size_t i = 0; i < syllables; ++i) {
    out += i == 0 ? pick(rng, kFirstOnsets) : pick(rng, kOnsets);
    out += pick(rng, kVowels);
  }
  out += pick(rng, kCodas);
  out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out;
}

std::string with(std::string text, std::string_view ending) {
  return text += ending;
}

constexpr std::string_view kAdjectives[]{
    "Silent",  "Crooked", "Amber",    "Hollow",  "Scarlet", "Distant", "Frozen", "Golden",
    "Narrow",  "Pale",    "Restless", "Silver",  "Broken",  "Hidden",  "Tidal",  "Gentle",
    "Burning", "Faded",   "Lonely",   "Patient", "Quiet",   "Velvet",  "Wooden", "Bitter",
    "Copper",  "Drowned", "Early",    "Endless", "Feral",   "Glass",   "Idle",   "Late"};
constexpr std::string_view kNouns[]{
    "Lantern", "Harbour", "Orchard", "Compass", "Ladder",  "Meadow", "Mirror",  "Bridge",
    "Needle",  "Ribbon",  "Furnace", "Garden",  "Anchor",  "Kettle", "Window",  "Chimney",
    "Feather", "Basket",  "Candle",  "Thicket", "Pasture", "Quarry", "Saddle",  "Thimble",
    "Cellar",  "Drum",    "Engine",  "Ferry",   "Hammer",  "Island", "Journey", "Keeper"};

struct Character {
  std::string_view text, reading;
};
template <std::size_t n>
const Character& pick(base::Rng& rng, const std::array<Character, n>& characters) {
  return characters[rng.below(n)];
}

constexpr std::array<Character, 24> kFamilyFirst{
    {{"石", "いし"}, {"北", "きた"}, {"西", "にし"}, {"高", "たか"}, {"中", "なか"}, {"松", "まつ"},
     {"杉", "すぎ"}, {"森", "もり"}, {"岩", "いわ"}, {"吉", "よし"}, {"藤", "ふじ"}, {"古", "ふる"},
     {"長", "なが"}, {"村", "むら"}, {"宮", "みや"}, {"竹", "たけ"}, {"大", "おお"}, {"小", "お"},
     {"平", "ひら"}, {"福", "ふく"}, {"上", "うえ"}, {"浜", "はま"}, {"秋", "あき"}, {"広", "ひろ"}}};
constexpr std::array<Character, 14> kFamilySecond{{{"田", "だ"},
                                                   {"川", "かわ"},
                                                   {"山", "やま"},
                                                   {"島", "しま"},
                                                   {"野", "の"},
                                                   {"原", "はら"},
                                                   {"沢", "さわ"},
                                                   {"崎", "ざき"},
                                                   {"本", "もと"},
                                                   {"井", "い"},
                                                   {"谷", "たに"},
                                                   {"岡", "おか"},
                                                   {"木", "き"},
                                                   {"瀬", "せ"}}};
constexpr std::array<Character, 18> kGivenFirst{{{"美", "み"},
                                                 {"和", "かず"},
                                                 {"正", "まさ"},
                                                 {"弘", "ひろ"},
                                                 {"友", "とも"},
                                                 {"春", "はる"},
                                                 {"明", "あき"},
                                                 {"義", "よし"},
                                                 {"信", "のぶ"},
                                                 {"千", "ち"},
                                                 {"直", "なお"},
                                                 {"光", "みつ"},
                                                 {"文", "ふみ"},
                                                 {"安", "やす"},
                                                 {"貴", "たか"},
                                                 {"幸", "ゆき"},
                                                 {"早", "さ"},
                                                 {"静", "しず"}}};
constexpr std::array<Character, 12> kGivenSecond{{{"子", "こ"},
                                                  {"美", "み"},
                                                  {"代", "よ"},
                                                  {"江", "え"},
                                                  {"恵", "え"},
                                                  {"人", "と"},
                                                  {"男", "お"},
                                                  {"夫", "お"},
                                                  {"樹", "き"},
                                                  {"彦", "ひこ"},
                                                  {"之", "ゆき"},
                                                  {"香", "か"}}};
constexpr std::array<Character, 30> kPlaceFirst{
    {{"瀬", "せ"},   {"霧", "きり"}, {"鳴", "なる"}, {"雪", "ゆき"},   {"潮", "しお"}, {"鶴", "つる"},
     {"梅", "うめ"}, {"桑", "くわ"}, {"楠", "くす"}, {"鹿", "しか"},   {"熊", "くま"}, {"竜", "たつ"},
     {"琴", "こと"}, {"笹", "ささ"}, {"葦", "あし"}, {"柏", "かしわ"}, {"栗", "くり"}, {"桐", "きり"},
     {"風", "かぜ"}, {"星", "ほし"}, {"虹", "にじ"}, {"泉", "いずみ"}, {"萩", "はぎ"}, {"菊", "きく"},
     {"蓮", "はす"}, {"波", "なみ"}, {"砂", "すな"}, {"渚", "なぎさ"}, {"銀", "ぎん"}, {"鈴", "すず"}}};
constexpr std::array<Character, 24> kPlaceSecond{
    {{"原", "はら"}, {"浜", "はま"}, {"沢", "さわ"}, {"野", "の"},   {"川", "かわ"}, {"坂", "さか"},
     {"岳", "だけ"}, {"津", "つ"},   {"浦", "うら"}, {"崎", "ざき"}, {"島", "しま"}, {"山", "やま"},
     {"谷", "たに"}, {"戸", "と"},   {"井", "い"},   {"池", "いけ"}, {"橋", "はし"}, {"森", "もり"},
     {"岡", "おか"}, {"丘", "おか"}, {"江", "え"},   {"宮", "みや"}, {"窪", "くぼ"}, {"峰", "みね"}}};
constexpr std::string_view kTitleFirst[]{"灯台", "時計", "手紙", "窓辺",   "砂丘", "汽車",   "水車",
                                         "硝子", "月夜", "夏空", "坂道",   "港町", "果樹園", "図書室",
                                         "雨音", "冬山", "鏡",   "羅針盤", "織物", "階段"};
constexpr std::string_view kTitleSecond[]{"記憶", "約束", "旅人", "歌",   "影",   "庭",    "地図",
                                          "夢",   "足音", "秘密", "花束", "番人", "行方",  "季節",
                                          "物語", "友人", "光",   "言葉", "朝",   "終わり"};
constexpr std::string_view kTitleMark[]{"", "遠い", "青い", "白い", "古い", "静かな", "小さな", "最後の"};

}  // namespace

Name Names::english(Kind kind) {
  switch (kind) {
    case Kind::person:
      return {with(stem(rng_, 1 + rng_.below(2)),
                   pick(rng_, {"na", "len", "ric", "dra", "vin", "sa", "bert", "ya"})) +
                  " " +
                  with(stem(rng_, 1 + rng_.below(2)),
                       pick(rng_, {"beck", "dahl", "quist", "shaw", "man", "kov", "low"})),
              ""};
    case Kind::place:
      return {with(stem(rng_, 1 + rng_.below(2)),
                   pick(rng_, {"vik", "mere", "ford", "stead", "holm", "wick", "mouth", "haven"})),
              ""};
    case Kind::company:
      return {with(stem(rng_, 1 + rng_.below(2)), pick(rng_, {"ora", "ix", "ane", "ex", "il"})) + " " +
                  std::string(pick(rng_, {"Works", "Mills", "Foods", "Motors", "Textiles", "Instruments"})),
              ""};
    case Kind::work: {
      const std::string noun(pick(rng_, kNouns));
      const std::string title = "The " + std::string(pick(rng_, kAdjectives)) + " " + noun;
      if (!taken_.contains(title)) return {title, ""};
      return {"The " + noun + " of " + with(stem(rng_, 1 + rng_.below(2)), pick(rng_, {"ia", "oth", "une"})),
              ""};
    }
  }
  return {};
}

Name Names::japanese(Kind kind) {
  const auto joined = [](const Character& first, const Character& second) {
    return Name{std::string(first.text) + std::string(second.text),
                std::string(first.reading) + std::string(second.reading)};
  };
  switch (kind) {
    case Kind::person: {
      const Name family = joined(pick(rng_, kFamilyFirst), pick(rng_, kFamilySecond));
      const Name given = joined(pick(rng_, kGivenFirst), pick(rng_, kGivenSecond));
      return {family.text + given.text, family.reading + " " + given.reading};
    }
    case Kind::place: {
      const Name place = joined(pick(rng_, kPlaceFirst), pick(rng_, kPlaceSecond));
      const Character& ending = rng_.below(2) == 0 ? Character{"町", "ちょう"} : Character{"市", "し"};
      return {place.text + std::string(ending.text), place.reading + std::string(ending.reading)};
    }
    case Kind::company: {
      const Name stem_name = joined(pick(rng_, kFamilyFirst), pick(rng_, kPlaceSecond));
      return {stem_name.text + std::string(pick(rng_, {"工業", "製作所", "商会", "電機", "食品", "運輸"})),
              ""};
    }
    case Kind::work: {
      std::string title(pick(rng_, kTitleMark));
      title += pick(rng_, kTitleFirst);
      title += "の";
      title += pick(rng_, kTitleSecond);
      return {title, ""};
    }
  }
  return {};
}

Name Names::draw(Kind kind) {
  return language_ == text::Language::japanese ? japanese(kind) : english(kind);
}

base::Result<Name> Names::next(Kind kind) {
  for (int tries = 0; tries < 10'000; ++tries) {
    Name name = draw(kind);
    if (taken_.insert(name.text).second) return name;
  }
  return base::fail(base::Code::resource_exhausted, "there are no more names for so many entities",
                    "make the world smaller");
}

}  // namespace genkai::lab::world
