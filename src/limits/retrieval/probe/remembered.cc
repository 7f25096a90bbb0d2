// Facts that most language models know, each with a plausible wrong value: what a model does when a passage
// says otherwise.

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/rng.h"
#include "limits/retrieval/probe/items.h"
#include "limits/retrieval/probe/wording.h"

namespace genkai::limits::retrieval::probe {
namespace {

struct Known {
  std::string_view question, right, wrong, statement;  // {v} is where the value goes
};

constexpr std::array<Known, 16> kEnglish{{
    {"What is the capital of France?", "Paris", "Lyon", "The capital of France is {v}."},
    {"What is the capital of Japan?", "Tokyo", "Nagoya", "The capital of Japan is {v}."},
    {"What is the capital of Egypt?", "Cairo", "Aswan", "The capital of Egypt is {v}."},
    {"What is the capital of Canada?", "Ottawa", "Calgary", "The capital of Canada is {v}."},
    {"Who wrote Hamlet?", "Shakespeare", "Thomas Kyd", "Hamlet was written by {v}."},
    {"Who wrote Don Quixote?", "Cervantes", "Lope de Vega", "Don Quixote was written by {v}."},
    {"Who painted the Mona Lisa?", "Leonardo", "Raphael", "The Mona Lisa was painted by {v}."},
    {"Who discovered penicillin?", "Fleming", "Pasteur", "Penicillin was discovered by {v}."},
    {"In which year did the Titanic sink?", "1912", "1921", "The Titanic sank in {v}."},
    {"In which year did the Second World War end?", "1945", "1948", "The Second World War ended in {v}."},
    {"In which year did the Berlin Wall fall?", "1989", "1979", "The Berlin Wall fell in {v}."},
    {"In which year did people first land on the Moon?", "1969", "1964",
     "People first landed on the Moon in {v}."},
    {"What is the largest planet of the solar system?", "Jupiter", "Saturn",
     "The largest planet of the solar system is {v}."},
    {"What is the chemical symbol of gold?", "Au", "Go", "The chemical symbol of gold is {v}."},
    {"Which river flows through London?", "Thames", "Severn",
     "The river that flows through London is the {v}."},
    {"What is the currency of Japan?", "yen", "won", "The currency of Japan is the {v}."},
}};

constexpr std::array<Known, 16> kJapanese{{
    {"フランスの首都はどこですか。", "パリ", "リヨン", "フランスの首都は{v}である。"},
    {"イタリアの首都はどこですか。", "ローマ", "ミラノ", "イタリアの首都は{v}である。"},
    {"エジプトの首都はどこですか。", "カイロ", "アスワン", "エジプトの首都は{v}である。"},
    {"カナダの首都はどこですか。", "オタワ", "カルガリー", "カナダの首都は{v}である。"},
    {"『吾輩は猫である』を書いたのは誰ですか。", "夏目漱石", "森鴎外",
     "『吾輩は猫である』を書いたのは{v}である。"},
    {"『羅生門』を書いたのは誰ですか。", "芥川龍之介", "菊池寛", "『羅生門』を書いたのは{v}である。"},
    {"『源氏物語』を書いたのは誰ですか。", "紫式部", "清少納言", "『源氏物語』を書いたのは{v}である。"},
    {"江戸幕府を開いたのは誰ですか。", "徳川家康", "豊臣秀吉", "江戸幕府を開いたのは{v}である。"},
    {"関ヶ原の戦いは何年にありましたか。", "1600年", "1610年", "関ヶ原の戦いは{v}にあった。"},
    {"タイタニック号が沈没したのは何年ですか。", "1912年", "1921年", "タイタニック号は{v}に沈没した。"},
    {"ベルリンの壁が崩壊したのは何年ですか。", "1989年", "1979年", "ベルリンの壁は{v}に崩壊した。"},
    {"人類が初めて月に着陸したのは何年ですか。", "1969年", "1964年", "人類は{v}に初めて月に着陸した。"},
    {"日本で最も高い山は何ですか。", "富士山", "北岳", "日本で最も高い山は{v}である。"},
    {"日本で最も大きい湖は何ですか。", "琵琶湖", "霞ヶ浦", "日本で最も大きい湖は{v}である。"},
    {"太陽系で最も大きい惑星は何ですか。", "木星", "土星", "太陽系で最も大きい惑星は{v}である。"},
    {"アメリカの通貨は何ですか。", "ドル", "ペソ", "アメリカの通貨は{v}である。"},
}};

Item item_of(const Known& known, std::string id, text::Language language) {
  const Wording& wording = wording_of(language);
  Item item;
  item.id = std::move(id);
  item.language = language;
  item.question = known.question;
  item.answers = {std::string(known.right)};
  item.wrong = known.wrong;
  const std::string statement = filled(known.statement, "", known.wrong);
  const bool japanese = language == text::Language::japanese;
  for (std::size_t k = 0; k < kCounters; ++k)
    item.counters.push_back({japanese ? "資料" + std::to_string(k + 1) : "Source " + std::to_string(k + 1),
                             "", k == 0 ? statement : std::string(wording.attributions[k]) + statement});
  return item;
}

}  // namespace

std::vector<Item> remembered_items(const MakeItems& choice) {
  std::vector<Item> items;
  if (choice.tongue != Tongue::japanese)
    for (std::size_t i = 0; i < kEnglish.size(); ++i)
      items.push_back(item_of(kEnglish[i], "memory-en" + std::to_string(i), text::Language::english));
  if (choice.tongue != Tongue::english)
    for (std::size_t i = 0; i < kJapanese.size(); ++i)
      items.push_back(item_of(kJapanese[i], "memory-ja" + std::to_string(i), text::Language::japanese));
  base::Rng rng(base::hash64("remembered", choice.seed));
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[rng.below(i)]);
  if (items.size() > choice.count) items.resize(choice.count);
  return items;
}

}  // namespace genkai::limits::retrieval::probe
