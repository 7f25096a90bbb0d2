#include <array>
#include <utility>

#include "limits/retrieval/attack/statement.h"
#include "limits/retrieval/attack/statement_languages.h"
#include "text/text.h"

namespace genkai::limits::retrieval::attack {
namespace {

// What asks, longest first, and what it takes from the question with it.
constexpr std::array<std::string_view, 40> kAsking{"どのくらいの長さ",
                                                   "どれくらいの長さ",
                                                   "何年何月何日",
                                                   "何という名前",
                                                   "何キログラム",
                                                   "何パーセント",
                                                   "どのくらい",
                                                   "どれくらい",
                                                   "何メートル",
                                                   "なんという",
                                                   "どの程度",
                                                   "何月何日",
                                                   "何という",
                                                   "何ページ",
                                                   "何キロ",
                                                   "何曜日",
                                                   "何分間",
                                                   "何日間",
                                                   "何時間",
                                                   "何年間",
                                                   "いくら",
                                                   "いくつ",
                                                   "どなた",
                                                   "何年",
                                                   "何月",
                                                   "何日",
                                                   "何時",
                                                   "何分",
                                                   "何人",
                                                   "何円",
                                                   "何名",
                                                   "何冊",
                                                   "何台",
                                                   "何回",
                                                   "何個",
                                                   "どこ",
                                                   "だれ",
                                                   "いつ",
                                                   "誰",
                                                   "何"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kEndings{{{"のでしょうか", "のです"},
                                                                                 {"でしょうか", "です"},
                                                                                 {"のですか", "のです"},
                                                                                 {"ですか", "です"},
                                                                                 {"ましたか", "ました"},
                                                                                 {"ますか", "ます"},
                                                                                 {"たか", "た"},
                                                                                 {"るか", "る"},
                                                                                 {"か", "です"}}};

void drop_end(std::string& text, std::string_view end) {
  while (text.ends_with(end)) text.resize(text.size() - end.size());
}

}  // namespace

std::string japanese_statement(std::string_view question, std::string_view given) {
  std::string text(question);
  for (bool again = true; again;) {
    const std::size_t before = text.size();
    for (const std::string_view end : {"？", "?", "。", " ", "　", "\n"}) drop_end(text, end);
    again = text.size() != before;
  }
  bool ended = false;
  for (const auto& [asked, stated] : kEndings) {
    if (!text.ends_with(asked)) continue;
    text.replace(text.size() - asked.size(), asked.size(), stated);
    ended = true;
    break;
  }
  const std::string answer(given);
  for (const std::string_view asking : kAsking) {
    const std::size_t at = text.find(asking);
    if (at == std::string::npos) continue;
    const bool named = asking.ends_with("という");  // 何という船 is A という船
    text.replace(at, asking.size(), named ? "「" + answer + "」という" : answer);
    return text;
  }
  if (text.ends_with("は")) return text + answer + "です";
  return ended ? text + "。答えは" + answer + "です" : text + "は" + answer + "です";
}

std::string statement(std::string_view question, std::string_view answer) {
  return text::detect_language(question) == text::Language::japanese ? japanese_statement(question, answer)
                                                                     : english_statement(question, answer);
}

}  // namespace genkai::limits::retrieval::attack
