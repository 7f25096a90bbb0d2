// What an English question asks for: its first question word, and the noun that stands with it.

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "text/measures.h"
#include "text/question_rules.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

using Words = std::vector<std::string>;

template <std::size_t N>
bool in(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}
/// The word, or its singular, is in the list.
template <std::size_t N>
bool noun_in(const std::array<std::string_view, N>& list, std::string_view word) {
  if (in(list, word)) return true;
  if (word.ends_with("ies") && in(list, std::string(word.substr(0, word.size() - 3)) + "y")) return true;
  return word.ends_with("s") && in(list, word.substr(0, word.size() - 1));
}

constexpr std::array<std::string_view, 24> kAuxiliaries = {
    "is",   "are",   "was",    "were", "do",    "does", "did", "has", "have", "had",   "can",    "could",
    "will", "would", "should", "may",  "might", "must", "am",  "be",  "been", "isn't", "didn't", "shall"};
constexpr std::array<std::string_view, 33> kStops = {
    "of",    "in",  "on",  "at", "to", "for",  "from",   "with", "by",   "per",   "that",
    "which", "who", "and", "or", "as", "than", "there",  "it",   "he",   "she",   "they",
    "you",   "we",  "the", "a",  "an", "used", "called", "made", "into", "about", "after"};
constexpr std::array<std::string_view, 86> kPersons = {
    "person",     "man",       "woman",       "king",      "queen",         "president",  "player",
    "actor",      "actress",   "author",      "artist",    "scientist",     "emperor",    "general",
    "coach",      "singer",    "writer",      "composer",  "director",      "leader",     "pope",
    "minister",   "inventor",  "philosopher", "architect", "painter",       "poet",       "founder",
    "ruler",      "monarch",   "physicist",   "chemist",   "mathematician", "theologian", "quarterback",
    "judge",      "people",    "member",      "prince",    "governor",      "mayor",      "explorer",
    "khan",       "officer",   "engineer",    "astronaut", "cook",          "chef",       "vet",
    "doctor",     "nurse",     "teacher",     "captain",   "skipper",       "pilot",      "driver",
    "manager",    "owner",     "keeper",      "guide",     "guard",         "clerk",      "librarian",
    "baker",      "farmer",    "secretary",   "treasurer", "chairman",      "chairwoman", "chairperson",
    "headmaster", "principal", "husband",     "wife",      "father",        "mother",     "brother",
    "sister",     "son",       "daughter",    "student",   "winner",        "successor",  "predecessor",
    "commander",  "designer"};
constexpr std::array<std::string_view, 48> kPlaces = {
    "city",    "country",      "state",      "place",   "town",       "river",    "mountain",     "continent",
    "region",  "county",       "island",     "capital", "area",       "location", "district",     "province",
    "ocean",   "sea",          "nation",     "village", "lake",       "street",   "territory",    "kingdom",
    "stadium", "neighborhood", "prefecture", "basin",   "coast",      "border",   "venue",        "desert",
    "valley",  "site",         "park",       "suburb",  "hemisphere", "planet",   "municipality", "republic",
    "colony",  "port",         "harbor",     "bay",     "forest",     "airport",  "building",     "museum"};
constexpr std::array<std::string_view, 13> kDates = {"hour", "deadline", "weekday", "year",   "date",
                                                     "day",  "month",    "century", "decade", "time",
                                                     "era",  "season",   "period"};
constexpr std::array<std::string_view, 38> kNumbers = {
    "aperture",   "percentage", "percent",    "number",    "amount",   "population",  "age",    "price",
    "cost",       "length",     "height",     "distance",  "speed",    "temperature", "size",   "rate",
    "ratio",      "total",      "average",    "weight",    "depth",    "width",       "score",  "quantity",
    "proportion", "fraction",   "volume",     "density",   "value",    "share",       "salary", "attendance",
    "income",     "capacity",   "efficiency", "frequency", "pressure", "margin"};

Words split(std::string_view question) {
  Words words;
  std::string word;
  const std::string folded = normalise(question);
  for (const char c : folded + " ") {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || is_ascii_letter(byte) || is_ascii_digit(byte) || c == '\'' || c == '-') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

AnswerType type_of_noun(std::string_view noun) {
  if (noun_in(kPersons, noun)) return AnswerType::person;
  if (noun_in(kDates, noun)) return AnswerType::date;
  if (noun_in(kPlaces, noun)) return AnswerType::place;
  if (noun_in(kNumbers, noun) || measure_of_noun(noun) != Measure::none) return AnswerType::number;
  if (noun == "reason" || noun == "cause" || noun == "purpose") return AnswerType::reason;
  return AnswerType::entity;
}

/// The noun phrase from `at` up to the verb: its last word, which is what is counted or asked for.
std::string head_noun(const Words& words, std::size_t at) {
  std::string head;
  for (std::size_t i = at; i < words.size() && i < at + 5; ++i) {
    if (in(kAuxiliaries, words[i]) || in(kStops, words[i])) break;
    if (words[i].ends_with("'s") || words[i].ends_with("s'")) {
      head.clear();  // the vet's name, the lodge's cook
      continue;
    }
    // "How many people live": a bare verb ends the phrase once there is a plural noun.
    if (!head.empty() &&
        ((head.ends_with("s") && !head.ends_with("ss") && !head.ends_with("us")) || head == "people" ||
         head == "year") &&
        i > at && !words[i].ends_with("s"))
      break;
    if (!head.empty() && (words[i].ends_with("ed") || type_of_noun(head) != AnswerType::entity)) break;
    head = words[i];
  }
  return head;
}

constexpr std::array<std::string_view, 18> kMeasured = {"many",  "much",  "far",  "long", "tall",  "old",
                                                        "large", "big",   "high", "fast", "deep",  "often",
                                                        "wide",  "heavy", "hot",  "cold", "small", "few"};

constexpr std::array<std::string_view, 12> kPaying = {"cost",  "costs",  "pay",     "pays",
                                                      "paid",  "charge", "charged", "charges",
                                                      "spend", "spent",  "earn",    "earned"};
constexpr std::array<std::pair<std::string_view, Measure>, 11> kExtents = {{{"far", Measure::length},
                                                                            {"tall", Measure::length},
                                                                            {"high", Measure::length},
                                                                            {"deep", Measure::length},
                                                                            {"wide", Measure::length},
                                                                            {"thick", Measure::length},
                                                                            {"old", Measure::duration},
                                                                            {"fast", Measure::speed},
                                                                            {"heavy", Measure::weight},
                                                                            {"hot", Measure::temperature},
                                                                            {"cold", Measure::temperature}}};

bool holds(const Words& words, std::initializer_list<std::string_view> any) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(any.begin(), any.end(), word) != any.end();
  });
}

bool pays(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) { return in(kPaying, word); });
}

/// "How long is the road" asks for a length; "how long does it take", "how long is the voyage", for a time.
Measure how_long(const Words& words, std::size_t next) {
  const bool is = next < words.size() && (words[next] == "is" || words[next] == "are" ||
                                          words[next] == "was" || words[next] == "were");
  const bool lasts =
      holds(words,
            {"take",    "takes", "taken", "last",   "kept",     "open",     "valid",   "allowed", "crossing",
             "voyage",  "trip",  "ride",  "flight", "course",   "tour",     "visit",   "lesson",  "period",
             "term",    "stay",  "break", "film",   "show",     "war",      "reign",   "season",  "training",
             "journey", "wait",  "walk",  "life",   "lifespan", "festival", "holiday", "talk",    "lecture"});
  return is && !lasts ? Measure::length : Measure::duration;
}

void decide_how(const Words& words, std::size_t at, QuestionFocus& focus) {
  const std::string& next = at + 1 < words.size() ? words[at + 1] : words[at];
  if (!in(kMeasured, next)) return;
  focus.type = AnswerType::number;
  if (next == "many" || next == "much" || next == "few") focus.unit = head_noun(words, at + 2);
  if (next == "old") focus.unit = "years";
  if (next == "much") {
    if (focus.unit == "time")
      focus.measure = Measure::duration;
    else if (holds(words, {"weigh", "weighs", "weight", "weighed"}))
      focus.measure = Measure::weight;
    else if (focus.unit == "money" || focus.unit.empty() || in(kPaying, focus.unit) || pays(words))
      focus.measure = Measure::money;
    if (focus.unit == "money" || focus.unit == "time" || in(kPaying, focus.unit)) focus.unit.clear();
  } else if (next == "many" || next == "few") {
    focus.measure = measure_of_unit(focus.unit);
  } else if (next == "long") {
    focus.measure = how_long(words, at + 2);
  } else {
    for (const auto& [word, measure] : kExtents)
      if (word == next) focus.measure = measure;
  }
}

/// "What number of passengers": what is counted is the unit. A telephone number measures nothing.
void by_number_of(const Words& words, QuestionFocus& focus) {
  const auto at = std::find(words.begin(), words.end(), "number");
  focus.measure = Measure::none;
  if (words.end() - at < 3 || *(at + 1) != "of") return;
  constexpr std::array<std::string_view, 9> kNames = {
      "telephone", "phone", "fax", "serial", "registration", "account", "licence", "room", "model"};
  if (at != words.begin() && in(kNames, *(at - 1))) return;
  focus.unit = head_noun(words, static_cast<std::size_t>(at - words.begin()) + 2);
  focus.measure = measure_of_unit(focus.unit);
}

/// Type and measure by the noun that is asked for. What only the question says (price, height) is no unit.
void by_noun(const Words& words, QuestionFocus& focus) {
  focus.type = type_of_noun(focus.unit);
  if (focus.type == AnswerType::date || focus.type == AnswerType::number)
    focus.measure = measure_of_noun(focus.unit);
  const bool number = focus.unit == "number";
  if (focus.type == AnswerType::number) focus.unit.clear();
  if (number) by_number_of(words, focus);
}

/// "what", "which" and "name the": by the noun that follows, or by the noun after "is the".
void decide_what(const Words& words, std::size_t at, QuestionFocus& focus) {
  focus.type = AnswerType::entity;
  std::size_t next = at + 1;
  if (next >= words.size()) return;
  if (!in(kAuxiliaries, words[next])) {
    if (words[next] == "of" && next + 1 < words.size()) ++next;  // which of the
    if (next < words.size() && words[next] == "the") ++next;
    focus.unit = head_noun(words, next);
    if (!focus.unit.empty()) by_noun(words, focus);
    const bool time_of = words[next] == "time" && next + 1 < words.size() && words[next + 1] == "of";
    if (time_of && focus.measure == Measure::time_of_day) focus.measure = Measure::none;
    return;
  }
  // What does X cost, what must I pay for Y, what is charged for Z; but: what is the cost.
  if (words[next] != "is" && words[next] != "are" && words[next] != "was" && words[next] != "were") {
    const bool weighs = words.back() == "weigh";
    if (weighs || (pays(words) && words.back() != "with" && words.back() != "by")) {
      focus.type = AnswerType::number;
      focus.measure = weighs ? Measure::weight : Measure::money;
      return;
    }
  } else if (next + 1 < words.size() && (words[next + 1] == "charged" || words[next + 1] == "paid")) {
    focus.type = AnswerType::number;
    focus.measure = Measure::money;
    return;
  }
  if (words.back() == "mean" || words.back() == "means" || words.back() == "stand") {
    focus.type = AnswerType::definition;
    return;
  }
  if (words[next] != "is" && words[next] != "are" && words[next] != "was" && words[next] != "were") return;
  ++next;
  const bool definite = next < words.size() && words[next] == "the";
  if (next < words.size() && (definite || words[next] == "a" || words[next] == "an")) ++next;
  const std::size_t left = words.size() - std::min(next, words.size());
  const bool bare =
      std::none_of(words.begin() + static_cast<std::ptrdiff_t>(std::min(next, words.size())), words.end(),
                   [](const std::string& w) { return in(kStops, w) || in(kAuxiliaries, w); });
  if (definite && next < words.size() && words[next] == "name" && next + 1 < words.size()) {
    next += words[next + 1] == "of" ? 2 : 1;
    if (next < words.size() && (words[next] == "the" || words[next] == "a")) ++next;
  }
  focus.unit = head_noun(words, next);
  if (focus.unit == "name") {
    for (std::size_t i = next; i < words.size() && words[i] != "name"; ++i)
      if (words[i].ends_with("'s")) focus.unit = words[i].substr(0, words[i].size() - 2);
  }
  if (!focus.unit.empty()) by_noun(words, focus);
  if (focus.type == AnswerType::entity && !definite && bare && left > 0 && left <= 4) {
    focus.type = AnswerType::definition;
    focus.unit.clear();
  }
}

void decide(const Words& words, QuestionFocus& focus) {
  if (words.empty()) return;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& w = words[i];
    if (w == "how" || w == "how's") {
      decide_how(words, i, focus);
      return;
    }
    // Inside a question that another word opened, these only join clauses ("Did he know when ...").
    if (i > 0 && in(kAuxiliaries, words[0])) break;
    if (w == "who" || w == "whom" || w == "who's" || w == "whose") {
      focus.type = AnswerType::person;
      return;
    }
    if (w == "when") {
      // "When X happened, what ...": the later question word asks.
      const bool later = std::any_of(
          words.begin() + static_cast<std::ptrdiff_t>(std::min(i + 2, words.size())), words.end(),
          [](const std::string& x) { return x == "what" || x == "who" || x == "how" || x == "which"; });
      if (i + 2 < words.size() && later && !in(kAuxiliaries, words[i + 1])) continue;
      focus.type = AnswerType::date;
      return;
    }
    if (w == "where") {
      focus.type = AnswerType::place;
      return;
    }
    if (w == "why") {
      focus.type = AnswerType::reason;
      return;
    }
    if (w == "what" || w == "which" || w == "what's") {
      decide_what(words, i, focus);
      return;
    }
    if (i == 0 && (w == "name" || w == "list")) {
      decide_what(words, i, focus);
      return;
    }
    if (i == 0 && (w == "define" || w == "describe")) {
      focus.type = AnswerType::definition;
      return;
    }
  }
  if (in(kAuxiliaries, words[0])) focus.type = AnswerType::yes_no;
}

}  // namespace

QuestionFocus analyse_english_question(std::string_view question) {
  QuestionFocus focus;
  const Words words = split(question);
  decide(words, focus);
  // The rest of the question in its own spelling, without the words that only ask.
  constexpr std::array<std::string_view, 18> kAsking = {"who",   "whom", "whose", "what", "which", "when",
                                                        "where", "why",  "how",   "many", "much",  "did",
                                                        "does",  "do",   "is",    "are",  "was",   "were"};
  for (std::size_t at = 0; at < question.size();) {
    std::size_t end = at;
    while (end < question.size() && question[end] != ' ' && question[end] != '\n') ++end;
    std::string_view word = question.substr(at, end - at);
    while (!word.empty() && (word.back() == '?' || word.back() == '.')) word.remove_suffix(1);
    if (!word.empty() && !in(kAsking, normalise(word))) {
      if (!focus.words.empty()) focus.words += ' ';
      focus.words += word;
    }
    at = end + 1;
  }
  return focus;
}

}  // namespace genkai::text
