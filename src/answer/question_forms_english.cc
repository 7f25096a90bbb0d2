// English: the wh-phrase in place of the span, and in front of the sentence where its verb can be found.

#include <algorithm>
#include <array>
#include <optional>

#include "answer/english_clause.h"
#include "answer/english_words.h"
#include "answer/question_forms.h"

namespace genkai::answer {
namespace {

using text::AnswerType;
using Words = EnglishWords;

constexpr std::size_t kFewestWords = 5, kMostWords = 26;
constexpr std::size_t kLongestSubject = 9;  // words

std::string lower_first(std::string_view word, const EnglishClause& clause) {
  const std::string own = bare(word);
  std::string out(word);
  if (is_capital(out) && (is_determiner(own) || is_preposition(own) || is_common(word, clause.context)))
    out.front() = static_cast<char>(out.front() - 'A' + 'a');
  return out;
}

// How many words of `rest` belong to "how many": "fishing households".
std::size_t counted(const Words& rest, const EnglishAsked& asked) {
  if (asked.phrase != "how many") return 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(rest.size(), 3); ++i) {
    const std::string word = bare(rest[i]);
    if (is_preposition(word) || (i > 0 && may_be_verb(word))) return i;
    if ((word.ends_with("s") && !word.ends_with("ss")) || word == "people" || word == "men" ||
        word == "women" || word == "children" || word == "yen" || rest[i].ends_with(","))
      return i + 1;
  }
  return std::min<std::size_t>(rest.size(), 1);
}

bool plain_subject(const Words& words, std::size_t count) {
  if (count == 0 || count > kLongestSubject || is_preposition(bare(words[0]))) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string word = bare(words[i]);
    if (words[i].ends_with(",") || (joins_clauses(word) && word != "and")) return false;
  }
  return true;
}

// Phrases at the end such as "by the university", "in the harbour" may be left out, also an adverb in -ly.
void add_pieces(const std::string& tail, bool first_needed, std::vector<QuestionForm::Piece>& pieces) {
  static constexpr auto kLoose =
      std::to_array<std::string_view>({"in", "at", "during", "throughout", "near", "since", "within", "from",
                                       "with", "by", "for", "under", "through", "across"});
  const Words words = words_of(tail);
  std::vector<std::size_t> starts;
  for (std::size_t i = first_needed ? 1 : 0; i + 1 < words.size(); ++i)
    if (std::find(kLoose.begin(), kLoose.end(), bare(words[i])) != kLoose.end()) starts.push_back(i);
  const std::size_t fixed = starts.empty() ? words.size() : starts.front();
  std::size_t from = 0;
  for (std::size_t i = 0; i < fixed; ++i) {
    const std::string word = bare(words[i]);
    if (word.size() < 6 || !word.ends_with("ly") || is_capital(words[i])) continue;
    if (i > from) pieces.push_back({join(words, from, i), false});
    pieces.push_back({std::string(words[i]), true});
    from = i + 1;
  }
  if (fixed > from) pieces.push_back({join(words, from, fixed), false});
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : words.size();
    // What holds a verb, or is pointed back at, is no mere addition.
    bool loose = end - starts[i] > 1 && (starts[i] == 0 || !is_preposition(bare(words[starts[i] - 1])));
    for (std::size_t j = starts[i]; j < end; ++j)
      loose = loose && !may_be_verb(bare(words[j])) && !(j > starts[i] && joins_clauses(bare(words[j])));
    pieces.push_back({join(words, starts[i], end), loose});
  }
}

// With the wh-phrase in front: "In which year was the ferry built?"
std::optional<QuestionForm> fronted(const EnglishClause& clause, const EnglishAsked& asked) {
  if (asked.stays) return {};
  const std::string left = trimmed(clause.text.substr(0, asked.begin));
  const std::string right = trimmed(clause.text.substr(asked.end));
  const Words before = words_of(left), after = words_of(right);
  const std::size_t along = counted(after, asked);
  std::size_t verb = 0;
  while (verb < before.size() && (verb == 0 || !may_be_verb(bare(before[verb])))) ++verb;
  // Not out of an inner clause, and not from within a noun phrase.
  if (verb >= before.size() || !plain_subject(before, verb)) return {};
  for (std::size_t i = verb; i < before.size(); ++i)
    if (before[i].ends_with(",") ||
        (i > verb && joins_clauses(bare(before[i])) && !is_preposition(bare(before[i]))))
      return {};
  for (std::size_t i = verb + 2; i < before.size(); ++i)  // "was added after the captain had asked"
    if (is_auxiliary(bare(before[i])) || bare(before[i]) == "had") return {};
  const std::string verb_word = bare(before[verb]);
  const std::string following = verb + 1 < before.size() ? bare(before[verb + 1]) : std::string();
  // Two verbs and nothing that joins them: the sentence was not understood.
  if (asked.type != AnswerType::number && std::any_of(after.begin(), after.end(), [](std::string_view word) {
        return is_auxiliary(bare(word)) || bare(word) == "had";
      }))
    return {};
  QuestionForm form;
  std::string front = asked.phrase;
  std::size_t kept = before.size();
  if (asked.type == AnswerType::number && kept > verb + 1 && is_preposition(bare(before[kept - 1]))) {
    const std::string word = bare(before[kept - 1]);
    if (word == "of" || word == "by" || word == "with") return {};  // "a length of how many metres"
    front = bare(before[kept - 1]) + " " + front;
    --kept;
  }
  if (along > 0) front += " " + trimmed(join(after, 0, along));
  // "a dinner held by whom": by belongs to the verb only right behind it.
  if (asked.phrase.starts_with("by ") && asked.type == AnswerType::person && before.size() > verb + 2)
    return {};
  std::string subject = lower_first(before[0], clause);
  if (verb > 1) subject += " " + join(before, 1, verb);
  const bool owns = verb_word == "has" || verb_word == "have" || verb_word == "had";
  const bool main_have = owns && (following.empty() || is_determiner(following) || is_preposition(following));
  const auto base = base_of_past(verb_word);
  if (is_auxiliary(verb_word) && !main_have) {
    form.pieces.push_back({front + " " + std::string(before[verb]) + " " + subject, false});
  } else if (main_have || (base && following != "by")) {
    // "Tickets bought on the ferry are valid": bought is no finite verb.
    const auto finite = [](std::string_view word) { return is_auxiliary(bare(word)); };
    const auto any_verb = [](std::string_view word) { return may_be_verb(bare(word)); };
    if (main_have &&
        std::any_of(before.begin() + static_cast<std::ptrdiff_t>(verb) + 1, before.end(), any_verb))
      return {};
    if (!main_have &&
        (std::any_of(before.begin() + static_cast<std::ptrdiff_t>(verb), before.end(), finite) ||
         std::any_of(after.begin(), after.end(), finite)))
      return {};
    const char* help = verb_word == "has" ? " does " : verb_word == "have" ? " do " : " did ";
    form.pieces.push_back({front + help + subject + " " + (main_have ? "have" : std::string(*base)), false});
  } else {
    return {};
  }
  add_pieces(trimmed(join(before, verb + 1, kept)), true, form.pieces);
  add_pieces(trimmed(join(after, along, after.size())), false, form.pieces);
  return form;
}

// With the wh-phrase where the span stood. None where that is before any verb and not the subject.
std::optional<QuestionForm> in_place(const EnglishClause& clause, const EnglishAsked& asked) {
  QuestionForm form;
  const std::string left = trimmed(clause.text.substr(0, asked.begin));
  const std::string right = trimmed(clause.text.substr(asked.end));
  const Words before = words_of(left), after = words_of(right);
  for (const std::string_view word : before)
    if (const std::string own = bare(word); own == "because" || own == "although" || own == "if") return {};
  const bool phrase = is_preposition(bare(words_of(asked.phrase)[0])) || asked.phrase == "where";
  const bool name = asked.type == AnswerType::place || (asked.type == AnswerType::person && phrase);
  if (name && !after.empty()) return {};
  if (asked.type == AnswerType::date && !after.empty() && is_capital(after[0])) return {};
  if (!has_verb(before) && (phrase || (!before.empty() && is_preposition(bare(before[0]))))) return {};
  if (!left.empty()) {
    const bool comma = asked.begin >= 2 && clause.text[asked.begin - 2] == ',';
    if (comma && asked.type == AnswerType::number && clause.text.find(", ", asked.end) != std::string::npos)
      return {};
    form.pieces.push_back({left + (comma ? "," : ""), false});
  }
  const std::size_t along = counted(after, asked);
  form.pieces.push_back({asked.phrase + (along > 0 ? " " + join(after, 0, along) : std::string()), false});
  add_pieces(join(after, along, after.size()), left.empty(), form.pieces);
  return form;
}

// An adjective by its ending; a noun before a noun (boot room) belongs to it.
bool is_loose_adjective(std::string_view word) {
  static constexpr auto kEndings = std::to_array<std::string_view>(
      {"al", "ic", "ive", "ous", "ful", "ary", "ish", "able", "ible", "ern", "less", "ical"});
  return word.size() > 4 && word.front() >= 'a' && word.front() <= 'z' && bare(word).size() == word.size() &&
         std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view own) { return word.ends_with(own); });
}

// "the commercial process" is "the process" too, and what opens a sentence before a comma may be left out.
void add_modifiers(QuestionForm& form) {
  std::vector<QuestionForm::Piece> pieces;
  for (std::size_t at = 0; at < form.pieces.size(); ++at) {
    if (form.pieces[at].optional) {
      pieces.push_back(std::move(form.pieces[at]));
      continue;
    }
    const std::string text = std::move(form.pieces[at].text);
    const Words words = words_of(text);
    std::size_t from = 0;
    const auto split = [&](std::size_t first, std::size_t last) {
      if (first > from) pieces.push_back({join(words, from, first), false});
      pieces.push_back({join(words, first, last), true});
      from = last;
    };
    if (at == 0 && words.size() > 2 && is_preposition(bare(words[0]))) {
      std::size_t comma = 0;
      while (comma < words.size() && !words[comma].ends_with(",")) ++comma;
      if (comma + 2 < words.size() && comma < 8 && text.find(" which ") == std::string::npos)
        split(0, comma + 1);
    }
    for (std::size_t i = from; i + 2 < words.size(); ++i)
      if (bare(words[i]) == "the" && is_loose_adjective(words[i + 1]) && !is_capital(words[i + 2]) &&
          !is_preposition(bare(words[i + 2])) && !may_be_verb(bare(words[i + 2])))
        split(i + 1, i + 2);
    if (from < words.size()) pieces.push_back({join(words, from, words.size()), false});
  }
  form.pieces = std::move(pieces);
}

std::optional<QuestionForm> form(EnglishClause clause, EnglishAsked asked) {
  if (const auto moved = with_opening_last(clause, asked)) {
    const std::string answer = asked.answers.front();
    clause.text = *moved;
    clause.spans = text::find_typed_spans(clause.text);
    std::optional<EnglishAsked> again;
    for (const text::TypedSpan& span : clause.spans) {
      if (again || span.type != asked.type) continue;
      again = ask_for(clause, span);
      if (again && again->answers.front() != answer) again.reset();
    }
    if (!again) return {};
    asked = *again;
  }
  clause.text = cut_behind(clause, asked);
  const Words words = words_of(clause.text);
  if (words.size() > kMostWords || leans_on_others(words) || !has_verb(words)) return {};
  auto out = fronted(clause, asked);
  if (!out) out = in_place(clause, asked);
  if (!out) return {};
  add_modifiers(*out);
  out->answers = asked.answers;
  out->type = asked.type;
  out->language = text::Language::english;
  const std::string question = out->render({});
  if (words_of(question).size() < kFewestWords) return {};
  return out;
}

}  // namespace

std::vector<QuestionForm> form_english_questions(std::string_view sentence, std::string_view context) {
  std::vector<QuestionForm> forms;
  std::string whole = without_brackets(sentence);
  std::erase_if(whole, [](char c) { return c == '*' || c == '`'; });
  const bool quotes = whole.find('"') != std::string::npos || whole.find("“") != std::string::npos;
  if (quotes || looks_like_markup(whole) || whole.empty() || whole.back() != '.') return forms;
  whole.pop_back();
  for (const std::string& own : english_clauses(whole)) {
    if (words_of(own).size() < kFewestWords) continue;
    EnglishClause clause{own, context, text::find_typed_spans(own)};
    std::size_t reached = 0;
    for (const text::TypedSpan& span : clause.spans) {
      if (span.span.begin < reached) continue;
      const auto asked = ask_for(clause, span);
      if (!asked) continue;
      reached = span.span.end;
      if (auto made = form(clause, *asked)) forms.push_back(std::move(*made));
    }
  }
  return forms;
}

}  // namespace genkai::answer
