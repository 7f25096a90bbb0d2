#include "answer/english_clause.h"

#include <algorithm>
#include <array>

#include "answer/english_words.h"

namespace genkai::answer {
namespace {

template <std::size_t N>
bool in(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// "However, the ferry ..." is "The ferry ...".
std::string_view without_connective(std::string_view sentence) {
  static constexpr auto kConnectives = std::to_array<std::string_view>(
      {"however, ",    "in addition, ",  "also, ",      "moreover, ",     "furthermore, ",  "therefore, ",
       "therefore ",   "for example, ",  "thus, ",      "for instance, ", "in fact, ",      "additionally, ",
       "finally, ",    "consequently, ", "and ",        "but ",           "nevertheless, ", "overall, ",
       "today, ",      "historically, ", "generally, ", "similarly, ",    "as a result, ",  "notably, ",
       "originally, ", "eventually, ",   "meanwhile, ", "hence, ",        "conversely, ",   "likewise, ",
       "ultimately, ", "instead, ",      "besides, ",   "indeed, ",       "typically, "});
  for (const std::string_view own : kConnectives) {
    if (sentence.size() <= own.size()) continue;
    std::string first(sentence.substr(0, own.size()));
    if (first.front() >= 'A' && first.front() <= 'Z')
      first.front() = static_cast<char>(first.front() - 'A' + 'a');
    if (first == own) return sentence.substr(own.size());
  }
  return sentence;
}

}  // namespace

std::string_view EnglishClause::word_before(std::size_t at, std::size_t& begin) const {
  begin = at;
  if (at < 2 || text[at - 1] != ' ') return {};
  std::size_t from = at - 1;
  while (from > 0 && text[from - 1] != ' ') --from;
  begin = from;
  return std::string_view(text).substr(from, at - 1 - from);
}

std::string_view EnglishClause::word_after(std::size_t at) const {
  if (at >= text.size() || text[at] != ' ') return {};
  const std::size_t end = std::min(text.find(' ', at + 1), text.size());
  return std::string_view(text).substr(at + 1, end - at - 1);
}

bool is_capital(std::string_view word) {
  return !word.empty() && word.front() >= 'A' && word.front() <= 'Z';
}

std::string join(const EnglishWords& words, std::size_t first, std::size_t last) {
  std::string out;
  for (std::size_t i = first; i < std::min(last, words.size()); ++i) {
    if (!out.empty()) out += ' ';
    out += words[i];
  }
  return out;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == ',')) text.pop_back();
  const std::size_t first = text.find_first_not_of(" ,");
  return first == std::string::npos ? std::string() : text.substr(first);
}

bool has_verb(const EnglishWords& words) {
  return words.size() > 1 && std::any_of(words.begin() + 1, words.end(),
                                         [](std::string_view word) { return may_be_verb(bare(word)); });
}

std::vector<std::string> english_clauses(const std::string& sentence) {
  std::vector<std::string> clauses;
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    const std::string own(without_connective(std::string_view(sentence).substr(begin, end - begin)));
    clauses.push_back(trimmed(own));
  };
  static constexpr auto kPartings = std::to_array<std::string_view>(
      {"; ", " — ", " – ", ": ", ", and ", ", but ", ", while ", ", whereas "});
  for (std::size_t at = 0; at < sentence.size(); ++at) {
    for (const std::string_view parting : kPartings) {
      if (std::string_view(sentence).substr(at, parting.size()) != parting) continue;
      const EnglishWords rest = words_of(std::string_view(sentence).substr(at + parting.size()));
      const EnglishWords before = words_of(std::string_view(sentence).substr(begin, at - begin));
      const bool subject =
          !rest.empty() && (is_determiner(bare(rest[0])) || is_capital(rest[0]) || is_pronoun(bare(rest[0])));
      // Nothing is parted that would have no verb of its own.
      if (parting.front() == ',' && (!subject || rest.size() < 4 || !has_verb(rest))) break;
      if (before.size() < 4 || !has_verb(before)) break;
      take(at);
      at += parting.size() - 1;
      begin = at + 1;
      break;
    }
  }
  take(sentence.size());
  return clauses;
}

bool leans_on_others(const EnglishWords& words) {
  const std::string first = bare(words[0]);
  if ((joins_clauses(first) && first != "as" && first != "after" && first != "before" && first != "since" &&
       first != "until") ||
      first == "that" || first == "there" || first == "yes" || first == "no")
    return true;
  if (words.size() > 1 && (first == "each" || first == "all" || first == "some" || first == "most" ||
                           first == "one" || first == "many" || first == "others" || first == "what")) {
    const std::string second = bare(words[1]);
    if (may_be_verb(second) || second == "of") return true;
  }
  return std::any_of(words.begin(), words.end(),
                     [](std::string_view word) { return is_pronoun(bare(word)); });
}

bool is_common(std::string_view name, std::string_view context) {
  const EnglishWords around = words_of(context);
  for (const std::string_view word : words_of(name)) {
    const std::string own = bare(word);
    if (own.size() < 3) continue;
    for (const std::string_view other : around)
      if (!is_capital(other) && (bare(other) == own || bare(other) == own + "s")) return true;
  }
  return false;
}

std::optional<std::string> with_opening_last(const EnglishClause& clause, const EnglishAsked& asked) {
  const std::string_view whole = clause.text;
  const EnglishWords before = words_of(whole.substr(0, asked.begin));
  const bool opens = asked.begin == 0 ? is_preposition(bare(words_of(asked.phrase)[0]))
                                      : before.size() <= 3 && is_preposition(bare(before[0])) &&
                                            bare(before[0]) != "over" && bare(before[0]) != "under";
  if (!opens || (before.size() > 1 && has_verb(before))) return {};
  // The phrase reaches to a comma close behind, or over the noun that is counted.
  std::size_t end = asked.end;
  const std::size_t comma = whole.find(',', asked.end);
  if (comma != std::string::npos && words_of(whole.substr(asked.end, comma - asked.end)).size() <= 4) {
    end = comma;
  } else if (asked.type == text::AnswerType::number) {
    for (int i = 0; i < 2 && end < whole.size(); ++i) {
      const std::string word = bare(clause.word_after(end));
      end += 1 + clause.word_after(end).size();
      if (word.ends_with("s")) break;
    }
  }
  if (end >= whole.size()) return {};
  std::string rest = trimmed(std::string(whole.substr(end)));
  const EnglishWords words = words_of(rest);
  if (words.size() < 3 || !has_verb(words) || is_preposition(bare(words[0])) || may_be_verb(bare(words[0])) ||
      bare(words[0]) == "and" || bare(words[0]) == "or")
    return {};
  std::string opening = trimmed(std::string(whole.substr(0, end)));
  if (is_capital(opening)) opening.front() = static_cast<char>(opening.front() - 'A' + 'a');
  if (rest.front() >= 'a' && rest.front() <= 'z') rest.front() = static_cast<char>(rest.front() - 'a' + 'A');
  return rest + " " + opening;
}

std::string cut_behind(const EnglishClause& clause, const EnglishAsked& asked) {
  static constexpr auto kOnTop = std::to_array<std::string_view>(
      {"which", "who", "where", "when", "including", "but", "and", "because", "although", "with", "while",
       "as", "after", "though", "so", "followed", "compared", "or"});
  const std::string& whole = clause.text;
  const auto sentence_before = [&](std::size_t at) {
    const EnglishWords before = words_of(std::string_view(whole).substr(0, at));
    return before.size() >= 4 && has_verb(before);
  };
  for (std::size_t at = asked.end; at < whole.size(); ++at) {
    const std::string_view rest = std::string_view(whole).substr(at);
    if (rest.starts_with(", ")) {
      const EnglishWords after = words_of(rest.substr(2));
      const std::string first = after.empty() ? std::string() : bare(after[0]);
      const std::string second = after.size() < 2 ? std::string() : bare(after[1]);
      const bool relative = second == "which" || second == "whom";
      if ((in(kOnTop, first) || relative || first.ends_with("ing")) && sentence_before(at))
        return whole.substr(0, at);
    }
    for (const std::string_view joint : {" and ", " but ", " which ", " who ", " because ", " although "}) {
      if (!rest.starts_with(joint)) continue;
      const EnglishWords after = words_of(rest.substr(joint.size()));
      if (after.size() < 2) continue;
      const bool verb = may_be_verb(bare(after[0])) ||
                        (may_be_verb(bare(after[1])) && !is_determiner(bare(after[0]))) ||
                        (after.size() > 2 && is_determiner(bare(after[0])) && may_be_verb(bare(after[2])));
      if ((joint != " and " || verb) && sentence_before(at)) return whole.substr(0, at);
    }
  }
  return whole;
}

}  // namespace genkai::answer
