#include "limits/retrieval/probe/wording.h"

namespace genkai::limits::retrieval::probe {

text::AnswerType type_of(Attribute attribute) {
  switch (attribute) {
    case Attribute::year:
      return text::AnswerType::date;
    case Attribute::designer:
      return text::AnswerType::person;
    case Attribute::town:
      return text::AnswerType::place;
    case Attribute::staff:
      break;
  }
  return text::AnswerType::number;
}

const Wording& wording_of(text::Language language) {
  static const Wording english{
      {"Vel", "Tor", "Mar", "Hal", "Kes", "Bran", "Dun", "Elm",  "Fen", "Gar",
       "Hol", "Ist", "Jor", "Lan", "Nor", "Ost",  "Pel", "Quen", "Ros", "Sel"},
      {"mora ", "wick ", "den ", "ford ", "haven ", "stad ", "mere ", "ton ", "bury ", "ley "},
      {"Library", "Observatory", "Aquarium", "Theatre", "Museum", "Mill"},
      {"Alda", "Bertil", "Corin", "Dagny", "Emrys", "Fiora", "Gisela", "Henrik", "Ilse", "Jonas", "Karin",
       "Ludvig"},
      {"Ahlgren", "Brandvold", "Castell", "Dorning", "Estrup", "Falkner", "Grell", "Hovland", "Iversen",
       "Jarl", "Kessler", "Lindqvist"},
      {"Ar", "Bel", "Cor", "Dra", "Esk", "Fal", "Gron", "Hest", "Ir", "Kal", "Lom", "Mid", "Nes", "Or",
       "Rud"},
      {"dal", "vik", "holm", "sund", "berg", "nes", "strand", "lund"},
      " ",
      " ",
      {"{} was founded in {v}.", "{} was designed by {v}.", "{} stands in the town of {v}.",
       "{} employs {v} people."},
      {"In which year was {} founded?", "Who designed {}?", "In which town does {} stand?",
       "How many people does {} employ?"},
      {"{v}", "{v}", "{v}", "{v}"},
      {"According to the yearbook, ", "As the chronicle notes, ", "The visitors' guide says that ",
       "The archive records that ", "The regional register states that "},
      {"{}", "Visiting {}", "Notes on {}", "{} in brief", "A history of {}", "Facts about {}"},
      {"{} is open every day except Monday.", "The road to {} runs along the river.",
       "Many visitors come to {} in spring."},
      {"There is a small garden behind the house.", "The roof was repaired not long ago.",
       "A bus stops in front of the entrance."},
      "The entrance to {} follows tariff {v}.",
      "Under tariff {} the entrance costs {v} crowns.",
      "Tariff {}",
      "How many crowns does the entrance to {} cost?",
      "{v}",
      "{} in {v}"};
  static const Wording japanese{
      {"瀬", "霧", "桜", "楠", "白", "鷹", "綾", "雫", "榛", "藤", "葉", "朝"},
      {"川", "島", "野", "原", "浜", "峰", "沢", "坂", "丘", "津"},
      {"美術館", "図書館", "天文台", "水族館", "劇場", "植物園"},
      {"佐伯", "門脇", "三宅", "久保田", "望月", "長谷部", "相馬", "椎名", "遠野", "若槻"},
      {"千尋", "航平", "美咲", "健吾", "直樹", "彩花", "恭子", "真琴", "義明", "玲奈"},
      {"宇", "加", "志", "多", "那", "波", "美", "和", "穂", "由"},
      {"良瀬町", "美浜町", "志野町", "津川町", "久原町", "月島町"},
      "",
      "",
      {"{}は{v}年に設立された。", "{}を設計したのは{v}である。", "{}は{v}にある。",
       "{}では{v}人が働いている。"},
      {"{}が設立されたのは何年ですか。", "{}を設計したのは誰ですか。", "{}はどの町にありますか。",
       "{}では何人が働いていますか。"},
      {"{v}年", "{v}", "{v}", "{v}人"},
      {"年鑑によれば、", "郷土誌には、", "案内書によると、", "記録では、", "登録簿によれば、"},
      {"{}", "{}を訪ねて", "{}の覚え書き", "{}の概要", "{}の歩み", "{}の基礎知識"},
      {"{}は月曜日を除いて毎日開いている。", "{}へ続く道は川沿いを通る。", "春には{}に多くの人が訪れる。"},
      {"建物の裏には小さな庭がある。", "屋根は最近修理された。", "入口の前にバスが停まる。"},
      "{}の入館料は料金表{v}に従う。",
      "料金表{}では、入館料は{v}円である。",
      "料金表{}",
      "{}の入館料は何円ですか。",
      "{v}円",
      "{v}の{}"};
  return language == text::Language::japanese ? japanese : english;
}

std::string filled(std::string_view pattern, std::string_view entity, std::string_view value) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern.substr(at).starts_with("{v}")) {
      out += value;
      at += 3;
    } else if (pattern.substr(at).starts_with("{}")) {
      out += entity;
      at += 2;
    } else {
      out += pattern[at++];
    }
  }
  return out;
}

}  // namespace genkai::limits::retrieval::probe
