// Japanese sentences as statements.

#include <array>
#include <optional>
#include <utility>

#include "limits/reasoning/consistency/statement.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning {
namespace {

using std::string_view_literals::operator""sv;
using Pair = std::pair<std::string_view, std::string_view>;

bool take_end(std::string& text, std::string_view ending) {
  if (text.size() <= ending.size() || !text.ends_with(ending)) return false;
  text.resize(text.size() - ending.size());
  return true;
}

// The vowel row of the last character, by what each syllable of the row that the key names turns into: 飛ば
// -> 飛ぶ.
std::string_view u_row_of(std::string_view syllable) {
  static constexpr std::array<Pair, 18> kRows{{{"わ", "う"},
                                               {"か", "く"},
                                               {"が", "ぐ"},
                                               {"さ", "す"},
                                               {"た", "つ"},
                                               {"な", "ぬ"},
                                               {"ば", "ぶ"},
                                               {"ま", "む"},
                                               {"ら", "る"},
                                               {"い", "う"},
                                               {"き", "く"},
                                               {"ぎ", "ぐ"},
                                               {"ち", "つ"},
                                               {"に", "ぬ"},
                                               {"び", "ぶ"},
                                               {"み", "む"},
                                               {"り", "る"},
                                               {"し", "す"}}};
  for (const auto& [from, to] : kRows)
    if (from == syllable) return to;
  return {};
}

// 飛ば(ない), 飛び(ます): 飛ぶ; 食べ: 食べる; でき: できる; 走っていま: see the table of endings.
std::string dictionary_form(std::string stem) {
  if (stem.ends_with("でき") || stem.ends_with("起き") || stem.ends_with("生き") || stem == "い" ||
      stem.ends_with("てい") || stem.ends_with("でい"))
    return stem + "る";
  if (stem == "し" || stem.ends_with("を し")) return "する";
  if (stem.size() >= 3) {
    const std::string last = stem.substr(stem.size() - 3);
    if (const auto row = u_row_of(last); !row.empty())
      return stem.substr(0, stem.size() - 3) + std::string(row);
  }
  return stem + "る";
}

// Noun and copula; what is before the ending is the noun.
constexpr std::array kNotCopula = {"ではありませんでした"sv,
                                   "じゃありませんでした"sv,
                                   "ではなかった"sv,
                                   "ではありません"sv,
                                   "じゃありません"sv,
                                   "ではないです"sv,
                                   "じゃないです"sv,
                                   "ではない"sv,
                                   "じゃない"sv,
                                   "でない"sv};
constexpr std::array kCopula = {"であります"sv, "である"sv, "でした"sv, "だった"sv, "です"sv, "だ"sv};

// Verbs and adjectives said politely or of the past stay as they are but for these.
bool unnegate(std::string& text) {
  for (const auto ending : {"くありません"sv, "くないです"sv, "くない"sv})
    if (take_end(text, ending)) {
      text += "い";
      return true;
    }
  for (const auto ending : {"しませんでした"sv, "しなかった"sv})
    if (take_end(text, ending)) {
      text += "した";
      return true;
    }
  if (take_end(text, "ませんでした")) {
    text += "ました";
    return true;
  }
  if (text == "ありません" || text == "ない" || text == "ないです") {
    text = "ある";
    return true;
  }
  for (const auto ending : {"がありません"sv, "はありません"sv, "がないです"sv, "がない"sv, "はない"sv})
    if (take_end(text, ending)) {
      text += "がある";
      return true;
    }
  for (const auto ending : {"ません"sv, "ないです"sv, "ない"sv})
    if (text.size() > ending.size() && take_end(text, ending)) {
      text = text == "し" || text.ends_with("し") ? text.substr(0, text.size() - 3) + "する"
                                                  : dictionary_form(text);
      return true;
    }
  return false;
}

void to_plain(std::string& text) {
  if (take_end(text, "しました")) {
    text += "した";
  } else if (take_end(text, "があります")) {
    text += "がある";
  } else if (take_end(text, "ます")) {
    text = text.ends_with("し") ? text.substr(0, text.size() - 3) + "する" : dictionary_form(text);
  } else if (text.ends_with("いです")) {
    take_end(text, "です");
  }
}

std::string_view turned(std::string_view word) {
  static constexpr std::array<Pair, 9> kTurned{{{"低い", "高い"},
                                                {"小さい", "大きい"},
                                                {"短い", "長い"},
                                                {"新しい", "古い"},
                                                {"軽い", "重い"},
                                                {"遅い", "速い"},
                                                {"少ない", "多い"},
                                                {"年下", "年上"},
                                                {"安い", "高価"}}};
  for (const auto& [from, to] : kTurned)
    if (from == word) return to;
  return {};
}

bool is_adjective(std::string_view word) {
  return word.ends_with("い") && word.size() >= 6;
}

// BよりC, BよりもC. `word` is the adjective or noun that orders.
bool read_order(const std::string& said, Statement& out) {
  const std::size_t than = said.find("より");
  if (than == std::string::npos || than == 0) return false;
  std::string word = said.substr(than + 6);
  if (word.starts_with("も")) word.erase(0, 3);
  const std::string other = said.substr(0, than);
  if (word.empty()) return false;
  for (const auto* later : {"後に", "あとに"})
    if (word.starts_with(later) && !out.subject.empty()) {
      out.predicate = {"前に" + word.substr(std::string_view(later).size()), "than", out.subject};
      out.subject = other;
      out.object = 2, out.relation = Relation::order;
      return true;
    }
  if (word.starts_with("先に")) word = "前に" + word.substr(6);
  if (!word.starts_with("前に") && !is_adjective(word) && word != "年上" && word != "年下" && word != "高価")
    return false;
  out.relation = Relation::order;
  out.object = 3;
  if (word.starts_with("前に")) {
    out.predicate = {word, "than", other};
    out.object = 2;
  } else if (const auto turn = turned(word); !turn.empty() && !out.subject.empty()) {
    out.predicate = {"is", std::string(turn), "than", out.subject};
    out.subject = other;
  } else {
    out.predicate = {"is", word, "than", other};
  }
  return true;
}

void read_predicate(std::string said, Statement& out) {
  bool copula = false;
  for (const auto ending : kNotCopula)
    if (!copula && take_end(said, ending)) copula = out.negated = true;
  if (!copula && !said.ends_with("いです"))
    for (const auto ending : kCopula)
      if (!copula && take_end(said, ending)) copula = true;
  if (!copula) {
    if (unnegate(said))
      out.negated = !out.negated;
    else
      to_plain(said);
  }
  if (read_order(said, out)) return;
  if (copula && take_end(said, "の一部")) {
    out.predicate = {"is", "part", "of", said};
    out.relation = Relation::part_of, out.object = 3;
  } else if (copula || is_adjective(said)) {
    out.predicate = {"is", said};
    out.relation = Relation::is, out.object = 1;
  } else {
    out.predicate = {said};
  }
}

// The first は that is a topic, not part of では and the like.
std::size_t topic(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    if (c.value == U'「' || c.value == U'『' || c.value == U'(') ++depth;
    if ((c.value == U'」' || c.value == U'』' || c.value == U')') && depth > 0) --depth;
    if (c.value == U'は' && depth == 0 && at > 0 && at + c.length < text.size()) {
      const std::string_view before = text.substr(0, at);
      const bool compound = before.ends_with("で") || before.ends_with("に") || before.ends_with("と") ||
                            before.ends_with("へ");
      if (!compound) return at;
    }
    at += c.length;
  }
  return std::string_view::npos;
}

void read_subject(std::string subject, Statement& out) {
  out.scope = Scope::kind;
  for (const auto* one : {"この", "その", "あの"})
    if (subject.starts_with(one) && subject.size() > 6) {
      out.scope = Scope::one;
      subject.erase(0, 6);
    }
  for (const auto* all : {"すべての", "全ての", "あらゆる", "どの"})
    if (subject.starts_with(all)) subject.erase(0, std::string_view(all).size());
  for (const auto* some : {"一部の", "多くの", "ある", "ほとんどの"})
    if (subject.starts_with(some)) out.scope = Scope::some;
  for (const auto* pronoun : {"これ", "それ", "あれ", "彼", "彼女", "彼ら", "私", "ここ", "そこ"})
    if (subject == pronoun) out.asserted = false;
  out.subject = std::move(subject);
}

std::string without_space_and_marks(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    if (!text::is_space(c.value) && c.value != U'、' && c.value != U'。' && c.value != ',' && c.value != '!')
      out.append(text, at, c.length);
    at += c.length;
  }
  return out;
}

}  // namespace

Statement read_japanese_statement(std::string_view subject, std::string_view text) {
  Statement out;
  std::string said = without_space_and_marks(text);
  bool question = false;
  while (said.ends_with('?') && said.size() > 1) question = true, said.pop_back();
  if (said.ends_with("ですか") || said.ends_with("ますか")) question = true, said.resize(said.size() - 3);
  for (const auto hedge : {"かもしれ"sv, "でしょう"sv, "だろう"sv, "もし"sv, "おそらく"sv})
    if (said.find(hedge) != std::string::npos) question = true;
  out.asserted = !question;
  if (said.empty()) {
    out.predicate = {std::string(text)};
    out.asserted = false;
    return out;
  }
  if (!subject.empty()) {
    out.subject = without_space_and_marks(subject);
    out.scope = Scope::kind;
    if (said.starts_with("は")) said.erase(0, 3);
    read_predicate(said.empty() ? std::string(text) : std::move(said), out);
    return out;
  }
  std::size_t end = topic(said);
  if (end == std::string::npos) end = said.find("が");
  if (end == std::string::npos || end == 0 || end + 3 >= said.size()) {
    read_predicate(std::move(said), out);
    return out;
  }
  read_subject(said.substr(0, end), out);
  read_predicate(said.substr(end + 3), out);
  return out;
}

}  // namespace genkai::limits::reasoning
