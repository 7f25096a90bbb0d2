// What of an English clause can be asked for, by which words.

#include <algorithm>
#include <array>

#include "answer/english_clause.h"
#include "answer/english_words.h"

namespace genkai::answer {
namespace {

using text::AnswerType;
using text::Measure;
using text::TypedSpan;

constexpr std::size_t kLongestName = 4;  // words

template <std::size_t N>
bool in(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool ends_word(const EnglishClause& clause, std::size_t end) {
  return end == clause.text.size() || clause.text[end] == ' ' ||
         (clause.text[end] == ',' && (end + 1 == clause.text.size() || clause.text[end + 1] == ' '));
}

// Whether a phrase is over at byte `end`: no noun follows that it would only describe.
bool ends_phrase(const EnglishClause& clause, std::size_t end) {
  if (end == clause.text.size() || clause.text[end] == ',') return true;
  const std::string next = bare(clause.word_after(end));
  return is_preposition(next) || may_be_verb(next) || joins_clauses(next);
}

bool is_plural(const std::string& word) {
  return (word.size() > 3 && word.ends_with("s") && !word.ends_with("ss") && !word.ends_with("us")) ||
         word == "people" || word == "men" || word == "women" || word == "children" || word == "yen";
}

// With the preposition before it when that is one of `prepositions`; none without any.
template <std::size_t N>
std::optional<EnglishAsked> after_preposition(const EnglishClause& clause, const TypedSpan& own,
                                              const std::array<std::string_view, N>& prepositions,
                                              std::string_view phrase, std::size_t begin) {
  std::size_t from = 0;
  const std::string word = bare(clause.word_before(begin, from));
  if (!in(prepositions, word)) return {};
  return EnglishAsked{from, own.span.end, word + " " + std::string(phrase), {}, own.type};
}

std::optional<EnglishAsked> ask_date(const EnglishClause& clause, const TypedSpan& own) {
  static constexpr auto kOfYear =
      std::to_array<std::string_view>({"in", "since", "by", "until", "from", "after", "before", "during"});
  static constexpr auto kOfDay =
      std::to_array<std::string_view>({"on", "since", "by", "until", "from", "after", "before"});
  static constexpr auto kOfTime =
      std::to_array<std::string_view>({"at", "from", "until", "by", "after", "before", "around", "to"});
  if (own.value.find('/') != std::string::npos) return {};
  const std::string_view shown = own.span.of(clause.text);
  std::size_t begin = own.span.begin, before = 0;
  if (bare(clause.word_before(begin, before)) == "the") begin = before;
  if (own.measure == Measure::time_of_day) return after_preposition(clause, own, kOfTime, "what time", begin);
  const bool over = ends_phrase(clause, own.span.end);
  if (own.value.ends_with('c') && shown.find("entury") != std::string_view::npos && over)
    return after_preposition(clause, own, kOfYear, "which century", begin);
  if (own.value.ends_with('s') && over) return after_preposition(clause, own, kOfYear, "which decade", begin);
  const bool digits = std::all_of(own.value.begin(), own.value.end(), is_digit);
  if (own.measure == Measure::year && digits && shown.size() == 4 && begin == own.span.begin)
    return after_preposition(clause, own, kOfYear, "which year", begin);
  if (own.measure != Measure::day || begin != own.span.begin || shown.size() < 6) return {};
  if (own.value.size() == 7 && own.value[4] == '-')
    return after_preposition(clause, own, kOfYear, "which month of which year", begin);
  return after_preposition(clause, own, kOfDay, "which day", begin);
}

// Whether something else of its kind stands in the clause: "900 yen for adults and 400 yen for pupils".
bool has_rival(const EnglishClause& clause, const TypedSpan& own) {
  return std::any_of(clause.spans.begin(), clause.spans.end(), [&](const TypedSpan& other) {
    return other.type == own.type && other.measure == own.measure && other.value != own.value &&
           other.span.begin >= own.span.end;
  });
}

// "37" of "37 fishing households": the words that follow stay.
std::optional<EnglishAsked> ask_number(const EnglishClause& clause, const TypedSpan& own) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"the", "these", "those", "number", "no",    "article", "chapter", "version", "part", "section",
       "and", "or",    "to",    "than",   "a",     "an",      "first",   "last",    "next", "another",
       "all", "minus", "plus",  "final",  "other", "every",   "times",   "between"});
  static constexpr auto kAbout =
      std::to_array<std::string_view>({"just", "only", "some", "roughly", "approximately", "nearly", "almost",
                                       "about", "around", "exactly", "approximate"});
  static constexpr auto kAdjectives = std::to_array<std::string_view>(
      {"old",    "ago",   "later", "earlier", "long", "high",  "wide",  "tall",
       "across", "deep",  "thick", "away",    "more", "fewer", "less",  "higher",
       "lower",  "north", "south", "east",    "west", "off",   "apart", "each"});
  if (own.value.find('/') != std::string::npos || own.measure == Measure::none || own.value == "1" ||
      has_rival(clause, own))
    return {};
  for (const TypedSpan& other : clause.spans)  // "the Confession of 1559 shows"
    if (other.type == AnswerType::date && other.span.begin <= own.span.begin &&
        other.span.end > own.span.begin)
      return {};
  const std::string_view shown = own.span.of(clause.text);
  const bool sign = shown.find("$") != std::string_view::npos || shown.find("€") != std::string_view::npos ||
                    shown.find("£") != std::string_view::npos;
  std::size_t numeral = own.span.begin, numeral_end = own.span.end;  // without "about" and without its unit
  for (const TypedSpan& part : clause.spans)
    if (part.type == AnswerType::number && part.value == own.value && part.span.begin >= own.span.begin &&
        part.span.end <= own.span.end)
      numeral = std::max(numeral, part.span.begin);
  for (const TypedSpan& part : clause.spans)
    if (part.type == AnswerType::number && part.value == own.value && part.span.begin == numeral)
      numeral_end = std::min(numeral_end, part.span.end);
  if (numeral > 0 && clause.text[numeral - 1] != ' ' && !sign) return {};
  EnglishAsked asked{own.span.begin, numeral_end, "how many", {}, AnswerType::number};
  std::size_t before = 0;
  if (in(kAbout, bare(clause.word_before(asked.begin, before)))) asked.begin = before;
  const std::string left = bare(clause.word_before(asked.begin, before));
  std::size_t further = 0;
  const std::string second_left = before > 0 ? bare(clause.word_before(before, further)) : std::string();
  if (in(kNames, left) || is_pronoun(left)) return {};
  if (before > 0 && is_capital(clause.word_before(asked.begin, before))) return {};  // State Route 41
  if (second_left == "the" && !is_preposition(left) && !may_be_verb(left)) return {};
  std::size_t answer_end = own.span.end;
  const std::string first = bare(clause.word_after(numeral_end));
  const std::size_t second_at = numeral_end + 1 + clause.word_after(numeral_end).size();
  const std::string second = bare(clause.word_after(second_at));
  const std::string behind = bare(clause.word_after(own.span.end));
  asked.stays = in(kAdjectives, behind);
  if (asked.begin == 0 && asked.stays) return {};
  if (own.measure == Measure::money && sign) {
    asked.end = own.span.end;
    asked.phrase = "how much";
  } else if (own.measure == Measure::percent) {
    asked.end = own.span.end;
    asked.phrase = behind == "of" ? "what percentage" : "how many percent";
    asked.stays = behind != "of" && asked.end != clause.text.size();
  } else {
    // What is counted stands right behind, in the plural, or is a unit.
    const bool unit = own.measure != Measure::count && own.measure != Measure::people && !first.empty() &&
                      numeral_end < own.span.end;
    if (first.empty() || is_preposition(first) || is_pronoun(first) || is_auxiliary(first)) return {};
    const bool next = is_plural(first) && !may_be_verb(first),
               after = is_plural(second) && !may_be_verb(first);
    if (!next && !unit && !after) return {};
    if (!unit) answer_end = second_at + (next ? 0 : 1 + second.size());
    while (answer_end > numeral_end &&
           (answer_end > clause.text.size() || clause.text[answer_end - 1] == ' ' ||
            clause.text[answer_end - 1] == ','))
      --answer_end;
  }
  asked.answers = {clause.text.substr(numeral, answer_end - numeral)};
  const std::string bare_numeral = clause.text.substr(numeral, numeral_end - numeral);
  if (own.measure == Measure::count || own.measure == Measure::people)
    if (bare_numeral.size() > 1 && is_digit(bare_numeral.front())) asked.answers.push_back(bare_numeral);
  return asked;
}

std::optional<EnglishAsked> ask_person(const EnglishClause& clause, const TypedSpan& own) {
  static constexpr auto kOfPerson =
      std::to_array<std::string_view>({"by", "to", "with", "for", "from", "against", "under", "after"});
  static constexpr auto kNoPerson = std::to_array<std::string_view>(
      {"cooperative", "company",    "festival", "observatory", "airlines", "church",   "empire",   "house",
       "theory",      "series",     "games",    "game",        "channel",  "records",  "century",  "act",
       "office",      "team",       "army",     "force",       "system",   "order",    "award",    "stadium",
       "dynasty",     "world",      "day",      "line",        "club",     "band",     "tour",     "south",
       "north",       "east",       "west",     "southern",    "northern", "eastern",  "western",  "central",
       "new",         "old",        "great",    "united",      "royal",    "national", "american", "british",
       "french",      "german",     "chinese",  "japanese",    "roman",    "european", "panthers", "broncos",
       "catholic",    "protestant", "jewish",   "muslim",      "high",     "super",    "black",    "red",
       "white",       "san",        "los",      "las",         "fort",     "saint"});
  static constexpr auto kOfThings = std::to_array<std::string_view>(
      {"consists", "contains", "includes", "covers", "borders", "extends", "lies", "comprises", "occurs",
       "costs", "opens", "closes", "lasts", "runs", "has", "have"});
  const std::string name(own.span.of(clause.text));
  const EnglishWords words = words_of(name);
  if (words.size() < 2 || is_common(name, clause.context)) return {};
  for (const std::string_view word : words)
    if (in(kNoPerson, bare(word)) || (word.size() > 1 && is_digit(word.front()))) return {};
  for (const char* locative : {"in ", "at ", "the "})  // elsewhere it is a place or a thing
    if (clause.context.find(locative + name) != std::string_view::npos) return {};
  const std::string after = bare(clause.word_after(own.span.end));
  EnglishAsked asked{own.span.begin, own.span.end, "who", {}, own.type};
  if (own.span.begin == 0)
    return may_be_verb(after) && !in(kOfThings, after) && ends_phrase(clause, own.span.end)
               ? std::optional(asked)
               : std::nullopt;
  if (!ends_phrase(clause, own.span.end)) return {};
  std::size_t from = 0;
  const std::string before = bare(clause.word_before(own.span.begin, from));
  if (before == "was" || before == "is") return asked;
  return after_preposition(clause, own, kOfPerson, "whom", own.span.begin);
}

std::optional<EnglishAsked> ask_place(const EnglishClause& clause, const TypedSpan& own) {
  static constexpr auto kOfPlace = std::to_array<std::string_view>({"in", "at", "near", "to", "from"});
  static constexpr auto kMoving = std::to_array<std::string_view>(
      {"moved", "went",        "travelled", "traveled", "sailed",   "returned", "came",
       "sent",  "migrated",    "emigrated", "fled",     "goes",     "runs",     "leads",
       "sails", "transferred", "brought",   "shipped",  "exported", "imported"});
  static constexpr auto kNoPlace = std::to_array<std::string_view>(
      {"january",   "february", "march",    "april",      "may",     "june",    "july",      "august",
       "september", "october",  "november", "december",   "monday",  "tuesday", "wednesday", "thursday",
       "friday",    "saturday", "sunday",   "christmas",  "easter",  "english", "french",    "german",
       "japanese",  "latin",    "chinese",  "parliament", "congress"});
  const std::string_view shown = own.span.of(clause.text);
  if (own.span.begin == 0 || in(kNoPlace, bare(shown)) || is_common(shown, clause.context) ||
      !ends_phrase(clause, own.span.end))
    return {};
  std::size_t begin = own.span.begin, before = 0;
  if (bare(clause.word_before(begin, before)) == "the") begin = before;
  const std::string preposition = bare(clause.word_before(begin, before));
  if (preposition == "to" || preposition == "from") {  // "similar to Ebola" is none
    std::size_t verb = 0;
    if (!in(kMoving, bare(clause.word_before(before, verb)))) return {};
  }
  auto found = after_preposition(clause, own, kOfPlace, "which place", begin);
  if (found && (found->phrase == "in which place" || found->phrase == "at which place"))
    found->phrase = "where";
  return found;
}

std::optional<EnglishAsked> ask_name(const EnglishClause& clause, const TypedSpan& own) {
  const std::string_view shown = own.span.of(clause.text);
  if (words_of(shown).size() > kLongestName || !ends_word(clause, own.span.end)) return {};
  // A part of a longer name, of a list or an apposition: there would be more than one answer.
  std::size_t before = 0;
  const std::string_view left = clause.word_before(own.span.begin, before);
  const std::string_view next = clause.word_after(own.span.end);
  if (is_capital(next) || (is_capital(left) && before > 0)) return {};
  for (const std::string_view joint : {"and", "or"})
    if (bare(next) == joint || bare(left) == joint) return {};
  if (own.span.end < clause.text.size() && clause.text[own.span.end] == ',') {
    const std::string behind = bare(clause.word_after(own.span.end + 1));  // what is said on top is cut off
    if (behind != "who" && behind != "which" && behind != "where" && behind != "whose") return {};
  }
  return own.type == AnswerType::person  ? ask_person(clause, own)
         : own.type == AnswerType::place ? ask_place(clause, own)
                                         : std::nullopt;
}

}  // namespace

std::optional<EnglishAsked> ask_for(const EnglishClause& clause, const TypedSpan& own) {
  std::optional<EnglishAsked> asked;
  if (own.type == AnswerType::date)
    asked = ask_date(clause, own);
  else if (own.type == AnswerType::number)
    asked = ask_number(clause, own);
  else
    asked = ask_name(clause, own);
  if (!asked || !ends_word(clause, asked->end)) return {};
  if (asked->begin > 0 && clause.text[asked->begin - 1] != ' ') return {};
  const std::string next = bare(clause.word_after(asked->end));
  if (next == "or") return {};
  if (next == "and" && asked->type != AnswerType::number) {  // "in 1932 and 1935"; but "in 1932 and sank"
    const std::string_view joined = clause.word_after(asked->end + 1 + next.size());
    if (joined.empty() || is_digit(joined.front()) || is_capital(joined) || is_preposition(bare(joined)))
      return {};
  }
  if (asked->answers.empty()) asked->answers = {std::string(own.span.of(clause.text))};
  return asked;
}

}  // namespace genkai::answer
