#include "answer/japanese_endings.h"

#include <array>

#include "text/utf8.h"

namespace genkai::answer {
namespace {

struct Ending {
  std::string_view plain, polite;
};

// Longest first where one ends another.
constexpr auto kEndings = std::to_array<Ending>({
    {"ではなかった", "ではありませんでした"},
    {"ではない", "ではありません"},
    {"なかった", "ませんでした"},
    {"であった", "でした"},
    {"だった", "でした"},
    {"である", "です"},
    {"ていた", "ていました"},
    {"でいた", "でいました"},
    {"ている", "ています"},
    {"でいる", "でいます"},
    {"された", "されました"},
    {"される", "されます"},
    {"なった", "なりました"},
    {"あった", "ありました"},
    {"なる", "なります"},
    {"ある", "あります"},
    {"する", "します"},
    {"れた", "れました"},
    {"れる", "れます"},
    {"めた", "めました"},
    {"める", "めます"},
    {"べた", "べました"},
    {"べる", "べます"},
    {"けた", "けました"},
    {"ける", "けます"},
    {"せた", "せました"},
    {"せる", "せます"},
    {"えた", "えました"},
    {"える", "えます"},
});

bool is_noun_letter(char32_t c) {
  return text::is_kanji(c) || text::is_katakana(c);
}

}  // namespace

std::optional<std::string> asking_end(std::string_view clause, bool noun) {
  for (const std::string_view never :
       {"ください", "下さい", "ましょう", "だろう", "でしょう", "な", "よう", "ね", "よ", "か", "こと",
        "など", "ため", "場合", "のみ", "よい", "いい"})
    if (clause.ends_with(never)) return {};
  for (const std::string_view polite : {"ました", "ます", "でした", "です", "ません"})
    if (clause.ends_with(polite)) return std::string(clause);
  if (clause.ends_with("り")) return {};  // goes on elsewhere
  if (noun) return std::string(clause) + "です";
  if (clause.ends_with("だ") && clause.size() > 3 && clause[clause.size() - 4] >= 0)  // 3.57 km2だ
    return std::string(clause.substr(0, clause.size() - 3)) + "です";
  for (const auto& [plain, polite] : kEndings) {
    if (!clause.ends_with(plain)) continue;
    if (plain == "なかった") break;  // of a verb: left plain
    return std::string(clause.substr(0, clause.size() - plain.size())) + std::string(polite);
  }
  if (clause.ends_with("だ") || clause.ends_with("した")) {
    const bool suru = clause.ends_with("した");
    const std::string_view stem = clause.substr(0, clause.size() - (suru ? 6 : 3));
    if (!stem.empty() && is_noun_letter(text::code_point_before(stem, stem.size()).value)) {
      if (!suru) return std::string(stem) + "です";
      return std::string(stem) + "しました";  // 建造した, 出した: the same
    }
    if (suru && (stem.ends_with("を") || stem.ends_with("と") || stem.ends_with("に")))
      return std::string(stem) + "しました";
  }
  return std::string(clause);
}

std::string asking_continuative(std::string_view clause, bool past) {
  if (clause.ends_with("であり"))
    return std::string(clause.substr(0, clause.size() - 9)) + (past ? "でした" : "です");
  if (clause.ends_with("ており") || clause.ends_with("でおり"))
    return std::string(clause.substr(0, clause.size() - 6)) + (past ? "いました" : "います");
  return std::string(clause) + (past ? "ました" : "ます");
}

bool is_past(std::string_view clause) {
  return clause.ends_with("た") || clause.ends_with("だった") || clause.ends_with("んだ");
}

}  // namespace genkai::answer
